"""Finds whose receipts are whose."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from accounts.domain.national_id import normalise
from submissions.domain.receipt_file import Section, StudentReceipt, require_each_student_once

Ref = TypeVar("Ref")


@dataclass(frozen=True)
class MatchReport(Generic[Ref]):
    """Receipts with their student, masked national IDs nobody here has, and students without any receipt."""

    matched: list[tuple[Ref, StudentReceipt]]
    unmatched: list[str]
    missing: list[Ref]


def match_students(
    sections: Iterable[Section],
    known: Mapping[str, Ref],
    *,
    mask: Callable[[str], str],
    key: Callable[[str], str] = normalise,
) -> MatchReport[Ref]:
    """Match receipts to the students of a batch by national ID alone, whatever its case.

    `known` maps `key(national_id)` to the student, so that with a keyed hash as `key` no ID need be
    decrypted. A student who stands in several sections is matched once for each; call per section to keep
    the kinds apart.

    Raises:
        ReceiptFileInvalid: a student stands twice in one section.
    """
    matched: list[tuple[Ref, StudentReceipt]] = []
    unmatched: dict[str, None] = {}
    seen: set[str] = set()
    for section in sections:
        require_each_student_once(section)
        for student in section.students:
            found = key(normalise(student.national_id))
            seen.add(found)
            if found in known:
                matched.append((known[found], student))
            else:
                unmatched[normalise(student.national_id)] = None
    missing = [ref for found, ref in known.items() if found not in seen]
    return MatchReport(matched, [mask(national_id) for national_id in unmatched], missing)

"""What the check of an uploaded list found, kept encrypted and in pages.

So a long report opens as fast as a short one. The file holds the summary in its first line and a page of
report lines in each further one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from accounts import personal_data
from accounts.domain.joining import labelled
from accounts.domain.list_headings import kept_form
from accounts.domain.national_id import mask
from accounts.list_files import uploads_folder, write_whole
from accounts.services.list_import import ListKind, ListReport, OpenedList

LINES_A_PAGE = 100
SAMPLES = 3
_IDENTITY = re.compile(r"[A-Z][A-Z0-9][0-9]{8}", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True)
class ReviewLine:
    """One line of the report. `tone` is a class of the stylesheet."""

    tone: str
    state: str
    row: int | None
    what: str
    detail: str = ""


@dataclass(frozen=True)
class Question:
    """A heading of which nobody has said yet what it stands for, with the first values under it.

    `is_twice`: more columns than one have it, so that it cannot stand for anything.
    """

    heading: str
    samples: list[str]
    is_twice: bool = False


@dataclass(frozen=True)
class Summary:
    """What stands above the lines. With `questions` nothing was compared yet."""

    rows: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    problems: int = 0
    warnings: int = 0
    unused: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    fingerprint: str = ""
    lines: int = 0
    questions: list[Question] = field(default_factory=list)
    # Names of the columns that the questions may be answered with.
    free: list[str] = field(default_factory=list)

    @property
    def is_confirmable(self) -> bool:
        return not self.problems and not self.questions


class KeptReport:
    """The report on the upload whose file is called `name`."""

    def __init__(self, name: str) -> None:
        self._path = uploads_folder() / f"{name}.report"

    def keep(self, report: ListReport) -> Summary:
        """Put `report` in place of the one before."""
        lines = list(review_lines(report))
        summary = Summary(
            rows=report.rows,
            counts=report.counts,
            problems=len(report.problems),
            warnings=len(report.warnings),
            unused=report.unused,
            notes=report.notes,
            fingerprint=report.fingerprint,
            lines=len(lines),
        )
        self._write(summary, lines)
        return summary

    def keep_questions(self, opened: OpenedList) -> Summary:
        free = [column.name for column in opened.match.free]
        summary = Summary(rows=len(opened.table.rows), questions=_questions(opened), free=free)
        self._write(summary, [])
        return summary

    def summary(self) -> Summary:
        """
        Raises:
            FileNotFoundError: it is too old, or was removed.
        """
        values = self._line(0)
        return Summary(**{**values, "questions": [Question(**each) for each in values["questions"]]})

    def page(self, number: int) -> list[ReviewLine]:
        """The lines of one page, the first being 1."""
        return [ReviewLine(*values) for values in self._line(number)]

    def remove(self) -> None:
        self._path.unlink(missing_ok=True)

    def _write(self, summary: Summary, lines: list[ReviewLine]) -> None:
        pages = [lines[start : start + LINES_A_PAGE] for start in range(0, len(lines), LINES_A_PAGE)] or [[]]
        parts = [asdict(summary), *([list(vars(line).values()) for line in page] for page in pages)]
        text = "".join(f"{personal_data.encrypt(json.dumps(part))}\n" for part in parts)
        write_whole(self._path, text)

    def _line(self, number: int) -> Any:
        with self._path.open(encoding="ascii") as file:
            return json.loads(personal_data.decrypt(next(islice(file, number, None)).rstrip()))


def review_lines(report: ListReport) -> Iterator[ReviewLine]:
    """What needs attention first: errors, warnings, changes, who is gone, then what is new."""
    kind = report.kind
    headings = {column.name: column.heading for column in kind.columns}
    for problem in report.problems:
        yield ReviewLine("stop", _("錯誤"), problem.row, problem.heading, problem.message)
    for warning in report.warnings:
        yield ReviewLine("heed", _("警告"), warning.row, warning.heading, warning.message)
    for change in report.diff.changed:
        for name, (old, new) in change.values.items():
            detail = f"{kind.shown(name, old)} → {kind.shown(name, new)}"
            what = labelled(_named(kind, change.row.values), headings[name])
            yield ReviewLine("info", _("修改"), change.row.number, what, detail)
    for key in report.diff.gone:
        values = dict(zip(kind.key, key, strict=True))
        yield ReviewLine("still", _("名單已無"), None, _named(kind, values), _("保留不動"))
    for row in report.diff.new:
        yield ReviewLine("go", _("新增"), row.number, _named(kind, row.values))


def _named(kind: ListKind, values: dict[str, object]) -> str:
    return " ".join(kind.shown(name, values.get(name)) for name in kind.key)


def _questions(opened: OpenedList) -> list[Question]:
    headings = opened.table.headings
    forms = [kept_form(heading) for heading in headings]
    return [
        Question(
            heading,
            _samples(opened, headings.index(heading)),
            is_twice=forms.count(kept_form(heading)) > 1,
        )
        for heading in opened.match.to_ask
    ]


def _samples(opened: OpenedList, place: int) -> list[str]:
    """The first values of a column, each once; identity numbers as everywhere on pages."""
    texts = (row[place] for __, row in opened.table.rows if place < len(row) and row[place])
    different = dict.fromkeys(islice(texts, 100))
    return [mask(text) if _IDENTITY.fullmatch(text) else text[:40] for text in islice(different, SAMPLES)]

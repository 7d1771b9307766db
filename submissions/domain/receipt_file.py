"""The central database's receipts (收訖明細), a ZIP of JSON files: read, and written to play its part.

The record's own keys are not public, so they are kept as they come, unknown ones included.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile

from django.utils.translation import gettext as _

from accounts.domain.joining import joined
from accounts.domain.national_id import normalise
from submissions.domain.receipt_zip import (
    CHECKSUMS,
    ReceiptFileInvalid,
    ReceiptLimits,
    VerifiedFile,
    verified_files,
)

__all__ = [
    "ReceiptFile",
    "ReceiptFileInvalid",
    "ReceiptKind",
    "ReceiptLimits",
    "ReceiptRecord",
    "Section",
    "StudentReceipt",
    "read_receipts",
    "require_each_student_once",
    "write_receipts",
]

_ROSTER_INFO, _ROSTER_NAME = "名冊資訊", "名稱"
_NATIONAL_ID, _BIRTH_DATE = "身分證號", "出生日期"


class ReceiptKind(StrEnum):
    """The four kinds of receipts, in the order in which file names are tried for them."""

    DIVERSE_PERFORMANCE = "diverse_performance"
    COURSE_RECORDS = "course_records"
    CADRE = "cadre"
    COURSE_OUTCOMES = "course_outcomes"

    @property
    def official_name(self) -> str:
        """The kind's name in file names and in the JSON, never translated."""
        return _OFFICIAL_NAMES[self]


_OFFICIAL_NAMES = {
    ReceiptKind.DIVERSE_PERFORMANCE: "多元表現",
    ReceiptKind.COURSE_RECORDS: "修課紀錄",
    ReceiptKind.CADRE: "校內幹部經歷",
    ReceiptKind.COURSE_OUTCOMES: "課程學習成果",
}


@dataclass(frozen=True)
class ReceiptRecord:
    """One record as received: the sheet it lay in, and its fields as text (numbers as they were written)."""

    sheet: str
    data: dict[str, str]


@dataclass(frozen=True)
class StudentReceipt:
    """What was received of one student; `extra` holds further keys beside the sheets."""

    national_id: str
    birth_date_raw: str
    records: list[ReceiptRecord]
    extra: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Section:
    """One JSON file. `sha256` is that of the file as read; `info` holds the other keys of its 名冊資訊."""

    kind: ReceiptKind
    roster_name: str
    file_name: str
    students: list[StudentReceipt]
    sha256: str = ""
    info: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ReceiptFile:
    """A whole receipts ZIP; `ignored` names verified files that are no receipts."""

    sections: list[Section]
    ignored: list[str]


def read_receipts(
    file: BinaryIO, *, password: str | None = None, limits: ReceiptLimits | None = None
) -> ReceiptFile:
    """Read and verify a receipts ZIP; `file` must be seekable. A password not needed does no harm.

    Raises:
        ReceiptFileInvalid: anything at all is wrong, so nothing of it may be imported. The message names
            the file and, where it can, the position.
    """
    sections: list[Section] = []
    ignored: list[str] = []
    for verified in verified_files(file, password=password, limits=limits or ReceiptLimits()):
        kind = _kind(verified.name)
        if kind is None:
            ignored.append(verified.name)
        else:
            sections.append(_section(kind, verified))
    if not sections:
        names = joined(kind.official_name for kind in ReceiptKind)
        raise ReceiptFileInvalid(_("ZIP 檔內沒有收訖明細，檔名應含 %(names)s 之一。") % {"names": names})
    return ReceiptFile(sections, ignored)


def write_receipts(target: Path | BinaryIO, sections: Iterable[Section]) -> None:
    """Write what `read_receipts` reads: one JSON (UTF-8 with BOM) per section, and SHA.txt. Not encrypted.

    A record's sheet groups it: records of one sheet come out together, in order. `Section.sha256` is not
    looked at.
    """
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        lines = []
        for section in sections:
            content = _section_json(section)
            archive.writestr(section.file_name, content)
            lines.append(f"{section.file_name},{hashlib.sha256(content).hexdigest()}\r\n")
        archive.writestr(CHECKSUMS, "".join(lines).encode())


def require_each_student_once(section: Section) -> None:
    """Raise `ReceiptFileInvalid`, naming both positions, when a student stands in the section twice."""
    positions: dict[str, int] = {}
    for position, student in enumerate(section.students, start=1):
        first = positions.setdefault(normalise(student.national_id), position)
        if first != position:
            message = _("「%(file)s」第 %(first)d 位與第 %(second)d 位學生身分證號相同，整份收訖明細未匯入。")
            where = {"file": section.file_name, "first": first, "second": position}
            raise ReceiptFileInvalid(message % where)


def _kind(file_name: str) -> ReceiptKind | None:
    path = PurePosixPath(file_name)
    if path.suffix.lower() != ".json":
        return None
    return next((kind for kind in ReceiptKind if kind.official_name in path.stem), None)


def _section(kind: ReceiptKind, file: VerifiedFile) -> Section:
    parser = _Parser(file.name)
    document = parser.document(file.content)
    info = parser.roster_info(document)
    students = parser.objects(document, kind.official_name)
    section = Section(
        kind=kind,
        roster_name=info.pop(_ROSTER_NAME),
        file_name=file.name,
        students=[parser.student(position, entry) for position, entry in enumerate(students, start=1)],
        sha256=file.sha256,
        info=info,
    )
    require_each_student_once(section)
    return section


@dataclass(frozen=True)
class _Parser:
    """Turns one file's JSON into receipts; every complaint names the file."""

    file_name: str

    def document(self, content: bytes) -> dict[str, Any]:
        try:
            # Numbers stay as they were written: 1.50 is not 1.5 on a receipt.
            document = json.loads(content.decode("utf-8-sig"), parse_float=str, parse_int=str)
        except UnicodeDecodeError as error:
            raise self.invalid(_("第 %(byte)d 位元組不是 UTF-8 文字"), byte=error.start + 1) from error
        except json.JSONDecodeError as error:
            message = _("第 %(line)d 行第 %(column)d 字不是正確的 JSON")
            raise self.invalid(message, line=error.lineno, column=error.colno) from error
        except RecursionError as error:
            raise self.invalid(_("JSON 層次過深")) from error
        if not isinstance(document, dict):
            raise self.invalid(_("最外層應為 JSON 物件"))
        return document

    def roster_info(self, document: Mapping[str, Any]) -> dict[str, str]:
        entries = self.objects(document, _ROSTER_INFO)
        if not entries or not entries[0].get(_ROSTER_NAME):
            raise self.invalid(_("「%(key)s」裡沒有「%(name)s」"), key=_ROSTER_INFO, name=_ROSTER_NAME)
        return _texts(entries[0])

    def objects(self, container: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
        entries = container.get(key)
        if not isinstance(entries, list):
            raise self.invalid(_("缺少「%(key)s」，或它不是清單"), key=key)
        for position, entry in enumerate(entries, start=1):
            if not isinstance(entry, dict):
                message = _("「%(key)s」第 %(position)d 筆不是 JSON 物件")
                raise self.invalid(message, key=key, position=position)
        return entries

    def student(self, position: int, entry: Mapping[str, Any]) -> StudentReceipt:
        for key in (_NATIONAL_ID, _BIRTH_DATE):
            if key not in entry or (key == _NATIONAL_ID and not _text(entry[key]).strip()):
                raise self.invalid(_("第 %(position)d 位學生缺少「%(key)s」"), position=position, key=key)
        sheets = {key: value for key, value in entry.items() if isinstance(value, list)}
        plain = _texts({key: value for key, value in entry.items() if key not in sheets})
        return StudentReceipt(
            national_id=plain.pop(_NATIONAL_ID),
            birth_date_raw=plain.pop(_BIRTH_DATE),
            records=[record for key in sheets for record in self.records(position, entry, key)],
            extra=plain,
        )

    def records(self, position: int, entry: Mapping[str, Any], sheet: str) -> list[ReceiptRecord]:
        try:
            return [ReceiptRecord(sheet, _texts(record)) for record in self.objects(entry, sheet)]
        except ReceiptFileInvalid as error:
            what = {"position": position, "message": error.message}
            raise ReceiptFileInvalid(_("第 %(position)d 位學生：%(message)s") % what) from error

    def invalid(self, message: str, **values: object) -> ReceiptFileInvalid:
        what = {"file": self.file_name, "what": message % values}
        return ReceiptFileInvalid(_("「%(file)s」%(what)s，整份收訖明細未匯入。") % what)


def _texts(record: Mapping[str, Any]) -> dict[str, str]:
    return {key: _text(value) for key, value in record.items()}


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _section_json(section: Section) -> bytes:
    document = {
        _ROSTER_INFO: [{_ROSTER_NAME: section.roster_name, "SHA": "", **section.info}],
        section.kind.official_name: [_student_object(student) for student in section.students],
    }
    return json.dumps(document, ensure_ascii=False).encode("utf-8-sig")


def _student_object(student: StudentReceipt) -> dict[str, object]:
    sheets: dict[str, list[dict[str, str]]] = {}
    for record in student.records:
        sheets.setdefault(record.sheet, []).append(record.data)
    return {
        _NATIONAL_ID: student.national_id,
        _BIRTH_DATE: student.birth_date_raw,
        **student.extra,
        **sheets,
    }

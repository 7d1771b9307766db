"""Judges an Excel workbook before anything reads it: damaged, locked, with macros, made to exhaust memory."""

import re
import struct
import zlib
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath
from xml.etree import ElementTree
from zipfile import BadZipFile, ZipFile, ZipInfo

from django.utils.translation import gettext as _

from accounts.errors import InvalidInput

ZIP_START = b"PK\x03\x04"
OLE_START = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # what a locked workbook and an old .xls lie in

_LOCKED = "EncryptedPackage".encode("utf-16-le")
_CHUNK_BYTES = 1024 * 1024
_DAMAGE = (
    BadZipFile,
    EOFError,
    IndexError,
    NotImplementedError,
    OSError,
    ValueError,
    struct.error,
    zlib.error,
)
# A reader makes room for every cell up to the last one: a single cell far out would take gigabytes.
_PLACELESS_CELL = re.compile(rb"<(?:\w+:)?c(?=[\s/>])(?![^>]*\sr\s*=)")
_FAR_CELL = re.compile(rb"""\sr\s*=\s*["'](?:[A-Za-z]{3,}|[B-Zb-z][A-Za-z]|[A-Za-z]*0*[1-9][0-9]{5,})""")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_CELL = re.compile(rb"""\sr\s*=\s*["']([A-Z]+)([0-9]+)""")
_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_RELATION_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


class ListFileInvalid(InvalidInput):
    """The file cannot be read as a list; the message says what is wrong and what to do."""


@dataclass(frozen=True)
class ListLimits:
    """How much a list may hold. Rows and columns are also what a workbook's cells may reach."""

    unpacked_bytes: int = 64 * 1024 * 1024
    parts: int = 500
    rows: int = 99_999
    columns: int = 52


def require_safe_workbook(content: bytes, limits: ListLimits) -> None:
    """Let pass only what a reader can open without harm, with no formula on its first sheet.

    Every part is unpacked and its checksum proven, because the sizes a ZIP declares may be lies.

    Raises:
        ListFileInvalid: it is not like that.
    """
    if content.startswith(OLE_START):
        raise ListFileInvalid(_locked() if _LOCKED in content else _old_format())
    try:
        parts = _parts(content, limits)
        first_sheet = _first_sheet(parts)
    except _DAMAGE as error:
        raise damaged() from error
    except (ElementTree.ParseError, KeyError) as error:
        raise ListFileInvalid(_("這不是 Excel 活頁簿（.xlsx），請用 Excel 開啟後另存為 .xlsx。")) from error
    for name, part in parts.items():
        _require_plain(name, part, limits)
    _require_no_formula(first_sheet)


def damaged() -> ListFileInvalid:
    return ListFileInvalid(
        _("讀不出這個檔案：它已損毀或不完整。請從校務行政系統重新匯出，或用 Excel 開啟後另存新檔。")
    )


def _parts(content: bytes, limits: ListLimits) -> dict[str, bytes]:
    """The unpacked XML parts by name. Others are unpacked too, to prove them, and dropped."""
    with ZipFile(BytesIO(content)) as archive:
        entries = archive.infolist()
        _require_openable(entries, limits)
        left = limits.unpacked_bytes
        parts = {}
        for entry in entries:
            part = _unpacked(archive, entry, left, limits)
            left -= len(part)
            if entry.filename.lower().endswith((".xml", ".rels")):
                parts[entry.filename.lstrip("/")] = part
        return parts


def _require_openable(entries: list[ZipInfo], limits: ListLimits) -> None:
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise ListFileInvalid(_locked())
    if any(PurePosixPath(entry.filename).name.lower() == "vbaproject.bin" for entry in entries):
        raise ListFileInvalid(_with_macros())
    if len(entries) > limits.parts:
        raise _too_big(limits)


def _unpacked(archive: ZipFile, entry: ZipInfo, left: int, limits: ListLimits) -> bytes:
    chunks = []
    with archive.open(entry) as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            left -= len(chunk)
            if left < 0:
                raise _too_big(limits)
            chunks.append(chunk)
    return b"".join(chunks)


def _require_plain(name: str, part: bytes, limits: ListLimits) -> None:
    if b"macroEnabled" in part and name == "[Content_Types].xml":
        raise ListFileInvalid(_with_macros())
    if b"<!DOCTYPE" in part or b"\x00" in part:
        raise ListFileInvalid(
            _("檔案裡有 Excel 不會寫出的內容，為安全起見不讀取。請用 Excel 開啟後另存新檔。")
        )
    if _FAR_CELL.search(part):
        raise too_many_cells(limits)
    # Without its place a cell counts from the one before: the reader would make room for all of them at once.
    if _PLACELESS_CELL.search(part):
        raise ListFileInvalid(
            _("工作表的儲存格沒有寫明位置，為安全起見不讀取。請用 Excel 開啟後另存新檔再匯入。")
        )


def _first_sheet(parts: dict[str, bytes]) -> bytes:
    """The sheet that the workbook names first, wherever it lies."""
    if any(b"<!DOCTYPE" in parts[name] for name in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels")):
        raise damaged()
    relations = ElementTree.fromstring(parts["xl/_rels/workbook.xml.rels"])  # noqa: S314  (no entities in it)
    targets = {each.get("Id"): each.get("Target", "") for each in relations.iter(f"{_RELATIONS}Relationship")}
    book = ElementTree.fromstring(parts["xl/workbook.xml"])  # noqa: S314
    sheet = next(element for element in book.iter() if element.tag.endswith("}sheet"))
    target = targets[sheet.attrib[_RELATION_ID]]
    return parts[target.lstrip("/") if target.startswith("/") else f"xl/{target}"]


def _require_no_formula(sheet: bytes) -> None:
    formula = _FORMULA.search(sheet)
    if formula is None:
        return
    cells = _CELL.findall(sheet[max(0, formula.start() - 2000) : formula.start()])
    where = {"cell": "".join(part.decode() for part in cells[-1]) if cells else "?"}
    message = _("儲存格 %(cell)s 是公式。請全選、複製，以「選擇性貼上／值」貼回，再存檔匯入。")
    raise ListFileInvalid(message % where)


def too_many_cells(limits: ListLimits) -> ListFileInvalid:
    message = _(
        "工作表超過 %(rows)d 列或 %(columns)d 欄。請刪除多餘的列與欄（含看似空白的），或分成幾個檔案。"
    )
    return ListFileInvalid(message % {"rows": limits.rows, "columns": limits.columns})


def _too_big(limits: ListLimits) -> ListFileInvalid:
    message = _("檔案解開後超過 %(limit)d MB，不像名單。請只留一張工作表，或分成幾個檔案。")
    return ListFileInvalid(message % {"limit": limits.unpacked_bytes // (1024 * 1024)})


def _locked() -> str:
    return _("活頁簿有密碼保護，讀不到內容。請在 Excel 取消密碼（檔案／資訊／保護活頁簿）後再匯入。")


def _with_macros() -> str:
    return _("活頁簿含有巨集，為安全起見不讀取。請另存為「Excel 活頁簿（.xlsx）」後再匯入。")


def _old_format() -> str:
    return _("這是舊版 Excel（.xls）檔，請用 Excel 開啟後另存為 .xlsx。")

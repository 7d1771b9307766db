"""Reads a list out of an Excel workbook or a CSV file: headings, and rows of texts with their numbers.

Workbooks go through python-calamine whatever their size: one reader, one behaviour.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO, StringIO
from pathlib import PurePath

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from accounts.domain.list_workbook import (
    OLE_START,
    ZIP_START,
    ListFileInvalid,
    ListLimits,
    damaged,
    require_safe_workbook,
    too_many_cells,
)
from accounts.list_cells import text_of, unguarded

LIMITS = ListLimits()
_WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb")


@dataclass(frozen=True)
class ListTable:
    """A list as it stands in the file. Each row comes with its number there, the headings being row 1."""

    headings: list[str]
    rows: list[tuple[int, list[str]]]


def read_list(content: bytes, *, file_name: str, limits: ListLimits = LIMITS) -> ListTable:
    """The first sheet of a workbook, or a CSV file in UTF-8 (BOM or not) or Big5. Empty rows are left out.

    Raises:
        ListFileInvalid: it cannot be read, or should not be; the message says what to do.
    """
    if len(content) > limits.unpacked_bytes:
        raise ListFileInvalid(
            _("檔案超過 %(limit)d MB。") % {"limit": limits.unpacked_bytes // (1024 * 1024)}
        )
    if content.startswith((ZIP_START, OLE_START)):
        rows = _workbook_rows(content, limits)
    elif PurePath(file_name).suffix.lower() in _WORKBOOKS:
        raise damaged()
    else:
        rows = _csv_rows(content)
    return _table(rows, limits)


def decoded(content: bytes) -> str:
    """The text of a CSV file: UTF-8, or Big5 as Excel here writes it by default.

    Raises:
        UnicodeDecodeError: neither.
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp950")


def _workbook_rows(content: bytes, limits: ListLimits) -> Iterable[list[object]]:
    require_safe_workbook(content, limits)
    try:
        sheet = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0)
        rows: list[list[object]] = [list(row) for row in sheet.to_python(skip_empty_area=False)]
    except (CalamineError, OSError, ValueError) as error:
        raise damaged() from error
    return rows


def _csv_rows(content: bytes) -> Iterator[list[object]]:
    try:
        text = decoded(content)
    except UnicodeDecodeError as error:
        raise ListFileInvalid(_("看不出 CSV 的文字編碼，請存成 UTF-8 或 Big5。")) from error
    if "\x00" in text:
        raise ListFileInvalid(_("這不是文字檔（CSV），請存成 UTF-8 編碼的 CSV 或 .xlsx。"))
    first_line = text.partition("\n")[0]
    delimiter = next((mark for mark in (",", "\t", ";") if mark in first_line), ",")
    reader = csv.reader(StringIO(text, newline=""), strict=True, delimiter=delimiter)
    try:
        for row in reader:
            yield [unguarded(cell) for cell in row]
    except csv.Error as error:
        message = _("CSV 第 %(line)d 行讀不下去（可能引號沒有成對或檔案不完整），請重新匯出。")
        raise ListFileInvalid(message % {"line": reader.line_num}) from error


def _table(rows: Iterable[list[object]], limits: ListLimits) -> ListTable:
    headings: list[str] | None = None
    kept = []
    for number, row in enumerate(rows, start=1):
        texts = [cell.strip() if isinstance(cell, str) else text_of(cell) for cell in row]
        if number > limits.rows or len(texts) > limits.columns:
            raise too_many_cells(limits)
        if headings is None:
            headings = texts
        elif any(texts):
            kept.append((number, texts))
    if not headings or not any(headings):
        raise ListFileInvalid(_("檔案第 1 列沒有標題。請下載範本，或把標題列移到第 1 列。"))
    return ListTable(headings, kept)

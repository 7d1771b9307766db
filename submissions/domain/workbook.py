"""Writes and reads the roster workbooks: a cover sheet, then sheets of text cells."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from accounts.errors import InvalidInput
from portfolio.domain.atomic_file import atomic_file

COVER_SHEET = "封面"
COVER_HEADINGS = ("學校代碼", "學年度", "學期", "名冊別")
LONGEST_CELL = 32767  # what a spreadsheet cell can hold
PROGRESS_EVERY = 200

# What XML 1.0 cannot carry, lone surrogates included. It has no visible form: leaving it out loses nothing.
_NOT_XML = re.compile(r"[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Sheet = tuple[str, Iterable[str], Iterable[Iterable[str]]]


@dataclass(frozen=True)
class Cover:
    """The cover sheet's values; `term` is 0 for a roster of a whole school year."""

    school_code: str
    school_year: int
    term: int
    roster_code: str

    @property
    def cells(self) -> list[str]:
        return [self.school_code, str(self.school_year), str(self.term), self.roster_code]


def write_workbook(
    path: Path,
    *,
    cover: Cover,
    sheets: Iterable[Sheet],
    progress: Callable[[int], None] | None = None,
) -> None:
    """Write the cover and each (name, headings, rows) to an xlsx at `path`, in constant memory.

    Every cell is a string cell, also one that looks like a formula. Characters XML cannot carry are left
    out, line breaks become `\\n`. `progress` gets the number of data rows written so far. `path` appears
    only when complete.

    Raises:
        InvalidInput: a text is too long for a cell; nothing is written.
    """
    with atomic_file(path) as temporary:
        workbook = Workbook(write_only=True)
        try:
            _fill(workbook, cover, sheets, progress or (lambda rows: None))
            workbook.save(temporary)
        except BaseException:
            _discard(workbook)
            raise


def read_workbook(path: Path) -> dict[str, list[list[str]]]:
    """The cells of every sheet as text, headings included; each row is as wide as its sheet's first."""
    with closing(load_workbook(path, read_only=True)) as workbook:
        return {sheet.title: _texts(sheet.iter_rows(values_only=True)) for sheet in workbook.worksheets}


def _fill(workbook: Workbook, cover: Cover, sheets: Iterable[Sheet], progress: Callable[[int], None]) -> None:
    _append(_new_sheet(workbook, COVER_SHEET), COVER_HEADINGS)
    _append(workbook.worksheets[0], cover.cells)
    written = 0
    for name, headings, rows in sheets:
        sheet = _new_sheet(workbook, name)
        _append(sheet, headings)
        for row in rows:
            _append(sheet, row)
            written += 1
            if written % PROGRESS_EVERY == 0:
                progress(written)
    progress(written)


def _new_sheet(workbook: Workbook, name: str) -> WriteOnlyWorksheet:
    sheet = workbook.create_sheet(name)
    assert isinstance(sheet, WriteOnlyWorksheet)
    return sheet


def _append(sheet: WriteOnlyWorksheet, row: Iterable[str]) -> None:
    sheet.append([_cell(sheet, text) for text in row])


def _cell(sheet: WriteOnlyWorksheet, text: str) -> Cell | str:
    text = _NOT_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if len(text) > LONGEST_CELL:
        message = _("工作表「%(sheet)s」有一格文字超過 %(limit)d 字，無法寫入 Excel，請更正該筆資料。")
        raise InvalidInput(message % {"sheet": sheet.title, "limit": LONGEST_CELL})
    return _as_string_cell(sheet, text) if text.startswith(("=", "+", "-", "@", "#")) else text


def _as_string_cell(sheet: WriteOnlyWorksheet, text: str) -> Cell:
    """A cell that stays text, for the library (which would see a formula) and on editing in a spreadsheet."""
    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"
    cell.quotePrefix = True
    return cell


def _discard(workbook: Workbook) -> None:
    """Remove the plain-text sheet files the library keeps in the temporary folder until the process ends."""
    for sheet in workbook.worksheets:
        assert isinstance(sheet, WriteOnlyWorksheet)
        if not sheet.closed:
            sheet.close()
        writer = getattr(sheet, "_writer", None)
        if writer is not None and Path(writer.out).exists():
            writer.cleanup()


def _texts(rows: Iterator[tuple[object, ...]]) -> list[list[str]]:
    texts = [["" if value is None else str(value) for value in row] for row in rows]
    width = len(texts[0]) if texts else 0
    return [row + [""] * (width - len(row)) for row in texts]

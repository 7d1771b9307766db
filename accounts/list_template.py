"""An empty list to fill in: the headings, one row as an example, and a sheet that explains each column."""

from collections.abc import Sequence
from io import BytesIO

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from accounts.domain.joining import joined
from accounts.domain.list_columns import ListColumn


def template(columns: Sequence[ListColumn]) -> bytes:
    """The workbook. Cells are text, so that a spreadsheet keeps leading zeros and long codes."""
    book = Workbook(write_only=True)
    _fill(book.create_sheet(_("名單")), [_headings(columns), [column.example for column in columns]])
    explained = [[_("欄位"), _("必要"), _("說明"), _("也認得的標題")]]
    explained += [
        [
            column.heading,
            _("是") if column.needed else _("否"),
            str(column.note),
            joined(column.synonyms),
        ]
        for column in columns
    ]
    explained.append([_("第 2 列是範例，匯入前請刪除。"), "", "", ""])
    _fill(book.create_sheet(_("說明")), explained)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _headings(columns: Sequence[ListColumn]) -> list[str]:
    return [column.heading for column in columns]


def _fill(sheet: object, rows: list[list[str]]) -> None:
    assert isinstance(sheet, WriteOnlyWorksheet)
    for row in rows:
        cells = [WriteOnlyCell(sheet, value=text) for text in row]
        for cell in cells:
            cell.number_format = "@"
        sheet.append(cells)

"""What describes a roster (名冊), and how one row of facts becomes cells."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.domain.national_id import normalise
from accounts.errors import InvalidInput


class ColumnType(StrEnum):
    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    ROC_DATE = "roc_date"
    CODE = "code"
    FILE = "file"
    URL = "url"


@dataclass(frozen=True)
class ColumnSpec:
    """A column: its official heading and the fact that fills it.

    `source` is a key of the row's facts; `null_sentinel` stands where there is no value; `max_length`
    counts code points; `places` are the decimals written.
    """

    heading: str
    source: str
    type: ColumnType = ColumnType.TEXT
    required: bool = True
    max_length: int | None = None
    null_sentinel: str = ""
    places: int = 0


@dataclass(frozen=True)
class SheetSpec:
    """A sheet of a roster.

    `key` says which records lie in it: the kind of study (regular, makeup, retake, repeat, transfer, guest)
    of a course outcome, or the category code of a diverse performance. One that is not `sure` stands in some
    schools' workbooks but not in what is public of the centre's: it is written only when a row needs it.
    """

    key: str
    name: str
    columns: tuple[ColumnSpec, ...]
    sure: bool = True

    @property
    def headings(self) -> list[str]:
        return [column.heading for column in self.columns]


_DATA_LABELS = {
    "course_outcomes": gettext_lazy("課程學習成果"),
    "diverse_performance": gettext_lazy("多元表現"),
}


@dataclass(frozen=True)
class RosterSpec:
    """A roster, by the central database's number.

    `cover_term` is the 學期 of the cover sheet: 0 for a whole school year, None for the actual term.
    `submitting_duty` is a duty code of the annex; `receipt_kind` is the receipts' name for its data. It holds
    students who were in `grades` that year, of grade 3 those of the official letter's `letter_batch`.
    """

    code: str
    official_name: str
    kind: Literal["course_outcomes", "diverse_performance"]
    division: Literal["day", "evening", "both"]
    scope: Literal["year", "term"]
    cover_term: int | None
    submitting_duty: str
    receipt_kind: str
    sheets: tuple[SheetSpec, ...]
    grades: tuple[int, ...] = (1, 2)
    letter_batch: int | None = None

    @property
    def data_label(self) -> str:
        """What `receipt_kind` is called on pages, in their language."""
        return str(_DATA_LABELS[self.kind])

    def sheet(self, key: str) -> SheetSpec:
        """The sheet for records of `key`.

        Raises:
            InvalidInput: this roster has no such sheet.
        """
        for sheet in self.sheets:
            if sheet.key == key:
                return sheet
        message = _("名冊 %(code)s「%(name)s」沒有放「%(key)s」資料的工作表。")
        raise InvalidInput(message % {"code": self.code, "name": self.official_name, "key": key})


def roc_compact(day: date) -> str:
    """`2024-10-21` → `1131021`: seven digits, the ROC year in three.

    Raises:
        ValueError: the date lies before ROC year 1 or after 999.
    """
    year = day.year - 1911
    if not 1 <= year <= 999:
        raise ValueError(f"{day} has no three-digit ROC year")
    return f"{year:03}{day:%m%d}"


def attachment_path(national_id: str, roster_code: str, running_number: int, extension: str) -> str:
    """The name of a file in the submission's archive, which is also the text of its link column.

    Raises:
        ValueError: a part holds anything but ASCII letters and digits, so that no name can leave the archive.
    """
    parts = (normalise(national_id), roster_code, str(running_number), extension.removeprefix(".").lower())
    if not all(part.isascii() and part.isalnum() for part in parts):
        raise ValueError("an attachment's name is made of ASCII letters and digits only")
    return "{}_{}_{}.{}".format(*parts)


def render_row(sheet: SheetSpec, facts: Mapping[str, object]) -> list[str]:
    """The cells of one row, all of them text; a missing fact becomes the column's sentinel.

    Raises:
        InvalidInput: a fact does not fit its column's type; the message names sheet and column.
    """
    return [_render(sheet, column, facts.get(column.source)) for column in sheet.columns]


def row_problems(sheet: SheetSpec, facts: Mapping[str, object]) -> list[str]:
    """What the pre-check says about a row: required cells left empty, cells too long. Empty when all is well.

    Raises:
        InvalidInput: as `render_row`.
    """
    cells = zip(sheet.columns, render_row(sheet, facts), strict=True)
    return [problem for column, cell in cells if (problem := _cell_problem(sheet, column, cell))]


def _cell_problem(sheet: SheetSpec, column: ColumnSpec, cell: str) -> str:
    where = {"sheet": sheet.name, "heading": column.heading}
    if column.required and cell == column.null_sentinel:
        return _("「%(sheet)s」的「%(heading)s」不可空白。") % where
    if column.max_length is not None and len(cell) > column.max_length:
        message = _("「%(sheet)s」的「%(heading)s」共 %(length)d 字，上限 %(limit)d 字。")
        return message % {**where, "length": len(cell), "limit": column.max_length}
    return ""


def _render(sheet: SheetSpec, column: ColumnSpec, fact: object) -> str:
    if fact is None or fact == "":
        return column.null_sentinel
    try:
        return _as_text(column, fact)
    except (ValueError, InvalidOperation) as error:
        message = _("「%(sheet)s」的「%(heading)s」無法寫入「%(value)s」，請更正該筆資料。")
        where = {"sheet": sheet.name, "heading": column.heading, "value": fact}
        raise InvalidInput(message % where) from error


def _as_text(column: ColumnSpec, fact: object) -> str:
    if column.type is ColumnType.ROC_DATE:
        return roc_compact(fact if isinstance(fact, date) else date.fromisoformat(str(fact)))
    if column.type is ColumnType.INTEGER:
        return _whole_number(fact)
    if column.type is ColumnType.DECIMAL:
        return f"{Decimal(str(fact)):.{column.places}f}"
    return str(fact)


def _whole_number(fact: object) -> str:
    number = Decimal(str(fact))
    if number != number.to_integral_value():
        raise ValueError(f"{number} is not a whole number")
    return str(int(number))

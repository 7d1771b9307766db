"""What a list consists of: columns and the headings they may come under; a file checked against them."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.domain.list_reading import ListTable
from accounts.domain.list_workbook import ListFileInvalid
from accounts.list_cells import Cell

Text = str | Promise
Key = tuple[Hashable, ...]


@dataclass(frozen=True)
class ListColumn:
    """One column. Headings are part of the file format, the same in every language.

    `needed`: a file without the column is refused. Another column that is missing leaves what is on record.
    """

    name: str
    heading: str
    cell: Cell = field(default_factory=Cell)
    synonyms: tuple[str, ...] = ()
    needed: bool = True
    example: str = ""
    note: Text = ""


@dataclass(frozen=True)
class ListRow:
    """A row with its cells' values by column name; only columns that the file has."""

    number: int
    values: dict[str, Any]


@dataclass(frozen=True)
class Problem:
    """What is wrong in a row, in which column, and how to mend it."""

    row: int
    heading: str
    message: str

    def __str__(self) -> str:
        where = {"row": self.row, "heading": self.heading, "message": self.message}
        return _("第 %(row)d 列「%(heading)s」：%(message)s") % where


@dataclass(frozen=True)
class CheckedList:
    """The rows that could be read, and the problems of the others. `unused` headings mean nothing here."""

    columns: list[ListColumn]
    rows: list[ListRow]
    problems: list[Problem]
    unused: list[str]


def check_list(table: ListTable, columns: Sequence[ListColumn]) -> CheckedList:
    """Match the headings and read every cell.

    Raises:
        ListFileInvalid: a needed column is missing, or two headings mean the same column.
    """
    positions = _positions(table.headings, columns)
    present = [column for column in columns if column.name in positions]
    places = set(positions.values())
    unused = [text for place, text in enumerate(table.headings) if text and place not in places]
    checked = CheckedList(present, [], [], unused)
    readers = [(column.name, positions[column.name], _Reader(column)) for column in present]
    for number, texts in table.rows:
        values, problems = _read(number, texts, readers)
        checked.problems.extend(problems)
        if not problems:
            checked.rows.append(ListRow(number, values))
    return checked


def duplicates(
    rows: Iterable[ListRow], columns: Sequence[ListColumn], unique: Sequence[str]
) -> list[Problem]:
    """Rows that say in the `unique` columns what an earlier row says; not those that leave one empty."""
    first: dict[Key, int] = {}
    heading = "、".join(column.heading for column in columns if column.name in unique)
    message = _("與第 %(row)d 列相同，請更正或刪除其中一列。")
    problems = []
    for row in rows:
        key = key_of(row.values, unique)
        if None in key or "" in key:
            continue
        known = first.setdefault(key, row.number)
        if known != row.number:
            problems.append(Problem(row.number, heading, message % {"row": known}))
    return problems


def key_of(values: dict[str, Any], key: Sequence[str]) -> Key:
    return tuple(values.get(name) for name in key)


def _positions(headings: Sequence[str], columns: Sequence[ListColumn]) -> dict[str, int]:
    names = {_bare(text): column for column in columns for text in (column.heading, *column.synonyms)}
    positions: dict[str, int] = {}
    for position, heading in enumerate(headings):
        column = names.get(_bare(heading))
        if column and column.name in positions:
            both = {"first": headings[positions[column.name]], "second": heading}
            message = _("標題「%(first)s」與「%(second)s」是同一欄，請只留一欄。")
            raise ListFileInvalid(message % both)
        if column:
            positions[column.name] = position
    missing = [column.heading for column in columns if column.needed and column.name not in positions]
    if missing:
        parts = {"missing": "、".join(missing), "all": "、".join(column.heading for column in columns)}
        message = _("第 1 列（標題列）缺少欄位：%(missing)s。完整的欄位是：%(all)s。")
        raise ListFileInvalid(message % parts)
    return positions


def _bare(heading: str) -> str:
    """A heading as it is compared: 「班級/組別」 is 「班級／組別」, spaces and line breaks do not count."""
    return "".join(heading.split()).replace("/", "／").replace("(", "（").replace(")", "）")


class _Reader:
    """Reads one column's cells; the same text is judged once, as long lists repeat themselves."""

    def __init__(self, column: ListColumn) -> None:
        self._column = column
        self._known: dict[str, tuple[Any, str]] = {}

    def read(self, text: str) -> tuple[Any, str]:
        """The value, and what is wrong with it."""
        if text not in self._known:
            self._known[text] = self._judged(text)
        return self._known[text]

    @property
    def heading(self) -> str:
        return self._column.heading

    def _judged(self, text: str) -> tuple[Any, str]:
        try:
            return self._column.cell.clean(text), ""
        except ValueError as error:
            return None, str(error)


def _read(
    number: int, texts: Sequence[str], readers: Sequence[tuple[str, int, _Reader]]
) -> tuple[dict[str, Any], list[Problem]]:
    values, problems = {}, []
    for name, position, reader in readers:
        value, wrong = reader.read(texts[position] if position < len(texts) else "")
        values[name] = value
        if wrong:
            problems.append(Problem(number, reader.heading, wrong))
    return values, problems

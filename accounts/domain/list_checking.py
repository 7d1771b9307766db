"""A file's rows read cell by cell, under the columns that its headings stand for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.domain.joining import joined
from accounts.domain.list_columns import ListColumn, ListRow, Problem
from accounts.domain.list_headings import HeadingMatch
from accounts.domain.list_reading import ListTable
from accounts.domain.list_workbook import ListFileInvalid

ROWS_BETWEEN_NOTES = 1000


@dataclass(frozen=True)
class CheckedList:
    """The rows that could be read, and the problems of the others. `unused` headings mean nothing here."""

    rows: list[ListRow]
    problems: list[Problem]
    unused: list[str]
    notes: list[str]


def check_list(
    table: ListTable,
    columns: Sequence[ListColumn],
    match: HeadingMatch,
    *,
    advanced: Callable[[int], None] = lambda done: None,
) -> CheckedList:
    """Read every cell; `advanced` is told from time to time how many rows are read.

    Raises:
        ListFileInvalid: a needed column is missing.
    """
    if match.missing:
        missing = joined(column.heading for column in match.missing)
        parts = {"missing": missing, "all": joined(column.heading for column in columns)}
        raise ListFileInvalid(_("第 1 列（標題列）缺少欄位：%(missing)s。完整的欄位是：%(all)s。") % parts)
    readers = [
        (column.name, match.positions[column.name], _Reader(column))
        for column in columns
        if column.name in match.positions
    ]
    checked = CheckedList([], [], match.unused, match.notes)
    for done, (number, texts) in enumerate(table.rows):
        if done % ROWS_BETWEEN_NOTES == 0:
            advanced(done)
        values, problems = _read(number, texts, readers)
        checked.problems.extend(problems)
        if not problems:
            checked.rows.append(ListRow(number, values))
    return checked


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

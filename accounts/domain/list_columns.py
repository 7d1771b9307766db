"""What a list consists of: columns with the headings they may come under, and rows."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.domain.joining import joined
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


def duplicates(
    rows: Iterable[ListRow], columns: Sequence[ListColumn], unique: Sequence[str]
) -> list[Problem]:
    """Rows that say in the `unique` columns what an earlier row says; not those that leave one empty."""
    first: dict[Key, int] = {}
    heading = joined(column.heading for column in columns if column.name in unique)
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

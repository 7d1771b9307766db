"""What a list would change: new, changed (from what to what), the same, and gone."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from accounts.domain.list_columns import Key, ListRow


@dataclass(frozen=True)
class Change:
    """A record that the list changes: column name → (on record, in the list)."""

    row: ListRow
    values: dict[str, tuple[Any, Any]]


@dataclass(frozen=True)
class ListDiff:
    """`gone` are keys on record that the list does not name; nothing is ever deleted for it."""

    new: list[ListRow] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    same: int = 0
    gone: list[Key] = field(default_factory=list)


def compare(
    rows: Iterable[tuple[Key, ListRow]],
    known: Mapping[Key, Mapping[str, Any]],
    *,
    expected: Collection[Key],
    skipped: Collection[str] = (),
) -> ListDiff:
    """Compare the rows with what is `known`; of the `expected` keys, those not named are gone.

    `skipped` columns are not compared.
    """
    diff = ListDiff()
    named, same = set(), 0
    for key, row in rows:
        named.add(key)
        before = known.get(key)
        if before is None:
            diff.new.append(row)
            continue
        values = {
            name: (before.get(name), value)
            for name, value in row.values.items()
            if name not in skipped and before.get(name) != value
        }
        if values:
            diff.changed.append(Change(row, values))
        else:
            same += 1
    return ListDiff(diff.new, diff.changed, same, [key for key in expected if key not in named])

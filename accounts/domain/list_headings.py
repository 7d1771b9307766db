"""Which column each heading of a file stands for: by its own name, as remembered, or not known yet."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import product

from django.utils.translation import gettext as _

from accounts.domain.list_columns import ListColumn
from accounts.domain.list_workbook import ListFileInvalid

SKIPPED = ""  # the column that a heading is remembered with when the school does not need it
HEADING_LENGTH = 100
_LIKE_ENOUGH = 0.5


@dataclass(frozen=True)
class HeadingMatch:
    """The headings of one file. `positions` are by column name; the lists are headings as the file has them.

    `overruled` are remembered for columns that the file has under their own names too: (heading, that name).
    """

    positions: dict[str, int]
    unknown: list[str]
    skipped: list[str]
    overruled: list[tuple[str, str]]
    missing: list[ListColumn]
    free: list[ListColumn]

    @property
    def to_ask(self) -> list[str]:
        """The headings whose column somebody should name, each once; skipped ones if a column is missing."""
        headings = [*self.unknown, *(self.skipped if self.missing else [])] if self.free else []
        return list({kept_form(heading): heading for heading in reversed(headings)}.values())[::-1]

    @property
    def unused(self) -> list[str]:
        return [*self.unknown, *self.skipped, *(heading for heading, __ in self.overruled)]

    @property
    def notes(self) -> list[str]:
        """What people should know of how the file is read."""
        message = _("「%(heading)s」記為「%(official)s」，但檔案已有這一欄，所以沒有讀「%(heading)s」。")
        return [message % {"heading": heading, "official": own} for heading, own in self.overruled]


def match_headings(
    headings: Sequence[str], columns: Sequence[ListColumn], remembered: Mapping[str, str]
) -> HeadingMatch:
    """A column's own names come first; then what is `remembered` (`kept_form` → column name).

    Raises:
        ListFileInvalid: two headings mean the same column.
    """
    official = _official(headings, columns)
    match = HeadingMatch(dict(official), [], [], [], [], [])
    by_name = {column.name: column for column in columns}
    for position, heading in enumerate(headings):
        if not heading or position in official.values():
            continue
        name = remembered.get(kept_form(heading))
        if name == SKIPPED:
            match.skipped.append(heading)
        elif name not in by_name:
            match.unknown.append(heading)
        elif name in official:
            match.overruled.append((heading, headings[official[name]]))
        elif name in match.positions:
            raise ListFileInvalid(_twice(headings[match.positions[name]], heading, by_name[name]))
        else:
            match.positions[name] = position
    match.free.extend(column for column in columns if column.name not in match.positions)
    match.missing.extend(column for column in match.free if column.needed)
    return match


def _official(headings: Sequence[str], columns: Sequence[ListColumn]) -> dict[str, int]:
    own = {_bare(text): column.name for column in columns for text in (column.heading, *column.synonyms)}
    positions: dict[str, int] = {}
    for position, heading in enumerate(headings):
        name = own.get(_bare(heading))
        if name in positions:
            both = {"first": headings[positions[name]], "second": heading}
            raise ListFileInvalid(_("標題「%(first)s」與「%(second)s」是同一欄，請只留一欄。") % both)
        if name:
            positions[name] = position
    return positions


def kept_form(heading: str) -> str:
    """A heading as it is remembered."""
    return _bare(heading)[:HEADING_LENGTH]


def guesses(headings: Iterable[str], columns: Sequence[ListColumn]) -> dict[str, str]:
    """Heading → name of the column that it is most like, each column once; without those like none."""
    pairs = [
        (_likeness(heading, column), heading, column.name) for heading, column in product(headings, columns)
    ]
    guessed: dict[str, str] = {}
    for likeness, heading, name in sorted(pairs, key=lambda pair: pair[0], reverse=True):
        if likeness >= _LIKE_ENOUGH and heading not in guessed and name not in guessed.values():
            guessed[heading] = name
    return guessed


def _likeness(heading: str, column: ListColumn) -> float:
    texts = (column.heading, *column.synonyms)
    return max(SequenceMatcher(None, _bare(heading), _bare(text)).ratio() for text in texts)


def _twice(first: str, second: str, column: ListColumn) -> str:
    message = _("標題「%(first)s」與「%(second)s」都對應到「%(column)s」，請刪去一欄，或修改欄位對應。")
    return message % {"first": first, "second": second, "column": column.heading}


def _bare(heading: str) -> str:
    """A heading as it is compared: 「班級/組別」 is 「班級／組別」, spaces and line breaks do not count."""
    return "".join(heading.split()).replace("/", "／").replace("(", "（").replace(")", "）")

"""Lays what was sent and what was received side by side, so that a student sees at once what differs.

The central database's keys are not public. Where they are the roster's headings, records find their row by
content; where nothing has the same name, both are shown as they are and nothing is said about them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

SHEET = "工作表"
ALIKE = 0.5  # the share of common fields that must be equal for two pieces to be taken for the same


@dataclass(frozen=True)
class Piece:
    """A row of a roster or a record of a receipt: the sheet it lies in, its name, its fields by heading."""

    sheet: str
    title: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """One field on both sides; None where a side does not have it."""

    heading: str
    sent: str | None
    received: str | None

    @property
    def agrees(self) -> bool:
        return self.sent is not None and self.received is not None and _same(self.sent, self.received)

    @property
    def differs(self) -> bool:
        return self.sent is not None and self.received is not None and not self.agrees


@dataclass(frozen=True)
class Pair:
    """A piece on both sides, or on one only."""

    sent: Piece | None
    received: Piece | None

    @property
    def title(self) -> str:
        return next((piece.title or piece.sheet for piece in (self.sent, self.received) if piece), "")

    @property
    def sheet(self) -> str:
        return next((piece.sheet for piece in (self.sent, self.received) if piece), "")

    @cached_property
    def lines(self) -> list[Line]:
        """The sheet, then every field, the sending side's first; what is empty on both sides is left out."""
        sent, received = _lines(self.sent), _lines(self.received)
        lines = [Line(key, sent.get(key), received.get(key)) for key in dict.fromkeys([*sent, *received])]
        return [line for line in lines if line.sent or line.received]

    @property
    def differences(self) -> int:
        return sum(line.differs for line in self.lines)


@dataclass(frozen=True)
class Comparison:
    """All pieces of a student; `can_tell` is False when no field has the same name on both sides."""

    pairs: list[Pair]
    can_tell: bool

    @property
    def not_received(self) -> int:
        return sum(pair.received is None for pair in self.pairs)

    @property
    def not_sent(self) -> int:
        return sum(pair.sent is None for pair in self.pairs)

    @property
    def different(self) -> int:
        return sum(bool(pair.sent and pair.received and pair.differences) for pair in self.pairs)


def compare(sent: Sequence[Piece], received: Sequence[Piece]) -> Comparison:
    """Pair what belongs together, the most alike first; in the order sent, then what was only received."""
    partners = dict(_matches(sent, received))
    pairs = [Pair(piece, received[partners[i]] if i in partners else None) for i, piece in enumerate(sent)]
    taken = set(partners.values())
    pairs += [Pair(None, piece) for j, piece in enumerate(received) if j not in taken]
    return Comparison(pairs, can_tell=bool(_keys(sent) & _keys(received)))


def _matches(sent: Sequence[Piece], received: Sequence[Piece]) -> Iterable[tuple[int, int]]:
    candidates = [
        (_likeness(ours, theirs), i, j) for i, ours in enumerate(sent) for j, theirs in enumerate(received)
    ]
    ours_left, theirs_left = set(range(len(sent))), set(range(len(received)))
    for likeness, i, j in sorted(candidates, key=lambda c: (-c[0], c[1], c[2])):
        if likeness >= ALIKE and i in ours_left and j in theirs_left:
            ours_left.remove(i)
            theirs_left.remove(j)
            yield i, j


def _likeness(ours: Piece, theirs: Piece) -> float:
    """The share of equal fields among those both have; what is empty on both sides says nothing."""
    common = [key for key in ours.fields if key in theirs.fields and (ours.fields[key] or theirs.fields[key])]
    if not common:
        return 0
    same = sum(_same(ours.fields[key], theirs.fields[key]) for key in common)
    # Among equally alike pieces the one in the same sheet goes first.
    return same / len(common) + (_plain(ours.sheet) == _plain(theirs.sheet)) / 1000


def _lines(piece: Piece | None) -> dict[str, str]:
    return {SHEET: _plain(piece.sheet), **piece.fields} if piece else {}


def _same(ours: str, theirs: str) -> bool:
    """Whether two texts read the same; how lines break and spaces run is the format's doing."""
    return ours.split() == theirs.split()


def _plain(sheet: str) -> str:
    """The sheet's name without what receipts put before an evening division's."""
    return sheet.removeprefix("進修部")


def _keys(pieces: Iterable[Piece]) -> set[str]:
    return {key for piece in pieces for key in piece.fields}

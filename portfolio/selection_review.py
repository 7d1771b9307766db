"""What a student is about to confirm: the chosen pieces in their order, and what that changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from portfolio.domain.ordering import moved, order_differs
from portfolio.models import CourseOutcome, DiversePerformance
from portfolio.selection_page import OUTCOMES, PERFORMANCES, SelectionPage

Piece = TypeVar("Piece", CourseOutcome, DiversePerformance)
Chosen = Mapping[str, Sequence[int]]
_PLACES = {"up": -1, "down": 1}


@dataclass(frozen=True)
class Move:
    """A piece of one list was to go up or down."""

    direction: str
    group: str
    pk: int

    @classmethod
    def parse(cls, text: str) -> Move | None:
        """`text` as the page's buttons say it, like `up-outcomes-12`; None for anything else."""
        direction, __, rest = text.partition("-")
        group, __, number = rest.partition("-")
        if direction not in _PLACES or group not in (OUTCOMES, PERFORMANCES):
            return None
        return cls(direction, group, int(number)) if number.isdecimal() and len(number) < 19 else None

    def applied_to(self, chosen: Chosen) -> Chosen:
        return {**chosen, self.group: moved(chosen[self.group], self.pk, _PLACES[self.direction])}


@dataclass(frozen=True)
class ReviewLine:
    """A chosen piece at its place; `focus` is the direction whose button was just pressed."""

    piece: CourseOutcome | DiversePerformance
    is_new: bool
    is_first: bool
    is_last: bool
    focus: str = ""


@dataclass(frozen=True)
class ReviewGroup:
    """Chosen pieces of one kind in their order, and those that were selected and are not any more.

    `saved` are the ids of what is selected, in its order.
    """

    name: str
    saved: list[int]
    lines: list[ReviewLine]
    dropped: list[CourseOutcome] | list[DiversePerformance]
    is_reordered: bool

    @property
    def added(self) -> int:
        return sum(line.is_new for line in self.lines)

    @property
    def is_changed(self) -> bool:
        return bool(self.added or self.dropped or self.is_reordered)


@dataclass(frozen=True)
class Review:
    outcomes: ReviewGroup
    performances: ReviewGroup

    @property
    def groups(self) -> list[ReviewGroup]:
        return [self.outcomes, self.performances]

    @property
    def is_changed(self) -> bool:
        return any(group.is_changed for group in self.groups)


def review(page: SelectionPage, chosen: Chosen, move: Move | None = None) -> Review:
    """`page` as it is saved, against what is `chosen` now; `move` is what was asked last."""
    return Review(
        _group(OUTCOMES, page.outcomes, page.chosen_outcomes, chosen[OUTCOMES], move),
        _group(PERFORMANCES, page.performances, page.chosen_performances, chosen[PERFORMANCES], move),
    )


def _group(
    name: str, pieces: list[Piece], saved: Sequence[int], chosen: Sequence[int], move: Move | None
) -> ReviewGroup:
    by_id = {piece.pk: piece for piece in pieces}
    ids = list(dict.fromkeys(chosen))
    last = len(ids) - 1
    lines = [
        ReviewLine(by_id[pk], pk not in saved, place == 0, place == last, _focus(move, name, pk, place, last))
        for place, pk in enumerate(ids)
    ]
    dropped = [by_id[pk] for pk in saved if pk not in ids and pk in by_id]
    return ReviewGroup(name, list(saved), lines, dropped, order_differs(saved, ids))


def _focus(move: Move | None, group: str, pk: int, place: int, last: int) -> str:
    """The button that was pressed; at the end of the list, where it can go no further, the other one."""
    if move is None or (move.group, move.pk) != (group, pk):
        return ""
    if place == 0:
        return "down"
    return "up" if place == last else move.direction

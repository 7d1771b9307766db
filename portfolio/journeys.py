"""Where a student's pieces have come to after they were selected: apps above add what they know."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from accounts.models import Student
from portfolio.models import CourseOutcome, DiversePerformance


@dataclass(frozen=True)
class Milestone:
    """Something that became of a piece, and on which day; `state` is a key of accounts.templatetags.ui."""

    state: str
    day: date


@dataclass(frozen=True)
class PieceKey:
    """Which piece; one of the two is None."""

    outcome: int | None = None
    performance: int | None = None

    @classmethod
    def of(cls, piece: CourseOutcome | DiversePerformance) -> PieceKey:
        if isinstance(piece, CourseOutcome):
            return cls(outcome=piece.pk)
        return cls(performance=piece.pk)


Builder = Callable[[Student], Iterable[tuple[PieceKey, Milestone]]]
_builders: list[Builder] = []


def adds_milestones(builder: Builder) -> Builder:
    """Register what tells, in a constant number of queries, how far the pieces of a student have come."""
    _builders.append(builder)
    return builder


def milestones_of(student: Student) -> dict[PieceKey, list[Milestone]]:
    """Each piece's milestones, the earliest first; a piece that has none is missing."""
    found: dict[PieceKey, list[Milestone]] = {}
    for build in _builders:
        for key, milestone in build(student):
            found.setdefault(key, []).append(milestone)
    return {key: sorted(milestones, key=lambda one: one.day) for key, milestones in found.items()}

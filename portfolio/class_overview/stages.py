"""The stages a student's work goes through, for whoever looks after a class: every app adds those it knows.

A stage counts facts. Nothing here says how much there should be, or who has more than whom (rules E1).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q

from accounts.builders import Builders
from accounts.domain.enrolment import LEAVERS
from accounts.models import ClassPlacement, SchoolClass

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Stage:
    """`icon` and `tone` are those of static/icons.svg and portfolio.css; `note` says more than the label.

    One may look for the students who have something in a stage that `waits_for_somebody`. A class's
    sign-off list states what stands in those that are `signed_for`.
    """

    key: str
    label: StrOrPromise
    icon: str
    tone: str
    unit: StrOrPromise
    note: str = ""
    waits_for_somebody: bool = False
    signed_for: bool = False


@dataclass(frozen=True)
class Scope:
    """The classes looked at, all of one school year, and which of them each student sits in.

    Who has left the school is in no class any more (rules 7).
    """

    school_year: int
    classes: list[SchoolClass]
    class_of: Mapping[int, int]
    now: datetime

    @classmethod
    def of(cls, classes: Iterable[SchoolClass], school_year: int, now: datetime) -> Scope:
        classes = list(classes)
        placed = ClassPlacement.objects.filter(school_class__in=classes)
        placed = placed.exclude(student__status__in=LEAVERS).order_by()
        return cls(school_year, classes, dict(placed.values_list("student", "school_class")), now)

    def holds(self, student: str) -> Q:
        """Rows whose `student`, a path of lookups, sits in one of the classes."""
        return Q(**{f"{student}__placements__school_class__in": [one.pk for one in self.classes]})


@dataclass(frozen=True)
class StageCounts:
    """How much each student has in a stage, by student id; who has nothing may be missing."""

    stage: Stage
    counts: Mapping[int, int]


_builders: Builders[Scope, StageCounts] = Builders()
adds_stages = _builders.adding


def stages_of(scope: Scope) -> list[StageCounts]:
    """Every stage, in a number of queries that grows neither with classes nor with students."""
    return _builders(scope)

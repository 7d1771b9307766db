"""What can be selected for a school year, what is, and why the rest cannot be."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from django.utils.translation import gettext as _

from accounts.models import Student
from portfolio.domain.ordering import chosen_first
from portfolio.models import CourseOutcome, DiversePerformance, Selection
from portfolio.models.outcomes import OutcomeState
from portfolio.overview import Meter, meter_maker
from portfolio.queries import (
    listed_outcomes,
    listed_performances,
    selectable_outcomes,
    selectable_performances,
)
from schedules.models import Window
from schedules.models.rules import Quota
from schedules.queries import ShownWindow, shown

Piece = TypeVar("Piece", CourseOutcome, DiversePerformance)
OUTCOMES, PERFORMANCES = "outcomes", "performances"


@dataclass(frozen=True)
class SelectionPage:
    """`chosen_*` are ids in the student's order: of what is selected, or of what was ticked and is not saved
    yet. The pieces stand in that order too, what is not chosen after them."""

    school_year: int
    window: ShownWindow
    is_open: bool
    outcomes: list[CourseOutcome]
    performances: list[DiversePerformance]
    not_selectable: list[CourseOutcome]
    chosen_outcomes: list[int]
    chosen_performances: list[int]
    outcome_meter: Meter
    performance_meter: Meter
    is_unsaved: bool = False

    def with_ticks(self, ticked: Mapping[str, Iterable[int]]) -> "SelectionPage":
        """The page with what was ticked instead of what is selected."""
        outcomes, performances = list(ticked.get(OUTCOMES, ())), list(ticked.get(PERFORMANCES, ()))
        return replace(
            self,
            outcomes=_in_order(self.outcomes, outcomes),
            performances=_in_order(self.performances, performances),
            chosen_outcomes=outcomes,
            chosen_performances=performances,
            is_unsaved=True,
        )

    @property
    def can_compare(self) -> bool:
        return len(self.outcomes) + len(self.performances) > 1


def concerning(windows: Iterable[Window], now: datetime) -> Window | None:
    """The window that concerns a student: the one that is open, else the next one, else the last one."""
    windows = list(windows)
    is_open = [window for window in windows if window.is_open(now)]
    to_come = [window for window in windows if window.opens_at is None or now < window.opens_at]
    if is_open or to_come:
        return min(is_open or to_come, key=_time)
    return max(windows, key=_time, default=None)


def _time(window: Window) -> float:
    """When it closes, or opens, as a number; a day that is not known yet comes last."""
    moment = window.ends_at or window.opens_at
    return moment.timestamp() if moment else float("inf")


def selection_page(student: Student, window: Window, now: datetime) -> SelectionPage:
    """The page of the school year that `window` is about."""
    year = window.subject_year
    others = CourseOutcome.objects.of(student).of_year(year).standing()
    selected = Selection.objects.filter(student=student, school_year=year).values_list(
        "outcome", "performance"
    )
    chosen_outcomes = [outcome for outcome, __ in selected if outcome]
    chosen_performances = [performance for __, performance in selected if performance]
    outcomes = listed_outcomes(selectable_outcomes(student, year))
    performances = listed_performances(selectable_performances(student, year))
    return SelectionPage(
        school_year=year,
        window=shown(window, now),
        is_open=window.is_open(now),
        outcomes=_in_order(outcomes, chosen_outcomes),
        performances=_in_order(performances, chosen_performances),
        not_selectable=list(listed_outcomes(others.exclude(state=OutcomeState.CERTIFIED))),
        chosen_outcomes=chosen_outcomes,
        chosen_performances=chosen_performances,
        outcome_meter=meter_maker(Quota.SELECTED_OUTCOMES, now)(_("課程學習成果"), len(chosen_outcomes)),
        performance_meter=meter_maker(Quota.SELECTED_PERFORMANCES, now)(
            _("多元表現"), len(chosen_performances)
        ),
    )


def _in_order(pieces: Iterable[Piece], chosen: Sequence[int]) -> list[Piece]:
    return chosen_first(pieces, chosen, lambda piece: piece.pk)

"""Whom a window concerns. Students follow from their classes; apps above add whom they know of (teachers)."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from accounts.duty_roster import DutyRoster
from accounts.models import ClassPlacement, User
from accounts.models.students import EnrolmentStatus
from schedules.domain.activities import (
    GRADE3_AUDIENCES,
    STUDENT_ACTIVITIES,
    Activity,
    Audience,
    audience_of,
)
from schedules.models import Window
from schedules.responsibility import duties_for

Finder = Callable[[Window, datetime], Iterable[User]]
_finders: dict[str, Finder] = {}

_OF_GRADE3 = {
    audience: Q(school_class__grade=3, school_class__letter_batch=number)
    for number, audience in GRADE3_AUDIENCES.items()
}


def concerns(activity: Activity) -> Callable[[Finder], Finder]:
    """Register who is concerned by windows of `activity`."""

    def keep(finder: Finder) -> Finder:
        _finders[activity] = finder
        return finder

    return keep


def placements_concerned(window: Window) -> QuerySet[ClassPlacement]:
    """The enrolled students who keep to `window`, in their class of its year."""
    placements = ClassPlacement.objects.filter(
        school_year=window.subject_year,
        school_class__division=window.division,
        student__status=EnrolmentStatus.ENROLLED,
    )
    if window.audience != Audience.GENERAL:
        return placements.filter(_OF_GRADE3[Audience(window.audience)])
    # Work of a whole year is grade 3's own matter in its second term, like that term's.
    return placements if window.subject_term == 1 else placements.exclude(school_class__grade=3)


def keeps_to(window: Window, grade: int) -> bool:
    """Whether `window` is one for students of `grade`, or for the offices that serve them (D13)."""
    if window.activity not in (*STUDENT_ACTIVITIES, Activity.CERTIFICATION):
        return True
    # Work of a whole year is sorted by the second term: grade 3 selects before it leaves.
    number = window.subject_term or 2
    return window.audience in {audience_of(grade, number, batch) for batch in GRADE3_AUDIENCES}


def people_concerned(window: Window, at: datetime) -> list[User]:
    """Who has to act in `window`: students, whom an app knows of, or whoever acts for the duty at `at`."""
    if window.activity in STUDENT_ACTIVITIES:
        placements = placements_concerned(window).select_related("student__user")
        return [placement.student.user for placement in placements]
    if window.activity in _finders:
        return list(_finders[window.activity](window, at))
    roster = DutyRoster(at)
    acting = (roster.acting_person(duty, window.division) for duty in duties_for(window.activity))
    return [person for person in acting if person]

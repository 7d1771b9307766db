"""Whom a window concerns. Students follow from their classes; apps above add whom they know of (teachers)."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from accounts.duty_roster import DutyRoster
from accounts.models import ClassPlacement, SchoolClass, User
from accounts.models.students import EnrolmentStatus
from schedules.domain.activities import (
    GRADE3_AUDIENCES,
    STUDENT_ACTIVITIES,
    Activity,
    Audience,
    audience_of,
)
from schedules.domain.extensions import deciding
from schedules.models import Extension, Window
from schedules.responsibility import duties_for

Finder = Callable[[Window, QuerySet[ClassPlacement], datetime], Iterable[User]]
_finders: dict[str, Finder] = {}

# Only these have windows of their own for grade 3's second term; offices work for every grade alike.
_BY_GRADE = (*STUDENT_ACTIVITIES, Activity.CERTIFICATION)
_OF_GRADE3 = {audience: Q(grade=3, letter_batch=number) for number, audience in GRADE3_AUDIENCES.items()}


def concerns(activity: Activity) -> Callable[[Finder], Finder]:
    """Register who, beside them, is concerned by the work of some students in windows of `activity`."""

    def keep(finder: Finder) -> Finder:
        _finders[activity] = finder
        return finder

    return keep


def classes_concerned(window: Window) -> QuerySet[SchoolClass]:
    """The classes of its year that keep to `window`."""
    classes = SchoolClass.objects.filter(school_year=window.subject_year, division=window.division)
    if window.audience != Audience.GENERAL:
        return classes.filter(_OF_GRADE3[Audience(window.audience)])
    # Work of a whole year is grade 3's own matter in its second term, like that term's.
    by_grade = window.activity in _BY_GRADE and window.subject_term != 1
    return classes.exclude(grade=3) if by_grade else classes


def placements_concerned(window: Window) -> QuerySet[ClassPlacement]:
    """The enrolled students who keep to `window`, in their class of its year."""
    return ClassPlacement.objects.filter(
        school_class__in=classes_concerned(window), student__status=EnrolmentStatus.ENROLLED
    )


def keeps_to(window: Window, grade: int) -> bool:
    """Whether `window` is one for students of `grade`, or for the offices that serve them (D13)."""
    if window.activity not in _BY_GRADE:
        return True
    # Work of a whole year is sorted by the second term: grade 3 selects before it leaves.
    number = window.subject_term or 2
    return window.audience in {audience_of(grade, number, batch) for batch in GRADE3_AUDIENCES}


def people_concerned(
    window: Window, at: datetime, placements: QuerySet[ClassPlacement] | None = None
) -> list[User]:
    """Who has to act in `window` for the students of `placements` (by default all who keep to it): they
    themselves, whom an app knows of, or whoever acts for the duty at `at`."""
    if placements is None:
        placements = placements_concerned(window)
    if window.activity in STUDENT_ACTIVITIES:
        return [placement.student.user for placement in placements.select_related("student__user")]
    if window.activity in _finders:
        return list(_finders[window.activity](window, placements, at))
    roster = DutyRoster(at)
    acting = (roster.acting_person(duty, window.division) for duty in duties_for(window.activity))
    return [person for person in acting if person]


def students_by_end(window: Window) -> dict[datetime, list[User]]:
    """The students who keep to `window`, by when it ends for them: later for those with an extension."""
    if window.closes_at is None:
        return {}
    extensions = list(Extension.objects.active().filter(window=window))
    found: dict[datetime, list[User]] = {}
    for placement in placements_concerned(window).select_related("student__user"):
        extension = deciding(
            window.closes_at,
            for_person=[one for one in extensions if one.student_id == placement.student_id],
            for_classes=[one for one in extensions if one.school_class_id == placement.school_class_id],
            closes_at=lambda extension: extension.closes_at,
        )
        end = extension.closes_at if extension else window.closes_at
        found.setdefault(end, []).append(placement.student.user)
    return found

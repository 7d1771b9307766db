"""Whom a window concerns. Students follow from their classes; apps above add whom they know of (teachers)."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from accounts.duty_roster import DutyRoster, roster_at
from accounts.models import ClassPlacement, SchoolClass, Student, User
from accounts.models.students import EnrolmentStatus
from schedules.domain.activities import (
    GRADE3_AUDIENCES,
    RECEIPT_ACTIVITIES,
    STUDENT_ACTIVITIES,
    Activity,
    Audience,
    audience_of,
)
from schedules.models import Extension, Window
from schedules.responsibility import duties_for

Finder = Callable[[Window, QuerySet[ClassPlacement], datetime], Iterable[User]]
_finders: dict[str, Finder] = {}
Narrower = Callable[[Window, QuerySet[ClassPlacement]], QuerySet[ClassPlacement]]
_narrowers: dict[str, Narrower] = {}

# Only these have windows of their own for grade 3's second term; offices work for every grade alike.
_BY_GRADE = (*STUDENT_ACTIVITIES, Activity.CERTIFICATION)
_OF_GRADE3 = {audience: Q(grade=3, letter_batch=number) for number, audience in GRADE3_AUDIENCES.items()}


def concerns(activity: Activity) -> Callable[[Finder], Finder]:
    """Register who, beside them, is concerned by the work of some students in windows of `activity`."""

    def keep(finder: Finder) -> Finder:
        _finders[activity] = finder
        return finder

    return keep


def asks(*activities: Activity) -> Callable[[Narrower], Narrower]:
    """Register which students windows of `activities` ask, of those in the classes that keep to them."""

    def keep(narrower: Narrower) -> Narrower:
        _narrowers.update(dict.fromkeys(activities, narrower))
        return narrower

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
    """The students who keep to `window`, in their class of its year: the enrolled ones, or just those whom
    it asks."""
    placements = ClassPlacement.objects.filter(school_class__in=classes_concerned(window))
    if narrow := _narrowers.get(window.activity):
        return narrow(window, placements)
    return placements.filter(student__status=EnrolmentStatus.ENROLLED)


def has_use_for(window: Window, target: SchoolClass | Student) -> bool:
    """Whether more time in `window` means anything to `target`."""
    if window.activity in _narrowers:
        asked = placements_concerned(window)
        own = Q(school_class=target) if isinstance(target, SchoolClass) else Q(student=target)
        return asked.filter(own).exists()
    classes = classes_concerned(window)
    own = Q(pk=target.pk) if isinstance(target, SchoolClass) else Q(placements__student=target)
    return classes.filter(own).exists()


def keeps_to(window: Window, grade: int) -> bool:
    """Whether `window` is one for students of `grade`, or for the offices that serve them (D13)."""
    if window.activity not in _BY_GRADE:
        return True
    # Work of a whole year is sorted by the second term: grade 3 selects before it leaves.
    number = window.subject_term or 2
    return window.audience in {audience_of(grade, number, batch) for batch in GRADE3_AUDIENCES}


def people_concerned(
    window: Window,
    at: datetime,
    placements: QuerySet[ClassPlacement] | None = None,
    *,
    roster: DutyRoster | None = None,
) -> list[User]:
    """Who has to act in `window` for the students of `placements` (by default all who keep to it): they
    themselves, whom an app knows of, or whoever acts for the duty at `at`."""
    if placements is None:
        placements = placements_concerned(window)
    if window.activity in (*STUDENT_ACTIVITIES, *RECEIPT_ACTIVITIES):
        return [placement.student.user for placement in placements.select_related("student__user")]
    if window.activity in _finders:
        return list(_finders[window.activity](window, placements, at))
    roster = roster or roster_at(at)
    acting = (roster.acting_person(duty, window.division) for duty in duties_for(window.activity))
    return [person for person in acting if person]


def students_by_end(window: Window) -> dict[datetime, list[User]]:
    """The students who keep to `window`, by when it ends for them: later for those with an extension."""
    if window.closes_at is None:
        return {}
    extensions = list(Extension.objects.active().filter(window=window))
    found: dict[datetime, list[User]] = {}
    for placement in placements_concerned(window).select_related("student__user"):
        held = window.held_with(one for one in extensions if one.is_for(placement))
        if held.ends_at:
            found.setdefault(held.ends_at, []).append(placement.student.user)
    return found

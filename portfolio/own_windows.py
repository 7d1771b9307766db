"""What of the schedule concerns students and teachers: for their calendars, and for telling them of moves."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import ClassPlacement, Student, User
from portfolio.certification_ends import certification_windows
from portfolio.certification_queries import certifiers_of, sections_certified_by
from portfolio.models import CourseOutcome
from portfolio.student_windows import StudentWindows
from schedules.concerned import concerns
from schedules.domain.activities import Activity
from schedules.domain.terms import school_year_of
from schedules.feed import adds_to_feed
from schedules.models import Window

YEARS_BACK = 1


@adds_to_feed
def own_windows(user: User, now: datetime) -> Iterator[Window]:
    """A student's uploads and selection, a certifier's windows with extended ends, of two school years."""
    oldest = school_year_of(timezone.localdate(now)) - YEARS_BACK
    yield from (window for window in _all(user, now) if window.subject_year >= oldest)


def _all(user: User, now: datetime) -> Iterable[Window]:
    student = Student.objects.filter(user=user).first()
    if student is None:
        return certification_windows(sections_certified_by(user, now))
    windows = StudentWindows(student)
    performance = windows.performance_upload(now)
    return [*windows.uploads(), *windows.selections(), *([performance] if performance else [])]


@concerns(Activity.CERTIFICATION)
def certifiers_concerned(
    window: Window, placements: QuerySet[ClassPlacement], at: datetime
) -> Iterable[User]:
    """Who certifies pieces of that term by these students at `at`, whatever state they are in."""
    outcomes = CourseOutcome.objects.filter(
        enrolment__section__term__school_year=window.subject_year,
        enrolment__section__term__number=window.subject_term,
        enrolment__student__in=placements.values("student"),
    )
    return certifiers_of(outcomes.order_by().values_list("enrolment__section", flat=True), at)

"""The demo's extensions: to upload, to certify and to confirm receipts, and one that was taken back."""

from datetime import datetime, timedelta

from accounts.domain.division import Division
from accounts.models import Student, User
from config.demo.calendar import DemoCalendar
from config.demo.people import DemoPeople
from portfolio.models import CourseOutcome
from portfolio.models.outcomes import OutcomeState
from schedules.domain.activities import Activity
from schedules.domain.periods import start_of
from schedules.models import Window
from schedules.queries import general_window, student_window
from schedules.services.extensions import grant_extension, withdraw_extension
from submissions.models import ReceiptConfirmation


def make_extensions(people: DemoPeople, calendar: DemoCalendar) -> None:
    window = general_window(Activity.OUTCOME_UPLOAD, Division.DAY, calendar.current)
    assert window and window.closes_on
    registry = people.by_username("registry1")
    at = start_of(calendar.today - timedelta(days=2)) + timedelta(hours=10)
    first, *__, last = [c for c in people.classes if c.division == Division.DAY and c.grade == 1]
    closes_on = window.closes_on
    grant_extension(
        window,
        first,
        closes_on=closes_on + timedelta(days=7),
        reason="校外實習一週，延後上傳",
        article="第 12 點（一）",
        by=registry,
        at=at,
    )
    student = next(s for s in people.students[2:] if s.placements.filter(school_class=last).exists())
    granted = grant_extension(
        window,
        student,
        closes_on=closes_on + timedelta(days=3),
        reason="住院治療",
        by=registry,
        at=at,
    )
    withdraw_extension(granted, by=registry, at=at + timedelta(hours=3))
    _more_time_to_certify(people, registry, at)
    _more_time_for_receipts(people, at + timedelta(days=1))


def _more_time_to_certify(people: DemoPeople, registry: User, at: datetime) -> None:
    waiting = CourseOutcome.objects.filter(
        state=OutcomeState.WAITING, enrolment__section__teacher=people.by_username("teacher1")
    )
    for outcome in waiting.order_by("pk")[:1]:
        term = outcome.enrolment.section.term.code
        window = student_window(outcome.student, Activity.CERTIFICATION, term)
        if window.closes_on and not window.extension:
            _extend(window, outcome.student, 10, "請假期間作品無法送達", registry, at)


def _more_time_for_receipts(people: DemoPeople, at: datetime) -> None:
    """For one of those who have not answered yet, by whoever runs the evening division's confirmation."""
    unanswered = ReceiptConfirmation.objects.filter(answer=None, period__window__closes_at__gt=at)
    for confirmation in unanswered.with_details().order_by("pk")[:1]:
        _extend(
            confirmation.period.window,
            confirmation.student,
            4,
            "住院治療",
            people.by_username("evening1"),
            at,
        )


def _extend(window: Window, student: Student, days: int, reason: str, by: User, at: datetime) -> None:
    assert window.closes_on
    closes_on = window.closes_on + timedelta(days=days)
    grant_extension(window, student, closes_on=closes_on, reason=reason, by=by, at=at)

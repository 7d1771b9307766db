"""The demo's submissions: the evening division's under confirmation, the day division's in preparation."""

from datetime import datetime, timedelta
from io import BytesIO

from accounts.domain.division import Division
from accounts.models import User
from config.demo.calendar import DemoCalendar
from config.demo.people import DemoPeople
from schedules.domain.activities import Activity, Audience
from schedules.domain.periods import start_of
from schedules.models import Window
from submissions.domain.receipt_state import DisputeReason
from submissions.models import Batch, ReceiptPeriod
from submissions.practice import write_practice_receipts
from submissions.services.batches import create_batch, freeze_batch, mark_submitted
from submissions.services.confirmation import confirm_receipt, report_error
from submissions.services.exports import build, request_exports
from submissions.services.receipts import close_due_periods, import_receipts, open_receipt_period

FROZEN, SUBMITTED, IMPORTED = timedelta(days=20), timedelta(days=18), timedelta(days=14)
PERFORMANCES_OPENED, OUTCOMES_OPENED = timedelta(days=13), timedelta(days=1)


def make_submissions(people: DemoPeople, calendar: DemoCalendar) -> None:
    year = calendar.school_year - 1
    now = start_of(calendar.today) + timedelta(hours=9)
    registry, affairs = people.by_username("registry1"), people.by_username("affairs1")
    create_batch("26", Division.DAY, year, by=registry, at=now - timedelta(days=2))
    create_batch("25", Division.DAY, year, by=affairs, at=now - timedelta(days=2))
    if not _evening_selection_is_over(calendar, now):
        return
    academic = people.by_username("evening1")
    student_affairs = people.by_username("evening-affairs-head")
    performances = _submitted("25", year, by=student_affairs, now=now)
    period = open_receipt_period(
        performances, opens_on=calendar.today - PERFORMANCES_OPENED, by=academic, at=now - PERFORMANCES_OPENED
    )
    _answered(period)
    close_due_periods(now)
    outcomes = _submitted("28", year, by=academic, now=now)
    open_receipt_period(
        outcomes, opens_on=calendar.today - OUTCOMES_OPENED, by=academic, at=now - OUTCOMES_OPENED
    )


def _evening_selection_is_over(calendar: DemoCalendar, now: datetime) -> bool:
    window = Window.objects.get(
        activity=Activity.SELECTION,
        division=Division.EVENING,
        audience=Audience.GENERAL,
        subject_year=calendar.school_year - 1,
        subject_term=0,
    )
    return window.closes_at is not None and window.closes_at <= now - FROZEN


def _submitted(code: str, year: int, *, by: User, now: datetime) -> Batch:
    """A batch up to its imported receipts, which arrived complete."""
    batch = create_batch(code, Division.EVENING, year, by=by, at=now - FROZEN)
    batch = freeze_batch(batch, by=by, at=now - FROZEN)
    for job in request_exports(batch, by=by, at=now - FROZEN):
        build(job.pk, at=now - FROZEN)
    sent = now - SUBMITTED
    batch = mark_submitted(batch, submitted_on=sent.date(), letter_number="", by=by, at=sent)
    receipts = BytesIO()
    write_practice_receipts(batch, receipts)
    receipts.seek(0)
    import_receipts(batch, receipts, file_name="收訖明細.zip", by=by, at=now - IMPORTED)
    return batch


def _answered(period: ReceiptPeriod) -> None:
    """By turns confirmed, not answered, and once reported as wrong."""
    assert period.window.opens_at
    at = period.window.opens_at + timedelta(days=1, hours=12)
    for number, confirmation in enumerate(period.confirmations.select_related("student__user")):
        if number == 1:
            report_error(
                confirmation,
                reason=DisputeReason.WRONG_DATA,
                explanation="服務學習的時數應為 16 小時，明細上是 6 小時。",
                by=confirmation.student.user,
                at=at,
            )
        elif number % 2 == 0:
            confirm_receipt(confirmation, by=confirmation.student.user, at=at)

"""Reminding students that their receipts are about to count as correct."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.domain.roc_calendar import last_day
from accounts.models import Notice, School, User
from accounts.services import notices
from schedules.domain.periods import last_day_before
from schedules.domain.reminding import due_reminder
from schedules.models import Window
from submissions.models import ReceiptPeriod


def remind_unconfirmed(at: datetime) -> int:
    """Tell whoever has not answered, once for each of the school's lead times; how many were told now.

    Each student's own end counts. A lead time as long as the period itself is left out: everybody has been
    told of its beginning, and whoever was given more time, of that.
    """
    running = ReceiptPeriod.objects.filter(window__opens_at__lte=at).not_over(at)
    if not running.exists():
        return 0
    leads = (School.objects.first() or School()).reminder_leads
    return sum(_remind_of(period, leads, at) for period in running.select_related("window", "batch"))


def _remind_of(period: ReceiptPeriod, leads: Iterable[int], at: datetime) -> int:
    due: dict[tuple[datetime, int], list[User]] = {}
    for confirmation in period.confirmations.filter(answer=None).not_over(at).with_details():
        window = confirmation.window
        assert window.ends_at  # a receipt window is entered, never awaited
        lead = due_reminder(window.ends_at, leads, at, told_at=_told_at(window))
        if lead is not None:
            due.setdefault((window.ends_at, lead), []).append(confirmation.student.user)
    return sum(_remind(period, people, end, lead, at) for (end, lead), people in due.items())


def _told_at(window: Window) -> datetime | None:
    """When the student heard of the end: with the opening, or when it was moved for them."""
    granted_at = window.extension.granted_at if window.extension else None
    return max((moment for moment in (window.opens_at, granted_at) if moment), default=None)


def _remind(
    period: ReceiptPeriod, waiting: Iterable[User], ends_at: datetime, lead: int, at: datetime
) -> int:
    key = f"receipt-reminder-{period.pk}-{ends_at:%Y%m%d}-{lead}"
    known = set(Notice.objects.filter(key=key).values_list("user", flat=True))
    people = [user for user in waiting if user.pk not in known]
    notices.tell(
        people,
        key=key,
        subject=lambda: _("即將截止，請確認收訖明細：%(closes)s") % {"closes": last_day(ends_at)},
        body=lambda: (
            _("「%(kind)s」還沒有您的回覆。期限內沒有回覆，將視同正確（第 6 點（三））。")
            % {"kind": period.batch.spec.data_label}
        ),
        url=reverse("submissions:receipts"),
        act_by=last_day_before(ends_at),
        at=at,
    )
    return len(people)

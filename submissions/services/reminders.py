"""Reminding students that their receipts are about to count as correct."""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.domain.roc_calendar import last_day
from accounts.models import User
from accounts.services import notices
from schedules.models import Window
from submissions.models import ReceiptPeriod

AHEAD = timedelta(days=2)


def remind_unconfirmed(at: datetime) -> int:
    """Tell whoever has not answered, once per period; how many people were told now.

    The time comes when two days are left, in a short period when half of it is over: everybody has been told
    of its beginning.
    """
    closing = ReceiptPeriod.objects.filter(
        window__opens_at__lte=at, window__closes_at__gt=at, window__closes_at__lte=at + AHEAD
    )
    periods = closing.select_related("window", "batch")
    return sum(_remind(period, at) for period in periods if _time_has_come(period.window, at))


def _time_has_come(window: Window, at: datetime) -> bool:
    assert window.opens_at and window.closes_at  # a receipt window is entered, never awaited
    return window.closes_at - at <= min(AHEAD, (window.closes_at - window.opens_at) / 2)


def _remind(period: ReceiptPeriod, at: datetime) -> int:
    key = f"receipt-reminder-{period.pk}"
    waiting = User.objects.filter(student__receipts__period=period, student__receipts__answer=None)
    people = list(waiting.exclude(notices__key=key))
    notices.tell(
        people,
        key=key,
        subject=_("即將截止，請確認收訖明細：%(closes)s") % {"closes": last_day(period.window.closes_at)},
        body=_("「%(kind)s」還沒有您的回覆。期限內沒有回覆，將視同正確（第 6 點（三））。")
        % {"kind": period.batch.spec.receipt_kind},
        url=reverse("submissions:receipts"),
        at=at,
    )
    return len(people)

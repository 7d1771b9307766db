"""Reminding students that their receipts are about to count as correct."""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.domain.roc_calendar import last_day
from accounts.models import User
from accounts.services import notices
from submissions.models import ReceiptPeriod

AHEAD = timedelta(days=2)


def remind_unconfirmed(at: datetime) -> int:
    """Tell whoever has not answered, once per period, when at most two days are left; how many people."""
    closing = ReceiptPeriod.objects.filter(
        window__opens_at__lte=at, window__closes_at__gt=at, window__closes_at__lte=at + AHEAD
    )
    return sum(_remind(period, at) for period in closing.select_related("window", "batch"))


def _remind(period: ReceiptPeriod, at: datetime) -> int:
    people = list(User.objects.filter(student__receipts__period=period, student__receipts__answer=None))
    notices.tell(
        people,
        key=f"receipt-reminder-{period.pk}",
        subject=_("即將截止，請確認收訖明細：%(closes)s") % {"closes": last_day(period.window.closes_at)},
        body=_("「%(kind)s」還沒有您的回覆。期限內沒有回覆，將視同正確（第 6 點（三））。")
        % {"kind": period.batch.spec.receipt_kind},
        url=reverse("submissions:receipts"),
        at=at,
    )
    return len(people)

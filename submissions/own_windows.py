"""A student's receipt windows, for their calendar."""

from collections.abc import Iterable
from datetime import datetime

from accounts.models import User
from schedules.feed import adds_to_feed
from schedules.models import Window


@adds_to_feed
def receipt_windows(user: User, now: datetime) -> Iterable[Window]:
    """The windows in which `user` confirms, or confirmed, receipts."""
    periods = Window.objects.filter(receipt_period__confirmations__student__user=user)
    return periods.select_related("term").distinct()

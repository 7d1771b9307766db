"""Which reminder of a closing is due, whenever somebody gets to send it."""

from collections.abc import Iterable
from datetime import datetime, timedelta


def due_reminder(closes_at: datetime, lead_days: Iterable[int], now: datetime) -> int | None:
    """The lead time (in days) whose reminder should have gone out by `now`, the latest one only.

    None before the first is due and after the close: a reminder that comes too late helps nobody.
    """
    if now >= closes_at:
        return None
    due = [days for days in lead_days if closes_at - now <= timedelta(days=days)]
    return min(due, default=None)

"""Which reminder of a closing is due, whenever somebody gets to send it."""

from collections.abc import Iterable
from datetime import datetime, timedelta


def due_reminder(
    closes_at: datetime, lead_days: Iterable[int], now: datetime, *, told_at: datetime | None = None
) -> int | None:
    """The lead time (in days) whose reminder should have gone out by `now`, the latest one only.

    None before the first is due and after the close: a reminder that comes too late helps nobody. Whoever
    was told of the closing at `told_at` is not reminded for lead times that began by then.
    """
    if now >= closes_at:
        return None
    moments = {days: closes_at - timedelta(days=days) for days in lead_days}
    due = [days for days, moment in moments.items() if moment <= now and (not told_at or told_at < moment)]
    return min(due, default=None)

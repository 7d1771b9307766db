"""Uploads that were started before a window closed and arrive a little after (upload fairness)."""

from datetime import datetime, timedelta


def started_in_time(
    started_at: datetime | None,
    *,
    opens_at: datetime | None,
    closes_at: datetime | None,
    now: datetime,
    grace: timedelta,
) -> bool:
    """Whether an upload that arrives at `now`, when its window has closed, still counts.

    It must have been started while the window was open, and arrive within `grace` after it closed.
    """
    if started_at is None or opens_at is None or closes_at is None:
        return False
    return opens_at <= started_at < closes_at <= now < closes_at + grace

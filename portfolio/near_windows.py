"""Which windows are worth showing at a moment, and in which order."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from schedules.models import Window
from schedules.queries import ShownWindow, shown

# A little before it opens, and a little after it closed.
_BEFORE, _AFTER = timedelta(days=45), timedelta(days=14)


def near(
    windows: Iterable[Window], now: datetime, *, note: Callable[[Window], str] = lambda window: ""
) -> list[ShownWindow]:
    """Those that are open, the earliest end first; then those that open soon, then those just closed.

    `note` is what else there is to say of each.
    """
    chosen = [window for window in windows if _is_near(window, now)]
    in_order = sorted(chosen, key=lambda window: _place(window, now))
    return [shown(window, now, note=note(window)) for window in in_order]


def _is_near(window: Window, now: datetime) -> bool:
    has_come = window.opens_at is None or window.opens_at - _BEFORE <= now
    is_fresh = window.ends_at is None or now < window.ends_at + _AFTER
    return has_come and is_fresh


def _place(window: Window, now: datetime) -> tuple[int, float]:
    """A day that is not known yet comes last among its like."""
    if window.is_open(now):
        return 0, window.ends_at.timestamp() if window.ends_at else float("inf")
    if window.ends_at is None or now < window.ends_at:
        return 1, window.opens_at.timestamp() if window.opens_at else float("inf")
    return 2, -window.ends_at.timestamp()

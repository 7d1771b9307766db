"""Whether a window is open, decided by its stored times and the clock alone; no task has a say."""

from datetime import datetime, timedelta
from enum import StrEnum

CLOSING_SOON = timedelta(days=3)


class WindowState(StrEnum):
    UPCOMING = "upcoming"
    AWAITING = "awaiting"
    OPEN = "open"
    CLOSING_SOON = "closing_soon"
    CLOSED = "closed"


def window_state(opens_at: datetime | None, closes_at: datetime | None, now: datetime) -> WindowState:
    """The state at `now` of a window `opens_at <= t < closes_at`.

    A missing end awaits an official letter: such a window stays open (D13). A missing beginning cannot have
    come yet.
    """
    if opens_at is None:
        return WindowState.AWAITING
    if now < opens_at:
        return WindowState.UPCOMING
    if closes_at is None:
        return WindowState.AWAITING
    if now >= closes_at:
        return WindowState.CLOSED
    return WindowState.CLOSING_SOON if closes_at - now <= CLOSING_SOON else WindowState.OPEN


def is_open(opens_at: datetime | None, closes_at: datetime | None, now: datetime) -> bool:
    """Whether work is accepted at `now`."""
    return opens_at is not None and opens_at <= now and (closes_at is None or now < closes_at)

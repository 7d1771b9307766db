"""The moment that counts for an upload: its arrival, or its start where only the line was slow."""

from collections.abc import Callable
from datetime import datetime, timedelta

from accounts.errors import WindowClosed
from accounts.models import School
from schedules.domain.grace import started_in_time
from schedules.models import Window


def start_or_arrival(
    window_at: Callable[[datetime], Window], *, at: datetime, started_at: datetime | None
) -> datetime:
    """`started_at` for an upload started in time that arrives within the school's grace, else `at`.

    `window_at` gives the window that holds at a moment.
    """
    if started_at is not None and _within_grace(window_at, at, started_at):
        return started_at
    return at


def moment_that_counts(
    window_at: Callable[[datetime], Window], *, at: datetime, started_at: datetime | None
) -> datetime:
    """As `start_or_arrival`, for an upload that is really made.

    Raises:
        WindowClosed: it is open at neither.
    """
    counted = start_or_arrival(window_at, at=at, started_at=started_at)
    if counted == at:
        window_at(at).require_open(at)
    return counted


def _within_grace(window_at: Callable[[datetime], Window], at: datetime, started_at: datetime) -> bool:
    try:
        window = window_at(started_at)
    except WindowClosed:  # none at all held then; one may hold now
        return False
    return started_in_time(
        started_at, opens_at=window.opens_at, closes_at=window.ends_at, now=at, grace=upload_grace()
    )


def upload_grace() -> timedelta:
    """How long after its closing an upload still counts that was started before."""
    school = School.objects.first()
    return school.upload_grace if school else timedelta(0)

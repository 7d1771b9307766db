"""Which extension decides until when a window lasts for one student (rules D16)."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TypeVar

Granted = TypeVar("Granted")


def deciding(
    window_closes_at: datetime | None,
    *,
    for_person: Iterable[Granted],
    for_classes: Iterable[Granted],
    closes_at: Callable[[Granted], datetime],
) -> Granted | None:
    """The extension that decides; None when the window's own end does.

    One for the person beats those for classes, even when it is shorter; among several for classes the most
    lenient holds. None ever ends a window earlier than itself, and a window that awaits its letter (None)
    is open anyway.
    """
    if window_closes_at is None:
        return None
    granted = list(for_person) or list(for_classes)
    chosen = max(granted, key=closes_at, default=None)
    return chosen if chosen is not None and closes_at(chosen) > window_closes_at else None

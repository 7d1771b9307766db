"""Until when a window lasts for one student, when extensions were granted (rules D16)."""

from collections.abc import Iterable
from datetime import datetime


def effective_close(
    window_closes_at: datetime | None,
    *,
    for_person: Iterable[datetime] = (),
    for_classes: Iterable[datetime] = (),
) -> datetime | None:
    """The moment at which the window closes for a student.

    An extension for the person beats those for a class, even when it is shorter; among several for classes
    the most lenient holds. None of them ever ends earlier than the window itself. A window that awaits its
    letter (None) stays open.
    """
    if window_closes_at is None:
        return None
    granted = list(for_person) or list(for_classes)
    return max([window_closes_at, *granted])

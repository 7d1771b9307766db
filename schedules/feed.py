"""A person's own calendar: only the windows that concern them. Apps above add what they know of."""

import secrets
from collections.abc import Callable, Iterable
from datetime import datetime

from accounts.models import User
from schedules.models import CalendarFeed, Window

Contributor = Callable[[User, datetime], Iterable[Window]]
_contributors: list[Contributor] = []


def adds_to_feed(contributor: Contributor) -> Contributor:
    """Register what an app puts into a person's calendar."""
    _contributors.append(contributor)
    return contributor


def windows_for(user: User, now: datetime) -> list[Window]:
    """Every window that concerns `user`, each once: a certifier's once more for every extended end."""
    found = {
        (window.pk, window.part): window for contribute in _contributors for window in contribute(user, now)
    }
    return sorted(found.values(), key=lambda window: (window.ends_at is None, window.ends_at))


def feed_of(user: User, now: datetime) -> CalendarFeed:
    """The person's feed, made when they first ask for it."""
    return CalendarFeed.objects.get_or_create(
        user=user, defaults={"token": secrets.token_urlsafe(32), "created_at": now}
    )[0]


def renew_feed(user: User, now: datetime) -> CalendarFeed:
    """A new secret address; the old one stops working."""
    return CalendarFeed.objects.update_or_create(
        user=user, defaults={"token": secrets.token_urlsafe(32), "created_at": now}
    )[0]

"""How long a session may stand idle, kept in the session itself (baseline A5).

Idle time is measured like the session's own age, on the machine's clock: it has nothing to do with the
school's calendar.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.utils import timezone

from accounts.models import User
from accounts.security_rules import AccountRules, password_is_too_old

_IDLE_SECONDS, _ACTIVE_AT, _PASSWORD_DAYS = "idle_seconds", "active_at", "password_days"
WRITTEN_EVERY = timedelta(minutes=1)


def begin(session: SessionBase, rules: AccountRules) -> None:
    """Take along what the policy says for the person who has just signed in."""
    session[_IDLE_SECONDS] = int(rules.idle.total_seconds())
    session[_PASSWORD_DAYS] = rules.password_age.days
    touch(session, timezone.now())


def left(session: SessionBase, now: datetime) -> timedelta | None:
    """How long the session may still stand idle: not at all when that is over, None for one without limit."""
    if _IDLE_SECONDS not in session:
        return None
    ends = _active_at(session) + timedelta(seconds=session[_IDLE_SECONDS])
    return max(ends - now, timedelta(0))


def seconds_left(session: SessionBase) -> int:
    """As `left`, in whole seconds from now, the last one begun included; 0 for one without limit."""
    return ceil((left(session, timezone.now()) or timedelta(0)).total_seconds())


def touch(session: SessionBase, now: datetime) -> None:
    """The person is there. Written at most once a minute: it costs a write to the session's row."""
    if _IDLE_SECONDS in session and now - _active_at(session) >= WRITTEN_EVERY:
        session[_ACTIVE_AT] = now.timestamp()


def extend(session: SessionBase, now: datetime) -> None:
    """The person asked for the whole time anew; a session without limit stays so."""
    if _IDLE_SECONDS in session:
        session[_ACTIVE_AT] = now.timestamp()


def password_is_due(session: SessionBase, user: User, at: datetime) -> bool:
    """Whether `user` must change the password before anything else (baseline D2, D5)."""
    if _came_without_password(session) or not user.has_usable_password():
        return False
    age = timedelta(days=session.get(_PASSWORD_DAYS, 0))
    return user.must_change_password or password_is_too_old(user, age, at)


def _came_without_password(session: SessionBase) -> bool:
    """By the school's provider or a passkey: they may not know the password that they would have to give."""
    ways = [record["method"] for record in session.get(AUTHENTICATION_METHODS_SESSION_KEY, [])]
    return bool(ways) and "password" not in ways


def _active_at(session: SessionBase) -> datetime:
    return datetime.fromtimestamp(session.get(_ACTIVE_AT, 0), tz=timezone.get_default_timezone())

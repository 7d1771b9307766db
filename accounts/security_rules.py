"""What the school's security policy means for one account: idle time, age of the password, long disuse."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import SecurityPolicy, User
from accounts.staff import is_staff_member

NO_LIMIT = timedelta(0)


@dataclass(frozen=True)
class AccountRules:
    """The limits for one person. Those of students hold for guardians too."""

    idle: timedelta
    password_age: timedelta
    unused: timedelta


def policy() -> SecurityPolicy:
    """The one row that every installation starts with."""
    return SecurityPolicy.objects.get()


def rules_for(user: User) -> AccountRules:
    """The limits that the policy sets for `user`, read in a few queries: once a sign-in."""
    numbers = policy()
    if user.is_superuser or user.is_staff or is_staff_member(user):
        days = (numbers.password_days, numbers.staff_unused_days)
        idle = numbers.staff_idle_minutes
    else:
        days = (numbers.student_password_days, numbers.student_unused_days)
        idle = numbers.student_idle_minutes
    age, unused = (timedelta(days=number) for number in days)
    return AccountRules(timedelta(minutes=idle), age, unused)


def is_unused(user: User, rules: AccountRules, at: datetime) -> bool:
    """Whether `user` has not signed in for so long that the account rests until reactivated (baseline A3)."""
    moments = (user.last_login, user.date_joined, user.reactivated_at)
    return at - max(moment for moment in moments if moment) >= rules.unused


def password_is_too_old(user: User, age: timedelta, at: datetime) -> bool:
    """Whether the password of `user` has been in use for `age` or longer, where that is a limit (D5)."""
    return age > NO_LIMIT and at - (user.password_changed_at or user.date_joined) >= age

"""Setting passwords, and remembering those that were set so that none is taken again (baseline D2, D5)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.functional import Promise
from django.views.decorators.debug import sensitive_variables

from accounts.acts import AccountAct
from accounts.models import PasswordRecord, User
from accounts.security_rules import policy
from accounts.services import audit

MOST_REMEMBERED = 24  # more the policy cannot ask for


@sensitive_variables("new")
@transaction.atomic
def set_password(user: User, new: str, *, by: User, at: datetime, reason: str | Promise = "") -> None:
    """Give `user` the password `new`, which the validators have passed; every session of theirs ends.

    One that somebody else sets is good for one sign-in: its owner must choose another.
    """
    user.password = make_password(new)
    user.save(update_fields=["password"])
    remember(user, at)
    if by != user:
        require_change(user)
    audit.record(AccountAct.CHANGE_PASSWORD, by=by, at=at, subject=user, reason=reason)


def require_change(user: User) -> None:
    """At the next sign-in of `user` nothing works until they have chosen a password of their own."""
    user.must_change_password = True
    user.save(update_fields=["must_change_password"])


@transaction.atomic
def remember(user: User, at: datetime) -> None:
    """The password of `user` was just set, by themselves as far as is known here."""
    user.password_changed_at, user.must_change_password = at, False
    # Not by `save`, from within which this is called.
    User.objects.filter(pk=user.pk).update(password_changed_at=at, must_change_password=False)
    remember_all([user], at)
    superfluous = PasswordRecord.objects.filter(user=user).values_list("pk", flat=True)[MOST_REMEMBERED:]
    PasswordRecord.objects.filter(pk__in=list(superfluous)).delete()


def remember_all(users: Iterable[User], at: datetime) -> None:
    """Keep the passwords that `users` have now among those that are not taken again."""
    PasswordRecord.objects.bulk_create(
        PasswordRecord(user=user, password=user.password, set_at=at) for user in users
    )


def last_passwords(user: User) -> set[str]:
    """The hashes of the passwords that `user` may not take again: the present one and those before it."""
    records = PasswordRecord.objects.filter(user=user).values_list("password", flat=True)
    return {*records[: policy().remembered_passwords], user.password}

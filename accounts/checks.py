"""What `check --deploy` asks of the accounts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.contrib.auth.hashers import check_password
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError

from accounts import demo_sign_ins
from accounts.models import User


@register(Tags.security, deploy=True)
def no_demo_passwords(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Nobody can sign in with the password that every copy of this software knows (baseline D2)."""
    try:
        open_accounts = _with_demo_password()
    except DatabaseError:  # nothing is installed yet
        return []
    if not open_accounts:
        return []
    message = f"{open_accounts} accounts can be used with the demo school's password."
    return [Error(message, hint="Give each a password of its own, or disable it.", id="accounts.E001")]


def _with_demo_password() -> int:
    """The demo's accounts share one hash: those with a sign-in are tried, the others found by it."""
    usable = User.objects.filter(is_active=True)
    hashes = set(usable.filter(username__in=demo_sign_ins.PEOPLE).values_list("password", flat=True))
    known = [each for each in hashes if check_password(demo_sign_ins.PASSWORD, each)]
    return usable.filter(password__in=known).count()

"""What people do about their sign-in leaves a trail (security baseline B2)."""

from __future__ import annotations

from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
    authenticator_used,
)
from django.conf import settings
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts import clock
from accounts.models import User
from accounts.services import audit
from accounts.sign_in.acts import SignInAct
from accounts.sign_in.factors import factor_name

RECOVERY_CODES = Authenticator.Type.RECOVERY_CODES


def ways_of(request: HttpRequest | None, user: User) -> list[str]:
    """How `user` came in, step by step, in words; empty where no page was involved."""
    records = get_authentication_records(request, user) if request else []
    return list(dict.fromkeys(_way(record) for record in records))


def _way(record: dict[str, Any]) -> str:
    if record["method"] == "mfa":
        return factor_name(record["type"])
    return settings.OIDC_NAME if record["method"] == "socialaccount" else _("密碼")


@receiver(authenticator_added)
def _factor_added(sender: Any, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    if authenticator.type != RECOVERY_CODES:  # they come with the first one
        _record(SignInAct.ADD_FACTOR, user, authenticator)


@receiver(authenticator_removed)
def _factor_removed(sender: Any, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    if authenticator.type != RECOVERY_CODES:  # they go with the last one
        _record(SignInAct.REMOVE_FACTOR, user, authenticator)


@receiver(authenticator_reset)
def _codes_renewed(sender: Any, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    _record(SignInAct.RENEW_RECOVERY_CODES, user, authenticator)


@receiver(authenticator_used)
def _factor_used(sender: Any, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    if authenticator.type == RECOVERY_CODES:
        _record(SignInAct.USE_RECOVERY_CODE, user, authenticator)


@receiver(authentication_failed)
def _wrong_code(sender: Any, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    _record(SignInAct.WRONG_FACTOR, user, authenticator)


def _record(act: SignInAct, user: User, authenticator: Authenticator) -> None:
    kind = factor_name(authenticator.type)
    audit.record(act, by=user, at=clock.now(), subject=user, changes={"factor": kind})

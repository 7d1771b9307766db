"""Signing in and out leaves a trail (security baseline B2)."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver

from accounts import clock
from accounts.acts import AccountAct
from accounts.models import User
from accounts.services import audit


@receiver(user_logged_in)
def _signed_in(sender: Any, user: User, **kwargs: Any) -> None:
    audit.record(AccountAct.SIGN_IN, by=user, at=clock.now())


@receiver(user_logged_out)
def _signed_out(sender: Any, user: User | None, **kwargs: Any) -> None:
    if user is not None:
        audit.record(AccountAct.SIGN_OUT, by=user, at=clock.now())


@receiver(user_login_failed)
def _sign_in_failed(sender: Any, credentials: dict[str, Any], **kwargs: Any) -> None:
    # Only whether the name is somebody's: people type their password into the wrong box.
    known = User.objects.filter(username=credentials.get("username", "")).first()
    audit.record(AccountAct.SIGN_IN_FAILED, by=known, at=clock.now())

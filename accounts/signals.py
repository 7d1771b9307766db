"""Signing in and out leaves a trail (security baseline B2)."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext

from accounts import clock, language, session_limits
from accounts.acts import AccountAct
from accounts.backends import refusal_of
from accounts.models import User
from accounts.security_rules import rules_for
from accounts.services import audit
from accounts.sign_in.trail import ways_of


@receiver(user_logged_in)
def _signed_in(sender: Any, user: User, request: HttpRequest, **kwargs: Any) -> None:
    session_limits.begin(request.session, rules_for(user))
    language.begin(request, user.language)
    ways = ways_of(request, user)
    audit.record(AccountAct.SIGN_IN, by=user, at=clock.now(), changes={"way": ways} if ways else {})


@receiver(user_logged_out)
def _signed_out(sender: Any, user: User | None, request: HttpRequest, **kwargs: Any) -> None:
    if user is not None:
        stood_idle = session_limits.left(request.session, timezone.now()) == timedelta(0)
        reason = gettext("閒置逾時，自動登出") if stood_idle else ""
        audit.record(AccountAct.SIGN_OUT, by=user, at=clock.now(), reason=reason)


@receiver(user_login_failed)
def _sign_in_failed(
    sender: Any, credentials: dict[str, Any], request: HttpRequest | None, **kwargs: Any
) -> None:
    # Only whether the name is somebody's: people type their password into the wrong box.
    known = User.objects.filter(username=credentials.get("username", "")).first()
    audit.record(AccountAct.SIGN_IN_FAILED, by=known, at=clock.now(), reason=refusal_of(request))

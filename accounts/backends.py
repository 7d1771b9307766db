"""Sign-in by password, for accounts that may still be used and are not locked."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext as _

from accounts import clock, known_devices, request_origin
from accounts.domain.roc_calendar import roc_datetime
from accounts.models import School, User
from accounts.security_rules import is_unused, rules_for
from accounts.services import sign_in_guard

_refusals: WeakKeyDictionary[HttpRequest, str | Promise] = WeakKeyDictionary()


def refusal_of(request: HttpRequest | None) -> str | Promise:
    """Why the sign-in tried in `request` was refused, where that gives away nothing; empty for no reason.

    A lock says the same whether or not the account exists; that an account rests is said to those alone
    who know its password.
    """
    return _refusals.get(request, "") if request else ""


class UsableAccountBackend(ModelBackend):
    """The one way to sign in by password, whichever page asks; every try counts towards the lock (D4).

    Also ends a session that is under way once its account is disabled or past its sunset date (C5, A2).
    """

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        if username is None or password is None:
            return None
        now = clock.now()
        device = known_devices.called(request, username)
        attempt = sign_in_guard.begin(username, request_origin.address(), now, device=device)
        if attempt.locked_until:
            refuse(request, _locked(attempt, now))
        user = super().authenticate(request, username=username, password=password)
        if not isinstance(user, User):
            sign_in_guard.fail(attempt, now)
            return None
        sign_in_guard.succeed(attempt, now)
        if is_unused(user, rules_for(user), now):
            refuse(request, unused_message())
        return user

    def user_can_authenticate(self, user: User | AnonymousUser | None) -> bool:
        return isinstance(user, User) and user.is_usable(clock.now())


def refuse(request: HttpRequest | None, message: str | Promise) -> None:
    """End the attempt, for any other backend too; the sign-in page shows `message`.

    Raises:
        PermissionDenied: always.
    """
    if request:
        _refusals[request] = message
    raise PermissionDenied(str(message))


def locked_message(attempt: sign_in_guard.Try, now: datetime) -> str:
    """When one may try again; the day too where that is another one."""
    assert attempt.locked_until
    until, today = timezone.localtime(attempt.locked_until), timezone.localdate(now)
    time = f"{until:%H:%M}" if until.date() == today else roc_datetime(until)
    message = _("登入失敗次數過多，暫停登入至 %(time)s，屆時請再試；急需登入請洽系統管理者。")
    elsewhere = "" if attempt.device else _("您曾登入過的裝置不受影響。")
    return message % {"time": time} + elsewhere


_locked = lazy(locked_message, str)  # the person and the trail may read it in different languages


def unused_message() -> str:
    """What the owner of an account that rests can do about it (baseline A3)."""
    school = School.objects.first()
    contact = school.contact if school else _("學校註冊組")
    message = _("這個帳號久未登入，已依規定停用。請洽 %(contact)s 重新啟用。")
    return message % {"contact": contact}

"""Devices that somebody signed in at before, where strangers' guesses do not keep them out (baseline D4).

After OWASP's "device cookies": a signed cookie, given on signing in, holds a name for the device with
each of the last few people who signed in there; it says nothing else and lets nobody in. Failures there are
counted under that name, apart from those of strangers.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from weakref import WeakKeyDictionary

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.core import signing
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

from accounts.models import User
from accounts.services.sign_in_guard import name_key

GetResponse = Callable[[HttpRequest], HttpResponse]

COOKIE = "known_device"
KEPT = timedelta(days=365)
MOST_PEOPLE = 5  # at one device: the cookie stays small

_came_in: WeakKeyDictionary[HttpRequest, User] = WeakKeyDictionary()


def called(request: HttpRequest | None, username: str) -> str:
    """The name for the device behind `request`, if `username` signed in there before; else empty."""
    return _known(request).get(name_key(username), "") if request else ""


@receiver(user_logged_in)
def _signed_in(sender: Any, user: User, request: HttpRequest, **kwargs: Any) -> None:
    _came_in[request] = user


class KnownDevicesMiddleware:
    """Gives the cookie to whoever has just signed in, with all that takes."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        if user := _came_in.pop(request, None):
            _keep(request, response, user.get_username())
        return response


def _keep(request: HttpRequest, response: HttpResponse, username: str) -> None:
    key, known = name_key(username), _known(request)
    device = known.pop(key, "") or secrets.token_urlsafe(16)
    kept = dict([(key, device), *known.items()][:MOST_PEOPLE])
    response.set_cookie(
        COOKIE,
        signing.dumps(kept, salt=COOKIE),
        max_age=KEPT,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _known(request: HttpRequest) -> dict[str, str]:
    """Key of a name → what the device is called with it; nothing for a cookie that is not ours or too old."""
    try:
        known: dict[str, str] = signing.loads(request.COOKIES.get(COOKIE, ""), salt=COOKIE, max_age=KEPT)
    except signing.BadSignature:
        return {}
    return known

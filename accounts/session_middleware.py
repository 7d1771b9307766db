"""What a session must pass before any page: it has not stood idle too long, and no password is due."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import clock, session_limits
from accounts.middleware import came_from
from accounts.models import User

GetResponse = Callable[[HttpRequest], HttpResponse]


class IdleSignOutMiddleware:
    """Signs out whoever was away for longer than the policy allows, and says so on the sign-in page (A5).

    Asks the session alone, so it costs no query. What a page asks for by itself (how far something is, how
    long is left) does not show that anybody is there, and does not extend it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        now = timezone.now()
        left = session_limits.left(request.session, now)
        if left is not None and not left:
            return self._signed_out(request)
        if request.path != reverse("accounts:idle") and not _is_by_itself(request):
            session_limits.touch(request.session, now)
        return self._get_response(request)

    def _signed_out(self, request: HttpRequest) -> HttpResponse:
        """Back to the page that was open; what was sent is not kept, nor sent again."""
        page = _page_of(request)
        logout(request)
        messages.warning(request, _("閒置時間過長，已自動登出；請重新登入。"))
        if request.path in (reverse("accounts:idle"), reverse("accounts:login")):
            return self._get_response(request)
        return _leading(request, redirect_to_login(page))


class PasswordDueMiddleware:
    """Until a first, reset or outdated password is changed, nothing else works but signing out (D2, D5)."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not isinstance(user, User) or _works_anyway(request.path):
            return self._get_response(request)
        if session_limits.password_is_due(request.session, user, clock.now()):
            return _leading(request, HttpResponseRedirect(reverse("accounts:password_change")))
        return self._get_response(request)


def _works_anyway(path: str) -> bool:
    pages = (reverse(f"accounts:{name}") for name in ("password_change", "logout", "idle"))
    return path in pages or path.startswith(settings.STATIC_URL)


def _page_of(request: HttpRequest) -> str:
    """The page that the person has before them: what they asked for, or from where they sent something."""
    if request.method == "GET" and not _is_part(request):
        return request.get_full_path()
    parts = urlsplit(came_from(request))
    return f"{parts.path}?{parts.query}" if parts.query else parts.path or reverse("home")


def _leading(request: HttpRequest, response: HttpResponseRedirect) -> HttpResponse:
    """For a part of a page the browser is told to leave the page as a whole."""
    return HttpResponse(headers={"HX-Redirect": response.url}) if _is_part(request) else response


def _is_by_itself(request: HttpRequest) -> bool:
    """Said by the element that asks every few seconds; whoever says so falsely is only signed out sooner."""
    return request.headers.get("X-By-Itself") == "true"


def _is_part(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"

"""Those who owe a second factor can do nothing else until they have it."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.models import User
from accounts.sign_in import second_factor

GetResponse = Callable[[HttpRequest], HttpResponse]

# What setting one up takes, and the ways out.
OPEN = frozenset(
    {
        "mfa_index",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_view_recovery_codes",
        "mfa_download_recovery_codes",
        "account_reauthenticate",
        "accounts:idle",
        "accounts:login",
        "accounts:logout",
        "accounts:password_change",
    }
)


class SecondFactorMiddleware:
    """Leads there from every other page."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponse | None:
        user = request.user
        if not isinstance(user, User) or request.resolver_match is None:
            return None
        if request.resolver_match.view_name in OPEN or not second_factor.is_owed(request, user):
            return None
        return redirect("mfa_index")

"""Who reaches the admin: from addresses the school allows, by the site's own sign-in (baseline A8)."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache

from accounts import request_origin
from accounts.domain.networks import may_come_from
from accounts.security_rules import policy

GetResponse = Callable[[HttpRequest], HttpResponse]


class AdminNetworksMiddleware:
    """Refuses every page of the admin to addresses outside of the policy's networks."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_admins = request.path.startswith(reverse("admin:index"))
        if is_admins and not may_come_from(request_origin.address(), policy().admin_networks):
            raise PermissionDenied
        return self._get_response(request)


@never_cache
def sign_in_elsewhere(request: HttpRequest) -> HttpResponse:
    """The admin has no sign-in of its own. Who is signed in and is led here may not use it."""
    if request.user.is_authenticated:
        raise PermissionDenied
    return redirect_to_login(request.GET.get("next") or reverse("admin:index"))

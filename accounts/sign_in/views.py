"""Sign-in pages beyond those that django-allauth brings itself."""

from __future__ import annotations

from typing import Any

from allauth.mfa.base.views import IndexView
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from requests import RequestException

from accounts import clock
from accounts.requests import signed_in
from accounts.services import provider_links
from accounts.sign_in import second_factor
from accounts.sign_in.errors import ProviderSilent


class SecondFactorsView(IndexView):
    """A person's own second factors."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        owed = second_factor.is_owed(self.request, signed_in(self.request))
        return super().get_context_data(owed=owed, **kwargs)


def to_provider(request: HttpRequest, provider_id: str) -> HttpResponse:
    return _asking(openid_connect.login, request, provider_id)


def from_provider(request: HttpRequest, provider_id: str) -> HttpResponse:
    return _asking(openid_connect.callback, request, provider_id)


def _asking(view: Any, request: HttpRequest, provider_id: str) -> HttpResponse:
    """`view`, or a clear page when the provider does not answer or answers nonsense."""
    try:
        response: HttpResponse = view(request, provider_id)
    except (RequestException, ValueError) as error:
        provider_links.record_refusal(None, str(error), at=clock.now())
        raise ProviderSilent(_("登入服務目前沒有回應。請稍後再試，或改用帳號密碼登入。")) from error
    return response

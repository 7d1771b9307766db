"""How the school's OpenID Connect provider is told to django-allauth."""

import re
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ImproperlyConfigured

USUAL_SCOPES = ("openid", "profile", "email")


def openid_connect(
    server_url: str,
    name: str,
    client_id: str,
    secret: str,
    *,
    more_scopes: Sequence[str] = (),
    in_clear: bool = False,
) -> dict[str, Any]:
    """`SOCIALACCOUNT_PROVIDERS` with the provider at `server_url` alone, asked for `more_scopes` than usual.

    Raises:
        ImproperlyConfigured: the address is not https, unless `in_clear`: what the provider says is believed
            because of the connection it comes over.
    """
    if not (in_clear or server_url.startswith("https://")):
        raise ImproperlyConfigured("OIDC_SERVER_URL must begin with https://")
    app = {
        "provider_id": provider_id(server_url),
        "name": name,
        "client_id": client_id,
        "secret": secret,
        "settings": {
            "server_url": server_url,
            "oauth_pkce_enabled": True,
            "scope": list(dict.fromkeys([*USUAL_SCOPES, *more_scopes])),
        },
    }
    return {"openid_connect": {"APPS": [app]}}


def provider_id(server_url: str) -> str:
    """The provider's name in addresses and with every linked account.

    It follows from the address: people linked at one provider are strangers at the next one.
    """
    return re.sub(r"[^a-z0-9]+", "-", server_url.lower().partition("://")[2]).strip("-")

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse


@dataclass(frozen=True)
class ProviderLink:
    name: str
    url: str


def provider_link() -> ProviderLink | None:
    """Where a sign-in through the school's provider begins; None without one."""
    for app in settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect", {}).get("APPS", []):
        return ProviderLink(app["name"], reverse("openid_connect_login", args=[app["provider_id"]]))
    return None

"""Whether a person owes the school a second factor (the security policy's `staff_need_second_factor`)."""

from __future__ import annotations

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest

from accounts.models import User
from accounts.security_rules import policy
from accounts.staff import is_staff_member

# Recovery codes only stand in for one of these.
FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def is_owed(request: HttpRequest, user: User) -> bool:
    """Whether `user` has to set a second factor up before anything else."""
    return (
        policy().staff_need_second_factor
        and (user.is_superuser or user.is_staff or is_staff_member(user))
        and not is_mfa_enabled(user, FACTORS)
        and not provider_vouches(request, user)
    )


def provider_vouches(request: HttpRequest, user: User) -> bool:
    """Whether `user` came through the school's provider and the school takes that for both factors."""
    if not settings.OIDC_COUNTS_AS_SECOND_FACTOR:
        return False
    return any(record["method"] == "socialaccount" for record in get_authentication_records(request, user))

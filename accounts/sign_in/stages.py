"""The steps of a sign-in."""

from typing import cast

from allauth.mfa.stages import AuthenticateStage
from django.http import HttpRequest

from accounts.models import User
from accounts.sign_in.second_factor import provider_vouches


class SecondFactorStage(AuthenticateStage):
    """Asks for the second factor of those who have one, unless the school's provider has already."""

    def _should_handle(self, request: HttpRequest) -> bool:
        return super()._should_handle(request) and not provider_vouches(request, cast(User, self.login.user))

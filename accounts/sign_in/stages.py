"""The steps of a sign-in."""

from __future__ import annotations

from typing import Any, cast

from allauth.mfa.stages import AuthenticateStage
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import clock
from accounts.acts import AccountAct
from accounts.models import User
from accounts.services import audit
from accounts.sign_in.second_factor import provider_vouches
from accounts.sign_in.usable import why_unusable


class SecondFactorStage(AuthenticateStage):
    """Asks for the second factor of those who have one, unless the school's provider has already.

    What came before it holds for as long as a session would: until the password changes or the account ends.
    """

    def handle(self) -> tuple[HttpResponse | None, bool]:
        if user := self.login.user:
            self.state["begun_as"] = cast(User, user).get_session_auth_hash()
        return cast(tuple[HttpResponse | None, bool], super().handle())

    def exit(self) -> Any:
        user = cast(User, self.login.user)
        if not (message := self._why_over(user)):
            return super().exit()  # type: ignore[no-untyped-call]
        audit.record(AccountAct.SIGN_IN_FAILED, by=user, at=clock.now(), reason=message)
        messages.error(self.request, str(message))
        return self.abort()  # type: ignore[no-untyped-call]

    def _why_over(self, user: User) -> str | Promise:
        if not constant_time_compare(self.state.get("begun_as", ""), user.get_session_auth_hash()):
            return _("登入到一半時密碼已更改，請用新密碼重新登入。")
        return why_unusable(user, clock.now())

    def _should_handle(self, request: HttpRequest) -> bool:
        return super()._should_handle(request) and not provider_vouches(request, cast(User, self.login.user))

"""django-allauth, as this school wants it: who may sign in, what is said, what is kept."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.stagekit import clear_login
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import clock, personal_data, request_origin, tasks
from accounts.acts import AccountAct
from accounts.backends import refusal_of
from accounts.models import School
from accounts.requests import signed_in
from accounts.services import audit
from accounts.services.passwords import set_password
from accounts.sign_in.errors import SignInRefused
from accounts.sign_in.usable import why_unusable

STAGE = "accounts.sign_in.stages.SecondFactorStage"


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "incorrect_password": _("密碼不正確。請檢查大小寫後再試一次。"),
        "too_many_login_attempts": _("嘗試次數過多，請 15 分鐘後再試。"),
        "rate_limited": _("嘗試次數過多，請 15 分鐘後再試。"),
        "invalid_password_reset": _("這個連結已失效，請重新申請。"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def reauthenticate(self, user: Any, password: str) -> bool:
        """Whether the password is right.

        Raises:
            ValidationError: it was not looked at, or leads nowhere, for a reason that may be told.
        """
        if super().reauthenticate(user, password):
            return True
        if message := refusal_of(self.request):
            raise ValidationError(str(message))
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Nothing: wrong passwords are counted where they are checked, whichever page asks."""

    def pre_login(self, request: HttpRequest, user: Any, **login: Any) -> None:
        """No way of signing in leads past what holds for the account itself.

        Raises:
            SignInRefused: the account may not be used now; it is on the trail.
        """
        now = clock.now()
        if message := why_unusable(user, now):
            clear_login(request)
            audit.record(AccountAct.SIGN_IN_FAILED, by=user, at=now, reason=message)
            raise SignInRefused(message, user)

    def get_login_stages(self) -> list[str]:
        return [
            STAGE if stage.endswith(".AuthenticateStage") else stage for stage in super().get_login_stages()
        ]

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not of those who have only just signed in, with all that takes."""
        return super().is_reauthentication_required(app=app, **kwargs) and not _is_fresh(self.request)

    def set_password(self, user: Any, password: str) -> None:
        set_password(user, password, by=user, at=clock.now(), reason=_("以寄到信箱的連結重設"))

    def get_client_ip(self, request: HttpRequest) -> str:
        return request_origin.address() or ""

    def send_password_reset_mail(self, user: Any, email: str, context: dict[str, Any]) -> None:
        context["minutes"] = settings.PASSWORD_RESET_TIMEOUT // 60
        super().send_password_reset_mail(user, email, context)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """By the worker: how long the page takes does not tell whether there was anybody to write to."""
        letter = self.render_mail(template_prefix, email, context)
        tasks.send_letter.delay(str(letter.subject), str(letter.body), letter.to)


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("驗證碼不正確或已用過。請輸入目前顯示的驗證碼。"),
    }

    def get_totp_label(self, user: Any) -> str:
        return str(user.get_username())

    def get_totp_issuer(self) -> str:
        return _site_name()

    def encrypt(self, text: str) -> str:
        return personal_data.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return personal_data.decrypt(encrypted_text)

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:
        count = Authenticator.objects.filter(user=user, type=type).count()
        return gettext("通行密鑰 %(number)s") % {"number": count + 1}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return super().get_public_key_credential_rp_entity() | {"name": _site_name()}

    def get_public_key_credential_user_entity(self, user: Any) -> dict[str, Any]:
        entity = super().get_public_key_credential_user_entity(user)
        return entity | {"name": user.get_username(), "display_name": user.name}


def _site_name() -> str:
    school = School.objects.first()
    return school.name if school else gettext("學習歷程檔案")


def _is_fresh(request: HttpRequest) -> bool:
    """Whether the person signed in, or did so once more, within the time that a sign-in is fresh."""
    records = get_authentication_records(request, signed_in(request))
    return any(time.time() - record["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT for record in records)

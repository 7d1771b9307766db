"""The sign-in forms that differ from django-allauth's own."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ResetPasswordForm, ResetPasswordKeyForm
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import clock
from accounts.services import audit
from accounts.sign_in.acts import SignInAct
from accounts.sign_in.usable import why_unusable
from accounts.user_queries import users_with_email


class AskForResetForm(ResetPasswordForm):
    """Says the same whether or not the address is anybody's."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("電子郵件")
        self.fields["email"].help_text = _("學校登記在您帳號上的地址。")

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        self.users = [user for user in users_with_email(email) if not why_unusable(user, clock.now())]
        return email

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        for user in [*self.users] or [None]:
            audit.record(SignInAct.ASK_FOR_RESET, by=user, at=clock.now())
        return str(super().save(request, **kwargs))


class NewPasswordForm(ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = _("新密碼")
        self.fields["password2"].label = _("再輸入一次新密碼")


class CodeForm(AuthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("驗證碼")


class CodeOnceMoreForm(ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("驗證碼")


class FirstCodeForm(ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("應用程式顯示的六位數字")


class AddPasskeyForm(AddWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("名稱")
        self.fields["name"].help_text = _("自己認得即可，例如：辦公室電腦。")
        self.fields["passwordless"].label = _("也可以直接用它登入，不必輸入密碼")
        self.fields["passwordless"].help_text = _("裝置會以指紋、臉部或 PIN 確認是您本人。")
        self.fields["passwordless"].initial = True

from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.backends import refusal_of
from accounts.models.reminders import MailChoice


class SignInForm(AuthenticationForm):
    """Says the same for an unknown name, a wrong password and an account that may not be used.

    What it says besides gives nothing away: see `refusal_of`.
    """

    error_messages = {
        "invalid_login": _("帳號或密碼不正確，或帳號已停用。請檢查大小寫後再試一次。"),
        "inactive": _("帳號或密碼不正確，或帳號已停用。請檢查大小寫後再試一次。"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("帳號")

    def get_invalid_login_error(self) -> forms.ValidationError:
        refusal = refusal_of(self.request)
        return forms.ValidationError(str(refusal)) if refusal else super().get_invalid_login_error()


class OwnPasswordForm(PasswordChangeForm):
    """A wrong old password counts as a failed sign-in, and locks as one does (baseline D4)."""

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._request = request

    def clean_old_password(self) -> str:
        old: str = self.cleaned_data["old_password"]
        if authenticate(self._request, username=self.user.get_username(), password=old) != self.user:
            message = str(refusal_of(self._request)) or self.error_messages["password_incorrect"]
            raise forms.ValidationError(message, code="password_incorrect")
        return old


class MailChoiceForm(forms.Form):
    choice = forms.ChoiceField(label=_("通知信"), choices=MailChoice, widget=forms.RadioSelect)

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
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
        return forms.ValidationError(refusal) if refusal else super().get_invalid_login_error()


class MailChoiceForm(forms.Form):
    choice = forms.ChoiceField(label=_("通知信"), choices=MailChoice, widget=forms.RadioSelect)

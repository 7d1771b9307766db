"""Accounts in the admin: nobody is let in, kept out or given the keys without a reason on the trail (A1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextInputWidget
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.forms.models import BaseModelFormSet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.acts import AccountAct
from accounts.admin_base import REASON, changed_values
from accounts.language import speaking
from accounts.list_admin import ListAdmin
from accounts.list_import import ListResult
from accounts.models import User

PRIVILEGES = ("is_staff", "is_superuser")
NEED_REASON = {"is_active", "expires_at", *PRIVILEGES}


class Reason(forms.CharField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=_("理由"), max_length=500, widget=AdminTextInputWidget(), **kwargs)


class AccountForm(UserChangeForm):
    trail_reason = Reason(
        required=False, help_text=_("啟用、停用、變更到期時間或管理權限時必填；會留在稽核紀錄。")
    )

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if NEED_REASON.intersection(self.changed_data) and not self.cleaned_data.get(REASON):
            self.add_error(REASON, gettext("請填寫啟用、停用、變更到期時間或管理權限的理由。"))
        return cleaned


class NewAccountForm(AdminUserCreationForm):
    trail_reason = Reason(help_text=_("例如：新進教師；會留在稽核紀錄。"))


class AccountLifeAdmin(ListAdmin):
    """Mixed into the admin of accounts."""

    form = AccountForm
    add_form = NewAccountForm

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        return [*super().get_fieldsets(request, obj), (_("異動理由"), {"fields": (REASON,)})]

    def save_related(
        self, request: HttpRequest, form: Any, formsets: Iterable[BaseModelFormSet], change: bool
    ) -> None:
        super().save_related(request, form, formsets, change)
        for act, fields in _acts(form) if change else ():
            with speaking():
                changes = {name: value for name, value in changed_values(form).items() if name in fields}
            self.record(request, act, form.instance, changes, form.cleaned_data[REASON])

    def add_success_message(self, result: ListResult, request: HttpRequest) -> None:
        """Accounts that a list enables or disables are on the trail one by one."""
        super().add_success_message(result, request)
        for row in result.changed_rows:
            before = row.original
            if before and before.is_active != row.instance.is_active:
                self.record(request, _enabled(row.instance.is_active), row.instance, reason=_("匯入清單"))


def _enabled(is_active: bool) -> AccountAct:
    return AccountAct.ENABLE_ACCOUNT if is_active else AccountAct.DISABLE_ACCOUNT


def _acts(form: Any) -> Iterator[tuple[AccountAct, tuple[str, ...]]]:
    """What was done to the account besides correcting it, and the fields that say so."""
    if "is_active" in form.changed_data:
        yield _enabled(form.cleaned_data["is_active"]), ("is_active",)
    if set(PRIVILEGES).intersection(form.changed_data):
        yield AccountAct.CHANGE_PRIVILEGES, PRIVILEGES

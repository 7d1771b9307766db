"""The admin of how strictly accounts are kept: the policy, failed sign-ins, locked and resting accounts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts import clock, request_origin
from accounts.admin_base import AuditedAdmin, ReadOnlyAdmin
from accounts.domain.networks import NotANetwork, may_come_from, networks_in
from accounts.domain.roc_calendar import roc_datetime
from accounts.errors import DomainError
from accounts.models import SecurityPolicy, SignInFailures, User
from accounts.requests import signed_in
from accounts.services import sign_in_guard
from accounts.services.reactivation import reactivate

MOST_ADMINISTRATORS = 3


class ReasonedActionForm(ActionForm):
    """Beside the choice of an action: why it is done."""

    reason = forms.CharField(label=_("理由"), max_length=200, required=False)


class PolicyForm(forms.ModelForm):
    def clean_own_networks(self) -> str:
        return _read_networks(self.cleaned_data["own_networks"])

    def clean_admin_networks(self) -> str:
        text = _read_networks(self.cleaned_data["admin_networks"])
        if not may_come_from(request_origin.address(), text):
            words = gettext("您目前的位址 %(address)s 不在這些網段內，儲存後您將無法再進入管理介面；請加上。")
            raise ValidationError(words % {"address": request_origin.address() or "—"})
        return text


def _read_networks(text: str) -> str:
    """`text` as it is, once every line of it is an address or a network."""
    try:
        networks_in(text)
    except NotANetwork as error:
        words = gettext("第 %(number)d 行「%(line)s」不是位址或網段，請改成例如 192.0.2.0/24。")
        raise ValidationError(words % {"number": error.number, "line": error.line}) from error
    return text


@admin.register(SecurityPolicy)
class SecurityPolicyAdmin(AuditedAdmin):
    """One row; what the baseline fixes cannot be set any laxer."""

    form = PolicyForm
    list_display = ("__str__", "failures_before_lock", "lock_minutes", "staff_idle_minutes", "password_days")
    fieldsets = (
        (
            _("登入失敗鎖定（防護基準：身分驗證管理，D4）"),
            {
                "fields": (
                    "failures_before_lock",
                    "lock_minutes",
                    "names_per_address",
                    "own_networks",
                    "failures_an_hour",
                )
            },
        ),
        (
            _("閒置登出（防護基準：帳號管理，A5）"),
            {
                "fields": ("staff_idle_minutes", "student_idle_minutes"),
                "description": _("下次登入起適用。"),
            },
        ),
        (
            _("密碼（防護基準：身分驗證管理，D5）"),
            {"fields": ("password_days", "student_password_days", "remembered_passwords")},
        ),
        (
            _("帳號停用與審查（防護基準：帳號管理，A3、A4）"),
            {"fields": ("staff_unused_days", "student_unused_days", "review_months")},
        ),
        (
            _("管理介面與兩步驟驗證（防護基準：遠端存取 A8、身分驗證管理 D7）"),
            {"fields": ("admin_networks", "staff_need_second_factor")},
        ),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(SignInFailures)
class SignInFailuresAdmin(ReadOnlyAdmin):
    """Failed sign-ins. Names are kept as hashes: only those of accounts can be told."""

    personal = True
    action_form = ReasonedActionForm
    actions = ("unlock",)
    list_display = ("subject", "account", "failures", "last", "until")
    list_filter = ("subject", ("locked_until", admin.EmptyFieldListFilter))
    search_fields = ("key_hash",)
    search_help_text = _("完整的帳號名稱")
    ordering = ("-last_at",)
    fields = ("subject", "account", "failures", "last", "until")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[SignInFailures]:
        return super().get_queryset(request).filter(failures__gt=0)

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        page = super().get_changelist_instance(request)
        _name_accounts(page.result_list)
        return page

    def get_object(self, *args: Any, **kwargs: Any) -> SignInFailures | None:
        failures = super().get_object(*args, **kwargs)
        _name_accounts([failures] if failures else [])
        return failures

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[SignInFailures], search_term: str
    ) -> tuple[QuerySet[SignInFailures], bool]:
        if not search_term:
            return queryset, False
        return queryset.filter(pk__in=sign_in_guard.failures_of(search_term)), False

    @admin.display(description=_("帳號"))
    def account(self, failures: Any) -> str:
        if failures.subject == SignInFailures.Subject.ADDRESS:
            return "—"
        return failures.account_name or gettext("（不是任何人的帳號）")

    @admin.display(description=_("最後一次"), ordering="last_at")
    def last(self, failures: SignInFailures) -> str:
        return roc_datetime(failures.last_at)

    @admin.display(description=_("鎖定至"), ordering="locked_until")
    def until(self, failures: SignInFailures) -> str:
        return roc_datetime(failures.locked_until) or "—"

    @admin.action(description=_("解除登入鎖定（須填理由）"))
    def unlock(self, request: HttpRequest, queryset: QuerySet[SignInFailures]) -> None:
        to_each(self, request, queryset, sign_in_guard.unlock)


class AccountSafetyAdmin(admin.ModelAdmin):
    """Mixed into the admin of accounts: unlocking, reactivating, and a word on too many administrators."""

    action_form = ReasonedActionForm
    actions: tuple[str, ...] = ("unlock", "reactivate")

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.method == "GET" and (warning := too_many_administrators()):
            messages.warning(request, warning)
        return super().changelist_view(request, *args, **kwargs)

    @admin.action(description=_("解除登入鎖定（須填理由）"))
    def unlock(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        found = [failures for user in queryset for failures in sign_in_guard.failures_of(user.username)]
        to_each(self, request, found, sign_in_guard.unlock)

    @admin.action(description=_("重新啟用久未登入的帳號（須填理由）"))
    def reactivate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        to_each(self, request, queryset, reactivate)


def too_many_administrators() -> str:
    """A warning when more people than needed may do everything (baseline D1); empty otherwise."""
    count = sum(user.is_usable(clock.now()) for user in User.objects.filter(is_superuser=True))
    if count <= MOST_ADMINISTRATORS:
        return ""
    words = gettext("最高權限的帳號有 %(count)d 個，建議不超過 %(most)d 個；請取消不需要的「超級使用者」。")
    return words % {"count": count, "most": MOST_ADMINISTRATORS}


def to_each(
    page: admin.ModelAdmin, request: HttpRequest, rows: Iterable[Any], act: Callable[..., bool]
) -> None:
    """Do `act` to all of `rows` or to none, for the reason typed beside it; say how many it changed."""
    given = {"reason": request.POST.get("reason", ""), "by": signed_in(request), "at": clock.now()}
    try:
        with transaction.atomic():
            done = sum(act(row, **given) for row in rows)
    except DomainError as error:
        page.message_user(request, error.message, messages.ERROR)
    else:
        words = ngettext("處理了 %(count)d 筆。", "處理了 %(count)d 筆。", done)
        page.message_user(request, words % {"count": done}, messages.SUCCESS)


def _name_accounts(rows: Iterable[Any]) -> None:
    counts = list(rows)
    names = sign_in_guard.name_accounts(counts)
    for count in counts:
        count.account_name = names.get(count.pk, "")

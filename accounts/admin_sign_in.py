"""The admin of how people sign in. What django-allauth keeps is changed by its pages, or by these actions."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin_security import AccountSafetyAdmin, to_each
from accounts.domain.joining import joined
from accounts.models import User
from accounts.services.second_factors import reset_second_factors, unlink_provider
from accounts.sign_in.factors import factor_name

for _model in (EmailAddress, Authenticator, SocialAccount, SocialApp, SocialToken):
    admin.site.unregister(_model)


class SignInAdmin(AccountSafetyAdmin):
    """Mixed into the admin of accounts: which second factors and links a person has, and taking them off."""

    actions = (*AccountSafetyAdmin.actions, "reset_factors", "unlink")

    @admin.display(description=_("兩步驟驗證"))
    def second_factors(self, user: User) -> str:
        factors = Authenticator.objects.filter(user=user).order_by("pk")
        return joined(factor_name(factor.type) for factor in factors) or "—"

    @admin.display(description=_("單一登入連結"))
    def provider_links(self, user: User) -> str:
        return joined(link.provider for link in SocialAccount.objects.filter(user=user)) or "—"

    @admin.action(description=_("重設兩步驟驗證（須填理由）"))
    def reset_factors(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        to_each(self, request, queryset, reset_second_factors)

    @admin.action(description=_("解除單一登入連結（須填理由）"))
    def unlink(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        to_each(self, request, queryset, unlink_provider)

"""Signing in through the school's OpenID Connect provider: only people who have an account here."""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base.constants import AuthProcess
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import clock
from accounts.domain.provider_claims import claims_in
from accounts.services import provider_links
from accounts.sign_in.errors import SignInRefused
from accounts.sign_in.matching import is_of_this_school, person_behind
from accounts.sign_in.usable import why_unusable


class ProviderAdapter(DefaultSocialAccountAdapter):
    """Every sign-in is either that of a linked person, or of one who is linked now, or is refused."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def authenticate_by_email(self, sociallogin: SocialLogin) -> None:
        """Never by itself: the person is looked for below, by stricter rules."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find the person, or end it.

        Raises:
            SignInRefused: with the reason; it is on the trail.
        """
        try:
            self._find_person(sociallogin)
        except SignInRefused as refusal:
            provider_links.record_refusal(refusal.person, refusal.words, at=clock.now())
            raise

    def _find_person(self, sociallogin: SocialLogin) -> None:
        now = clock.now()
        if sociallogin.state.get("process") != AuthProcess.LOGIN:
            raise SignInRefused(_("帳號的連結由學校登記的電子郵件或學號決定，不能自行指定。"))
        subject = sociallogin.account
        claims = claims_in(
            subject.extra_data, settings.OIDC_STUDENT_NUMBER_CLAIM, settings.OIDC_REQUIRED_CLAIM
        )
        if not is_of_this_school(claims):
            known = subject.user if sociallogin.is_existing else None
            raise SignInRefused(_("登入服務說您不是本校的人員，所以不能登入；請改用本校的帳號。"), known)
        person = subject.user if sociallogin.is_existing else person_behind(claims)
        if message := why_unusable(person, now):
            raise SignInRefused(message, person)
        if sociallogin.is_existing:
            provider_links.forget_claims(subject)
        else:
            provider_links.link(subject, person, at=now)
            sociallogin.user = person

    def on_authentication_error(self, *args: Any, **kwargs: Any) -> None:
        """Whatever went wrong between here and the provider, or was called off there."""
        provider_links.record_refusal(None, _("登入服務沒有完成驗證"), at=clock.now())

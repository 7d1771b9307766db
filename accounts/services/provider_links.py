"""Whose account a person at the provider comes for: linked once, then known by their subject there alone."""

from __future__ import annotations

from datetime import datetime

from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services import audit
from accounts.sign_in.acts import SignInAct
from accounts.sign_in.errors import SignInRefused


@transaction.atomic
def link(subject: SocialAccount, user: User, *, at: datetime) -> None:
    """Let `subject` (unsaved) sign in as `user` from now on. What the provider said is not kept.

    Raises:
        SignInRefused: `user` is linked to another subject: whoever takes over an address at the provider
            does not take over the account.
    """
    User.objects.select_for_update().get(pk=user.pk)
    if SocialAccount.objects.filter(user=user, provider=subject.provider).exists():
        message = _("這個電子郵件或學號的帳號已連結登入服務的另一個使用者，請洽系統管理者。")
        raise SignInRefused(message, user)
    subject.user = user
    subject.extra_data = {}
    subject.save()
    audit.record(
        SignInAct.LINK_PROVIDER, by=user, at=at, subject=user, changes={"provider": subject.provider}
    )


def forget_claims(subject: SocialAccount) -> None:
    """Keep nothing of what the provider said this time."""
    subject.extra_data = {}
    subject.save(update_fields=["extra_data"])


def record_refusal(person: User | None, message: str | Promise, *, at: datetime) -> None:
    audit.record(SignInAct.REFUSE_PROVIDER, by=person, at=at, reason=message)

"""What an administrator can take off another person's sign-in, with a reason (baseline A1, D7)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.authority import require
from accounts.errors import InvalidInput, NotAllowed
from accounts.models import User
from accounts.services import audit
from accounts.sign_in.acts import SignInAct
from accounts.sign_in.factors import factor_name


def reset_second_factors(user: User, *, reason: str, by: User, at: datetime) -> bool:
    """Remove every second factor of `user`, who has lost them; False if there was none.

    Raises:
        NotAllowed: `by` administers no accounts, or it is their own.
        InvalidInput: no reason.
    """
    factors = Authenticator.objects.filter(user=user)
    kinds = [factor_name(factor.type) for factor in factors]
    return _take_away(factors, {"factors": kinds}, SignInAct.RESET_FACTORS, user, reason, by, at)


def unlink_provider(user: User, *, reason: str, by: User, at: datetime) -> bool:
    """Let the provider's subject that `user` is linked to be forgotten; False if there was none.

    Whoever signs in there next with the account's e-mail address or student number is linked anew.

    Raises:
        NotAllowed: `by` administers no accounts, or it is their own.
        InvalidInput: no reason.
    """
    links = SocialAccount.objects.filter(user=user)
    providers = [link.provider for link in links]
    return _take_away(links, {"providers": providers}, SignInAct.UNLINK_PROVIDER, user, reason, by, at)


@transaction.atomic
def _take_away(
    rows: QuerySet[Any],
    changes: dict[str, Any],
    act: SignInAct,
    user: User,
    reason: str,
    by: User,
    at: datetime,
) -> bool:
    authority = require(by, act, user, at)
    if by == user:
        raise NotAllowed(_("自己的登入方式請在「兩步驟驗證」頁更改，不能以管理者身分重設。"))
    if not reason.strip():
        raise InvalidInput(_("請填寫理由；理由會留存。"))
    if not rows.exists():
        return False
    rows.delete()
    audit.record(act, by=by, at=at, subject=user, authority=authority, reason=reason.strip(), changes=changes)
    return True

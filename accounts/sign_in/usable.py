"""What holds for an account whichever way its owner comes in."""

from datetime import datetime

from django.utils.functional import Promise, lazy
from django.utils.translation import gettext_lazy as _

from accounts.backends import unused_message
from accounts.models import User
from accounts.security_rules import is_unused, rules_for

_rests = lazy(unused_message, str)


def why_unusable(user: User, at: datetime) -> str | Promise:
    """Why `user` may not sign in at `at`, in words they can act on; empty if they may.

    The words come in the language of whoever reads them, the person or the trail.
    """
    if not user.is_usable(at):
        return _("這個帳號已停用或到期，請洽註冊組。")
    return _rests() if is_unused(user, rules_for(user), at) else ""

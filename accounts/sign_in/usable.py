"""What holds for an account whichever way its owner comes in."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.backends import unused_message
from accounts.models import User
from accounts.security_rules import is_unused, rules_for


def why_unusable(user: User, at: datetime) -> str:
    """Why `user` may not sign in at `at`, in words they can act on; empty if they may."""
    if not user.is_usable(at):
        return _("這個帳號已停用或到期，請洽註冊組。")
    return unused_message() if is_unused(user, rules_for(user), at) else ""

"""An account that rested because nobody signed in for long is woken up again (baseline A1, A3)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.account_permissions import SecurityAct
from accounts.authority import require
from accounts.errors import InvalidInput
from accounts.models import User
from accounts.security_rules import is_unused, rules_for
from accounts.services import audit


@transaction.atomic
def reactivate(user: User, *, reason: str, by: User, at: datetime) -> bool:
    """From `at` the days of disuse of `user` are counted anew; False if the account does not rest.

    Raises:
        NotAllowed: `by` neither administers accounts nor keeps this student's data.
        InvalidInput: no reason.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    authority = require(by, SecurityAct.REACTIVATE, user, at)
    if not reason.strip():
        raise InvalidInput(_("重新啟用帳號請填寫理由；理由會留存。"))
    if not is_unused(user, rules_for(user), at):
        return False
    user.reactivated_at = at
    user.save(update_fields=["reactivated_at"])
    audit.record(
        SecurityAct.REACTIVATE,
        by=by,
        at=at,
        subject=user,
        authority=authority,
        reason=reason.strip(),
    )
    return True

"""First passwords for a class: random, for one sign-in, told once (baseline D2)."""

from __future__ import annotations

from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from accounts.account_permissions import SecurityAct
from accounts.authority import require
from accounts.domain.password_strength import readable_password
from accounts.errors import InvalidInput
from accounts.models import ClassPlacement, SchoolClass, User
from accounts.services import audit
from accounts.services.passwords import remember_all
from accounts.slip_queries import receiving


@dataclass(frozen=True)
class Slip:
    """What a student is handed on paper. The password is nowhere else."""

    placement: ClassPlacement
    password: str = field(repr=False)


@sensitive_variables("slips", "passwords")
def issue_first_passwords(
    school_class: SchoolClass, students: Collection[int], *, reason: str, by: User, at: datetime
) -> list[Slip]:
    """New passwords for those of `students` who sit in `school_class`; whatever they had is void at once.

    Accounts that reach the admin are left out, as everywhere where offices write lists.

    Raises:
        NotAllowed: `by` does not keep the basic data of the class's division.
        InvalidInput: no reason, or nobody chosen.
    """
    authority = require(by, SecurityAct.ISSUE_FIRST_PASSWORDS, school_class, at)
    if not reason.strip():
        raise InvalidInput(_("發給首次密碼請填寫理由；理由會留存。"))
    chosen = list(receiving(school_class).filter(student__in=students))
    if not chosen:
        raise InvalidInput(_("請至少勾選一位學生。"))
    slips = [Slip(placement, readable_password()) for placement in chosen]
    passwords = _hashed([slip.password for slip in slips])
    with transaction.atomic():
        _give([slip.placement.student.user for slip in slips], passwords, at)
        audit.record(
            SecurityAct.ISSUE_FIRST_PASSWORDS,
            by=by,
            at=at,
            subject=school_class,
            authority=authority,
            reason=reason.strip(),
            changes={
                "count": len(slips),
                "students": [slip.placement.student.student_number for slip in slips],
            },
        )
    return slips


@sensitive_variables("passwords")
def _hashed(passwords: list[str]) -> list[str]:
    """A hash takes long on purpose; the cores share them."""
    with ThreadPoolExecutor() as pool:
        return list(pool.map(make_password, passwords))


def _give(users: list[User], hashes: list[str], at: datetime) -> None:
    for user, password in zip(users, hashes, strict=True):
        user.password, user.password_changed_at, user.must_change_password = password, at, True
    User.objects.bulk_update(users, ["password", "password_changed_at", "must_change_password"])
    remember_all(users, at)

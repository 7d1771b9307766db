"""Who unlocks and reactivates accounts and hands out first passwords (baseline A1, A3, D2, D4)."""

from datetime import datetime

from django.db.models import TextChoices
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import acts
from accounts.authority import Authority, authority, first_granted, granted, refused, resolves
from accounts.duty_roster import roster_at
from accounts.models import SchoolClass, Student, User
from accounts.models.duties import DutyCode
from accounts.sign_in.acts import SignInAct
from accounts.student_permissions import StudentAct


@acts.register
class SecurityAct(TextChoices):
    LOCK = "lock_sign_in", _("鎖定登入")
    SPRAYING = "spraying_noticed", _("同一位址有許多帳號登入失敗")
    UNLOCK = "unlock_sign_in", _("解除登入鎖定")
    REACTIVATE = "reactivate_account", _("重新啟用久未登入的帳號")
    ISSUE_FIRST_PASSWORDS = "issue_first_passwords", _("發給首次密碼")


@resolves(SignInAct.UNLINK_PROVIDER)
@resolves(SignInAct.RESET_FACTORS)
@resolves(SecurityAct.UNLOCK)
def _administers(user: User, subject: object, at: datetime) -> Authority:
    if user.is_superuser:
        return granted(gettext("系統管理者"))
    return refused(gettext("這項帳號作業由系統管理者辦理。"))


@resolves(SecurityAct.REACTIVATE)
def _reactivates(user: User, account: User, at: datetime) -> Authority:
    """Whoever keeps the student's data also keeps the student's account; all others are administrators'."""
    if student := Student.objects.filter(user=account).first():
        return authority(user, StudentAct.RECORD_ENROLMENT_CHANGE, student, at)
    return _administers(user, account, at)


@resolves(SecurityAct.ISSUE_FIRST_PASSWORDS)
def _issues(user: User, school_class: SchoolClass, at: datetime) -> Authority:
    keeper = roster_at(at).authority(user, DutyCode.BASIC_DATA, school_class.division)
    return first_granted(keeper, _administers(user, school_class, at))

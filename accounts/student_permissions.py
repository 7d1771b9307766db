"""Who keeps students' basic data: registry, or the evening division's academic affairs (article 5-2)."""

from datetime import datetime

from django.db.models import TextChoices
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import acts
from accounts.authority import Authority, first_granted, granted, refused, resolves
from accounts.domain.division import Division
from accounts.duty_roster import roster_at
from accounts.models import Student, User
from accounts.models.duties import DutyCode


@acts.register
class StudentAct(TextChoices):
    RECORD_ENROLMENT_CHANGE = "record_enrolment_change", _("登錄學籍異動")
    VIEW_NATIONAL_ID = "view_national_id", _("查看完整身分證號")


acts.reveals(StudentAct.VIEW_NATIONAL_ID)


@resolves(StudentAct.VIEW_NATIONAL_ID)
def _keeps_basic_data(user: User, student: Student, at: datetime) -> Authority:
    """The number in full is for whose duty needs it alone, not for administrators as such."""
    roster = roster_at(at)
    return first_granted(
        *(roster.authority(user, DutyCode.BASIC_DATA, division) for division in _divisions_of(student))
    )


@resolves(StudentAct.RECORD_ENROLMENT_CHANGE)
def _records_changes(user: User, student: Student, at: datetime) -> Authority:
    administrator = granted(gettext("系統管理者")) if user.is_superuser else refused("")
    return first_granted(_keeps_basic_data(user, student, at), administrator)


def divisions_kept_by(user: User, at: datetime) -> list[Division]:
    """The divisions whose students' basic data `user` keeps; all of them for an administrator."""
    if user.is_superuser:
        return list(Division)
    roster = roster_at(at)
    return [d for d in Division if roster.authority(user, DutyCode.BASIC_DATA, d).allowed]


def _divisions_of(student: Student) -> list[Division]:
    """The division of the student's latest class; either may keep the data of who has none yet."""
    latest = student.placements.select_related("school_class").order_by("-school_year").first()
    return [Division(latest.school_class.division)] if latest else list(Division)

"""Who may record that somebody is away: the person, and those who keep the division's accounts in order."""

from datetime import datetime

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import acts
from accounts.authority import Authority, first_granted, granted, refused, resolves
from accounts.domain.division import Division
from accounts.duty_roster import roster_at
from accounts.models import PostHolding, Student, User
from accounts.models.duties import DutyCode

# Registry, or the evening division's academic affairs: trouble with people and accounts is theirs (rules P6).
TENDING_DUTY = DutyCode.COURSE_OUTCOMES


@acts.register
class AbsenceAct(TextChoices):
    RECORD_ABSENCE = "record_absence", _("登錄差假（啟動代理）")
    END_ABSENCE = "end_absence", _("結束差假（停止代理）")


@resolves(AbsenceAct.RECORD_ABSENCE)
@resolves(AbsenceAct.END_ABSENCE)
def _who_records(user: User, person: User, at: datetime) -> Authority:
    return first_granted(_oneself(user, person), _administrator(user), *_offices(user, person, at))


def tended_divisions(user: User, at: datetime) -> list[Division]:
    """The divisions whose post holders' absences `user` sees and records."""
    if user.is_superuser:
        return list(Division)
    roster = roster_at(at)
    return [d for d in Division if roster.authority(user, TENDING_DUTY, d).allowed]


def _oneself(user: User, person: User) -> Authority:
    if user.pk == person.pk and not Student.objects.filter(user=user).exists():
        return granted(gettext("本人"))
    return refused(gettext("差假由本人、該部別的註冊組（進修部教務組）或系統管理者登錄。"))


def _administrator(user: User) -> Authority:
    return granted(gettext("系統管理者")) if user.is_superuser else refused("")


def _offices(user: User, person: User, at: datetime) -> list[Authority]:
    roster = roster_at(at)
    holdings = PostHolding.objects.on(timezone.localdate(at)).filter(user=person)
    divisions = holdings.values_list("post__office__division", flat=True).distinct()
    return [roster.authority(user, TENDING_DUTY, division) for division in divisions]

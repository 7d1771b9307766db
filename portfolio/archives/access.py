"""Until when somebody who has left still looks at their data and takes them along (rules 7, R1)."""

from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.domain.enrolment import LEAVERS
from accounts.domain.roc_calendar import roc_date
from accounts.errors import NotAllowed
from accounts.models import Student
from portfolio.models import PortfolioPolicy


def left_on(student: Student) -> date | None:
    """The day the student left the school; None while they are here or when it is not on record."""
    if student.status not in LEAVERS:
        return None
    changes = student.enrolment_changes.filter(kind__in=LEAVERS).order_by("-effective_on", "-pk")
    return changes.values_list("effective_on", flat=True).first()


def access_ends_on(student: Student) -> date | None:
    """The last day on which a leaver sees and downloads their data; None for everybody else."""
    day = left_on(student)
    if day is None:
        return None
    return day + timedelta(days=PortfolioPolicy.current().archive_days_after_leaving)


def require_access(student: Student, at: datetime) -> None:
    """Nothing, where the student may still look.

    Raises:
        NotAllowed: the student left so long ago that the data are sealed.
    """
    last = access_ends_on(student)
    if last and timezone.localdate(at) > last:
        message = _("您離校後的查看與下載期限已於 %(day)s 屆滿，資料已封存；需要時請洽學校註冊組。")
        raise NotAllowed(message % {"day": roc_date(last)})

"""Who keeps and who reads course consultation records (article 5-5; rules-detail 5.5)."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet, TextChoices
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import acts
from accounts.authority import Authority, first_granted, granted, has_left, refused, resolves
from accounts.domain.division import Division
from accounts.duty_roster import roster_at
from accounts.models import ClassPlacement, Student, User
from accounts.models.duties import DutyCode
from portfolio.models import ConsultationRecord, PortfolioPolicy
from portfolio.models.consultations import ConsultationRecordQuerySet
from schedules.domain.terms import school_year_of


@acts.register
class ConsultationAct(TextChoices):
    RECORD_CONSULTATION = "record_consultation", _("登錄課程諮詢紀錄")
    CORRECT_CONSULTATION = "correct_consultation", _("更正課程諮詢紀錄")
    WITHDRAW_CONSULTATION = "withdraw_consultation", _("撤銷課程諮詢紀錄")


@resolves(ConsultationAct.RECORD_CONSULTATION)
def _who_consults(user: User, students: Iterable[Student], at: datetime) -> Authority:
    """The counsellor of every one of the students' classes, or whoever answers for consultation records."""
    own = set(counselled_by(user, at).values_list("pk", flat=True))
    others = [student for student in students if student.pk not in own]
    if not others:
        return granted(gettext("課程諮詢教師"))
    message = gettext("%(student)s 不是您負責諮詢的學生；由該班的課程諮詢教師或課程諮詢教師召集人登錄。")
    return first_granted(refused(message % {"student": others[0]}), _convener(user, at))


@resolves(ConsultationAct.CORRECT_CONSULTATION)
@resolves(ConsultationAct.WITHDRAW_CONSULTATION)
def _whose_record(user: User, record: ConsultationRecord, at: datetime) -> Authority:
    if record.counsellor_id == user.pk:
        return granted(gettext("課程諮詢教師"))
    message = gettext("只有 %(counsellor)s 本人或課程諮詢教師召集人可以更正這筆紀錄。")
    return first_granted(refused(message % {"counsellor": record.counsellor}), _convener(user, at))


def counselled_by(user: User, at: datetime) -> QuerySet[Student]:
    """The students of the classes that have `user` as their course counsellor this school year."""
    year = school_year_of(timezone.localdate(at))
    mine = ClassPlacement.objects.filter(school_year=year, school_class__counselling__counsellor=user)
    return Student.objects.filter(pk__in=mine.order_by().values("student"))


def answers_for_consultations(user: User, at: datetime) -> bool:
    """Whether `user` acts for the duty of consultation records, which are the whole school's."""
    return not has_left(user, at) and _convener(user, at).allowed


def consults(user: User, at: datetime) -> bool:
    """Whether consultation pages are for `user`: to keep records, or to read their own class's."""
    return not has_left(user, at) and (
        user.counselled_classes.exists()
        or answers_for_consultations(user, at)
        or _homeroom_students(user, at).exists()
    )


def readable_by(user: User, at: datetime) -> ConsultationRecordQuerySet:
    """The records that `user` may read as a member of staff: nobody but those who counsel the students, and
    the homeroom teacher where the school chose so."""
    records = ConsultationRecord.objects.all()
    if has_left(user, at):
        return records.none()
    if answers_for_consultations(user, at):
        return records
    mine = Q(counsellor=user) | Q(students__in=counselled_by(user, at))
    return records.filter(
        pk__in=records.filter(mine | Q(students__in=_homeroom_students(user, at))).order_by().values("pk")
    )


def _homeroom_students(user: User, at: datetime) -> QuerySet[Student]:
    if not PortfolioPolicy.current().homeroom_reads_consultations:
        return Student.objects.none()
    year = school_year_of(timezone.localdate(at))
    mine = ClassPlacement.objects.filter(school_year=year, school_class__homeroom_teacher=user)
    return Student.objects.filter(pk__in=mine.order_by().values("student"))


def _convener(user: User, at: datetime) -> Authority:
    roster = roster_at(at)
    answers = [roster.authority(user, DutyCode.CONSULTATION_RECORDS, division) for division in Division]
    return first_granted(*answers)

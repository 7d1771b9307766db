"""Who keeps cadre records, and who may say that a record of theirs is wrong."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db.models import TextChoices
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import acts
from accounts.authority import Authority, first_granted, granted, refused, resolves
from accounts.domain.division import Division
from accounts.duty_roster import HeldDuty, roster_at
from accounts.list_permissions import CADRE_DUTIES
from accounts.models import User
from accounts.models.duties import DutyCode
from portfolio.models import CadreRecord, Grade, RecordReport


@acts.register
class RecordAct(TextChoices):
    RECORD_CADRE = "record_cadre", _("登錄幹部經歷")
    CORRECT_CADRE = "correct_cadre", _("更正幹部經歷")
    WITHDRAW_CADRE = "withdraw_cadre", _("撤銷幹部經歷")
    EXPORT_CADRE = "export_cadre", _("匯出幹部經歷")
    REPORT_ERROR = "report_record_error", _("回報成績或幹部經歷有誤")
    ANSWER_REPORT = "answer_record_report", _("回覆成績或幹部經歷的回報")


# Whose duty it is to answer for a kind of record, the one that keeps it first.
_GRADE_DUTIES = (DutyCode.COURSE_RECORDS,)
_CADRE_RECORD_DUTIES = (DutyCode.CADRE_RECORDS, DutyCode.CADRE_SUBMISSION)


@resolves(RecordAct.RECORD_CADRE)
@resolves(RecordAct.CORRECT_CADRE)
@resolves(RecordAct.WITHDRAW_CADRE)
@resolves(RecordAct.EXPORT_CADRE)
def _who_keeps_cadre(user: User, division: str, at: datetime) -> Authority:
    """Student affairs: the section that keeps the division's records, and the one that submits them."""
    roster = roster_at(at)
    return first_granted(*(roster.authority(user, duty, division) for duty in CADRE_DUTIES))


@resolves(RecordAct.REPORT_ERROR)
def _whose_record(user: User, record: Grade | CadreRecord, at: datetime) -> Authority:
    if record.student.user_id == user.pk:
        return granted(gettext("學生本人"))
    return refused(gettext("只有學生本人可以回報自己的紀錄有誤。"))


@resolves(RecordAct.ANSWER_REPORT)
def _who_answers(user: User, report: RecordReport, at: datetime) -> Authority:
    roster = roster_at(at)
    duties = owning_duties(report.record)
    return first_granted(*(roster.authority(user, duty, report.division) for duty in duties))


def divisions_of_cadre(user: User, at: datetime) -> list[Division]:
    """The divisions whose cadre records `user` keeps."""
    roster = roster_at(at)
    return [
        division
        for division in Division
        if any(roster.authority(user, duty, division).allowed for duty in CADRE_DUTIES)
    ]


def answered_kinds(duties: Iterable[HeldDuty]) -> Iterator[tuple[str, Division]]:
    """The kinds of record ("grade", "cadre") whose reports `duties` answer, each with a division."""
    for held in duties:
        if held.code in _GRADE_DUTIES:
            yield "grade", held.division
        elif held.code in _CADRE_RECORD_DUTIES:
            yield "cadre", held.division


def owning_duties(record: Grade | CadreRecord) -> tuple[DutyCode, ...]:
    """The duties that answer for `record`, the one that keeps it first."""
    if isinstance(record, Grade):
        return _GRADE_DUTIES
    return _CADRE_RECORD_DUTIES

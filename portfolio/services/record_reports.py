"""A student says that a grade or cadre record of theirs is wrong; the office that keeps it is told."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.authority import require
from accounts.duty_roster import DutyRoster
from accounts.errors import Conflict, InvalidInput
from accounts.models import User
from accounts.services import audit, notices
from portfolio.models import CadreRecord, Grade
from portfolio.record_permissions import RecordAct, owning_duties
from portfolio.record_queries import reports_by
from schedules.queries import placement_of

EXPLANATION_LENGTH = 200


@transaction.atomic
def report_error(record: Grade | CadreRecord, *, explanation: str, by: User, at: datetime) -> User:
    """Tell the acting person of the owning duty what is wrong, and put it on the trail; who was told.

    Raises:
        NotAllowed: the record is another student's.
        InvalidInput: no explanation, or too long a one.
        Conflict: reported on the same day already, or nobody can act for the duty.
    """
    type(record)._default_manager.select_for_update().get(pk=record.pk)  # two reports at once take turns
    authority = require(by, RecordAct.REPORT_ERROR, record, at)
    explanation = _checked(explanation)
    _require_first_today(record, by, at)
    person = _acting_person(record, by, at)
    audit.record(
        RecordAct.REPORT_ERROR, by=by, at=at, subject=record, authority=authority, reason=explanation
    )
    _tell(person, record, explanation, at)
    return person


def _checked(explanation: str) -> str:
    explanation = explanation.strip()
    if not explanation:
        raise InvalidInput(_("請說明哪裡有錯、正確的內容是什麼，承辦人員才能查證。"))
    if len(explanation) > EXPLANATION_LENGTH:
        message = _("說明共 %(length)d 字，上限 %(limit)d 字。")
        raise InvalidInput(message % {"length": len(explanation), "limit": EXPLANATION_LENGTH})
    return explanation


def _require_first_today(record: Grade | CadreRecord, by: User, at: datetime) -> None:
    last = reports_by(by).get((record._meta.label_lower, record.pk))
    if last and timezone.localdate(last) == timezone.localdate(at):
        raise Conflict(_("這一筆今天已經回報過，承辦人員正在查證。明天仍有疑問可以再回報。"))


def _acting_person(record: Grade | CadreRecord, by: User, at: datetime) -> User:
    division, roster = _division_of(record), DutyRoster(at)
    duties = owning_duties(record)
    people = (roster.acting_person(duty, division) for duty in duties)
    person = next((person for person in people if person), None)
    if person is None:
        raise Conflict(roster.authority(by, duties[-1], division).why)
    return person


def _division_of(record: Grade | CadreRecord) -> str:
    if isinstance(record, Grade):
        return record.division
    placement = placement_of(record.student, record.term.school_year)
    if placement is None:
        raise Conflict(_("這筆紀錄的學年度沒有您的編班資料，請直接洽學務處。"))
    return placement.school_class.division


def _tell(person: User, record: Grade | CadreRecord, explanation: str, at: datetime) -> None:
    url = reverse("cadre:record", args=[record.pk]) if isinstance(record, CadreRecord) else ""
    what = {"kind": record._meta.verbose_name, "record": record}
    notices.tell(
        [person],
        key=f"record-error-{record._meta.model_name}-{record.pk}-{timezone.localdate(at)}",
        subject=(_("學生回報%(kind)s有誤：%(record)s") % what)[:120],
        body=_("%(record)s\n說明：%(explanation)s") % {"record": record, "explanation": explanation},
        url=url,
        at=at,
    )

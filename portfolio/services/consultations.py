"""Course consultation records: keep, correct, take back (articles 5-5 and 11-4, rules D4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.authority import require
from accounts.domain.roc_calendar import roc_date
from accounts.errors import Conflict, InvalidInput
from accounts.models import Student, User
from accounts.services import audit, notices
from portfolio.consultations.permissions import ConsultationAct
from portfolio.models import ConsultationRecord
from portfolio.models.consultations import ConsultationForm
from schedules.domain.activities import Activity
from schedules.domain.periods import closes_on
from schedules.domain.terms import term_of
from schedules.models import Term
from schedules.queries import deadline_rule

_TEXTS = ("form", "held_on", "starts_at", "ends_at", "place", "content", "advice")


@dataclass(frozen=True)
class Consultation:
    """What was consulted about, with whom, when and where. Times are the school's."""

    form: str
    held_on: date
    starts_at: time
    ends_at: time
    place: str
    students: Sequence[Student]
    content: str
    advice: str
    late_reason: str = ""


def due_on(held_on: date) -> date:
    """The last day on which a consultation that ended on `held_on` may be recorded without a reason."""
    return closes_on(held_on, deadline_rule(Activity.CONSULTATION, held_on).offset)


@transaction.atomic
def record_consultation(entry: Consultation, *, by: User, at: datetime) -> ConsultationRecord:
    """Keep a record of a consultation, and let its students know; saying the same again adds nothing.

    Raises:
        NotAllowed: a student is not one whom `by` counsels.
        InvalidInput: a part is missing, it lies in the future, or it is late and no reason is given.
    """
    authority = require(by, ConsultationAct.RECORD_CONSULTATION, entry.students, at)
    _require_sensible(entry, at)
    if same := _same(entry, by):
        return same
    record = ConsultationRecord.objects.create(
        counsellor=by, term=_term(entry.held_on), recorded_by=by, recorded_at=at, **_values(entry, at)
    )
    record.students.set(entry.students)
    changes = {**_told(record), "students": [str(student) for student in entry.students]}
    act = ConsultationAct.RECORD_CONSULTATION
    reason = record.late_reason
    audit.record(act, by=by, at=at, subject=record, authority=authority, reason=reason, changes=changes)
    notices.tell(
        User.objects.filter(student__in=entry.students),
        key=f"consultation-{record.pk}",
        subject=lambda: _("您的課程諮詢紀錄已登錄（%(day)s）") % {"day": roc_date(record.held_on)},
        url=reverse("portfolio:consultations"),
        at=at,
    )
    return record


@transaction.atomic
def correct_consultation(
    record: ConsultationRecord, entry: Consultation, *, by: User, at: datetime
) -> ConsultationRecord:
    """Put `entry` in place of what `record` says; what it said before stands on the trail.

    Raises:
        NotAllowed: the record is another counsellor's, or a student is nobody's whom `by` counsels.
        InvalidInput: as for recording.
        Conflict: it was taken back.
    """
    record = ConsultationRecord.objects.select_for_update(of=("self",)).get(pk=record.pk)
    authority = require(by, ConsultationAct.CORRECT_CONSULTATION, record, at)
    _require_standing(record)
    before = {**_told(record), "students": sorted(str(student) for student in record.students.all())}
    added = [student for student in entry.students if student not in record.students.all()]
    require(by, ConsultationAct.RECORD_CONSULTATION, added, at)
    _require_sensible(entry, at)
    for name, value in {**_values(entry, at), "term": _term(entry.held_on)}.items():
        setattr(record, name, value)
    record.save()
    record.students.set(entry.students)
    after = {**_told(record), "students": sorted(str(student) for student in entry.students)}
    changes = {key: [before[key], after[key]] for key in after if before[key] != after[key]}
    if changes:
        act = ConsultationAct.CORRECT_CONSULTATION
        audit.record(act, by=by, at=at, subject=record, authority=authority, changes=changes)
    return record


@transaction.atomic
def withdraw_consultation(record: ConsultationRecord, *, reason: str, by: User, at: datetime) -> None:
    """Take a record back that was made by mistake; it is kept, and shown to nobody but those who keep it.

    Raises:
        NotAllowed: as for correcting it.
        InvalidInput: no reason.
        Conflict: it was taken back already.
    """
    record = ConsultationRecord.objects.select_for_update(of=("self",)).get(pk=record.pk)
    authority = require(by, ConsultationAct.WITHDRAW_CONSULTATION, record, at)
    _require_standing(record)
    if not reason.strip():
        raise InvalidInput(_("請填寫撤銷原因。"))
    record.withdrawn_at, record.withdrawn_reason = at, reason.strip()
    record.save(update_fields=["withdrawn_at", "withdrawn_reason"])
    act = ConsultationAct.WITHDRAW_CONSULTATION
    audit.record(act, by=by, at=at, subject=record, authority=authority, reason=record.withdrawn_reason)


def _require_sensible(entry: Consultation, at: datetime) -> None:
    if not entry.students:
        raise InvalidInput(_("請選擇參與的學生。"))
    if entry.form == ConsultationForm.INDIVIDUAL and len(entry.students) > 1:
        raise InvalidInput(_("個別諮詢只能有一位學生；多位學生請選「團體諮詢」。"))
    if entry.ends_at <= entry.starts_at:
        raise InvalidInput(_("結束時間要晚於開始時間。"))
    ended = timezone.make_aware(datetime.combine(entry.held_on, entry.ends_at))
    if ended > at:
        raise InvalidInput(_("諮詢結束後才能登錄，請檢查日期與時間。"))
    if not (entry.place.strip() and entry.content.strip() and entry.advice.strip()):
        raise InvalidInput(_("地點、諮詢內容與建議都要填寫（第 5 點之五）。"))
    if _is_late(entry, at) and not entry.late_reason.strip():
        last, rule = due_on(entry.held_on), deadline_rule(Activity.CONSULTATION, entry.held_on)
        message = _("登錄期限是諮詢後 %(offset)s（%(day)s，%(article)s）；逾期登錄請填寫原因。")
        raise InvalidInput(message % {"offset": rule.offset, "day": roc_date(last), "article": rule.article})


def _require_standing(record: ConsultationRecord) -> None:
    if record.withdrawn_at:
        raise Conflict(_("這筆諮詢紀錄已經撤銷。"))


def _is_late(entry: Consultation, at: datetime) -> bool:
    return timezone.localdate(at) > due_on(entry.held_on)


def _values(entry: Consultation, at: datetime) -> dict[str, Any]:
    values = {name: getattr(entry, name) for name in _TEXTS}
    values |= {name: values[name].strip() for name in ("place", "content", "advice")}
    return {**values, "late_reason": entry.late_reason.strip() if _is_late(entry, at) else ""}


def _same(entry: Consultation, by: User) -> ConsultationRecord | None:
    """The record that an earlier sending of the same form made."""
    wanted = {student.pk for student in entry.students}
    moment = {"held_on": entry.held_on, "starts_at": entry.starts_at, "ends_at": entry.ends_at}
    alike = ConsultationRecord.objects.standing().filter(
        counsellor=by, content=entry.content.strip(), **moment
    )
    return next((one for one in alike if set(one.students.values_list("pk", flat=True)) == wanted), None)


def _term(day: date) -> Term:
    code = term_of(day)
    term = Term.objects.filter(school_year=code.school_year, number=code.number).first()
    if term is None:
        raise InvalidInput(_("系統裡還沒有 %(term)s 這個學期，請先由執行秘書設定。") % {"term": code})
    return term


def _told(record: ConsultationRecord) -> dict[str, Any]:
    return {name: str(getattr(record, name)) for name in _TEXTS}

"""A student says that a grade or cadre record of theirs is wrong; the office that keeps it answers."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.authority import require
from accounts.duty_roster import roster_at
from accounts.errors import Conflict, InvalidInput
from accounts.models import User
from accounts.services import audit, notices
from portfolio.models import CadreRecord, Grade, RecordReport
from portfolio.models.record_reports import Finding
from portfolio.record_permissions import RecordAct, owning_duties
from portfolio.record_queries import last_reports
from schedules.queries import placement_of

LONGEST = 200  # characters of a report, and of its answer


@transaction.atomic
def report_error(record: Grade | CadreRecord, *, explanation: str, by: User, at: datetime) -> User:
    """Tell the acting person of the owning duty what is wrong; who was told.

    Raises:
        NotAllowed: the record is another student's.
        InvalidInput: no explanation, or too long a one.
        Conflict: reported on the same day already, or nobody can act for the duty.
    """
    type(record)._default_manager.select_for_update().get(pk=record.pk)  # two reports at once take turns
    authority = require(by, RecordAct.REPORT_ERROR, record, at)
    explanation = _said(explanation, else_say=_("請說明哪裡有錯、正確的內容是什麼，承辦人員才能查證。"))
    _require_first_today(record, at)
    division = _division_of(record)
    person = _acting_person(record, division, by, at)
    kind = "grade" if isinstance(record, Grade) else "cadre"
    report = RecordReport.objects.create(
        student=record.student, division=division, explanation=explanation, reported_at=at, **{kind: record}
    )
    audit.record(
        RecordAct.REPORT_ERROR, by=by, at=at, subject=record, authority=authority, reason=explanation
    )
    _tell(person, report, at)
    return person


@transaction.atomic
def answer_report(report: RecordReport, *, finding: str, answer: str, by: User, at: datetime) -> RecordReport:
    """Say what looking into `report` came to, and let the student know.

    Raises:
        NotAllowed: another office keeps the record.
        InvalidInput: no finding, no answer, or too long a one.
        Conflict: it is answered already.
    """
    RecordReport.objects.select_for_update().get(pk=report.pk)
    report = RecordReport.objects.with_records().get(pk=report.pk)
    authority = require(by, RecordAct.ANSWER_REPORT, report, at)
    if report.answered_at:
        raise Conflict(_("這件回報已由 %(person)s 回覆。") % {"person": report.answered_by})
    if finding not in Finding.values:
        raise InvalidInput(_("請選擇查證結果。"))
    report.finding = finding
    report.answer = _said(answer, else_say=_("請說明查證的結果，學生會看到。"))
    report.answered_by, report.answered_for, report.answered_at = by, authority.principal, at
    report.save(update_fields=["finding", "answer", "answered_by", "answered_for", "answered_at"])
    changes = {"report": report.explanation, "finding": finding}
    audit.record(
        RecordAct.ANSWER_REPORT,
        by=by,
        at=at,
        subject=report.record,
        authority=authority,
        reason=report.answer,
        changes=changes,
    )
    _tell_student(report, at)
    return report


def _said(text: str, *, else_say: str) -> str:
    """What was written, which must be something and not too long; `else_say` asks for it."""
    text = text.strip()
    if not text:
        raise InvalidInput(else_say)
    if len(text) > LONGEST:
        message = _("說明共 %(length)d 字，上限 %(limit)d 字。")
        raise InvalidInput(message % {"length": len(text), "limit": LONGEST})
    return text


def _require_first_today(record: Grade | CadreRecord, at: datetime) -> None:
    key = (record.pk, None) if isinstance(record, Grade) else (None, record.pk)
    last = last_reports(record.student).get(key)
    if last and timezone.localdate(last.reported_at) == timezone.localdate(at):
        raise Conflict(_("這一筆今天已經回報過，承辦人員正在查證。明天仍有疑問可以再回報。"))


def _acting_person(record: Grade | CadreRecord, division: str, by: User, at: datetime) -> User:
    roster, duties = roster_at(at), owning_duties(record)
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


def _tell(person: User, report: RecordReport, at: datetime) -> None:
    record = report.record

    def what() -> dict[str, Any]:
        return {"kind": report.kind, "record": record}

    notices.tell(
        [person],
        key=f"record-error-{record._meta.model_name}-{record.pk}-{timezone.localdate(at)}",
        subject=lambda: _("學生回報%(kind)s有誤：%(record)s") % what(),
        body=lambda: (
            _("%(record)s\n說明：%(explanation)s") % {"record": record, "explanation": report.explanation}
        ),
        url=reverse("record_reports:answer", args=[report.pk]),
        at=at,
    )


def _tell_student(report: RecordReport, at: datetime) -> None:

    def what() -> dict[str, Any]:
        return {"kind": report.kind, "finding": Finding(report.finding).label}

    parts = {"record": report.record, "answer": report.answer, "explanation": report.explanation}
    notices.tell(
        [report.student.user],
        key=f"record-report-{report.pk}",
        subject=lambda: _("您回報的%(kind)s：%(finding)s") % what(),
        body=lambda: _("%(record)s\n您的回報：%(explanation)s\n查證說明：%(answer)s") % parts,
        url=reverse("portfolio:records"),
        at=at,
    )

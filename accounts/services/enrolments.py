"""Enrolment changes: each is added to the student's history, and the status follows (article 8, R0, R2)."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.authority import require
from accounts.domain.enrolment import allowed_changes, status_after
from accounts.domain.joining import joined
from accounts.domain.roc_calendar import roc_date
from accounts.errors import Conflict, InvalidInput
from accounts.models import EnrolmentChange, Student, User
from accounts.models.enrolment_changes import ChangeKind
from accounts.services import audit
from accounts.student_permissions import StudentAct

AWAY = {ChangeKind.TRANSFERRED_IN, ChangeKind.TRANSFERRED_OUT, ChangeKind.GUEST_OUT}


@transaction.atomic
def record_change(
    student: Student,
    kind: ChangeKind,
    *,
    effective_on: date,
    other_school: str = "",
    note: str = "",
    by: User,
    at: datetime,
) -> EnrolmentChange:
    """Add a change to the history of `student`; recording the same again changes nothing.

    Raises:
        NotAllowed: `by` does not keep the basic data of the student's division.
        Conflict: the change does not follow from the student's status, or is older than the last one.
        InvalidInput: the day lies in the future, or the other school is missing.
    """
    authority = require(by, StudentAct.RECORD_ENROLMENT_CHANGE, student, at)
    student = Student.objects.select_for_update(of=("self",)).select_related("user").get(pk=student.pk)
    history = list(student.enrolment_changes.order_by("effective_on", "pk"))
    if history and (history[-1].kind, history[-1].effective_on) == (kind, effective_on):
        return history[-1]
    _require_sensible(kind, effective_on, other_school, at)
    _require_following(student, kind, effective_on, history)
    change = EnrolmentChange.objects.create(
        student=student,
        kind=kind,
        effective_on=effective_on,
        other_school=other_school.strip(),
        note=note.strip(),
        recorded_by=by,
        recorded_at=at,
    )
    before, student.status = student.status, status_after(kind)
    student.save(update_fields=["status"])
    audit.record(
        StudentAct.RECORD_ENROLMENT_CHANGE,
        by=by,
        at=at,
        subject=student,
        authority=authority,
        reason=change.note,
        changes={
            "kind": kind,
            "effective_on": effective_on.isoformat(),
            "status": {"before": before, "after": student.status},
        },
    )
    return change


def _require_sensible(kind: ChangeKind, effective_on: date, other_school: str, at: datetime) -> None:
    if effective_on > timezone.localdate(at):
        raise InvalidInput(_("生效日還沒到，請於生效後登錄。"))
    if kind in AWAY and not other_school.strip():
        raise InvalidInput(_("「%(kind)s」請填寫對方學校。") % {"kind": kind.label})


def _require_following(
    student: Student, kind: ChangeKind, effective_on: date, history: list[EnrolmentChange]
) -> None:
    if history and effective_on < history[-1].effective_on:
        message = _("生效日不可早於前一次異動（%(kind)s，%(day)s）。")
        parts = {"kind": history[-1].get_kind_display(), "day": roc_date(history[-1].effective_on)}
        raise Conflict(message % parts)
    allowed = allowed_changes(student.status, [change.kind for change in history])
    if kind not in allowed:
        message = _("%(student)s 目前為「%(status)s」，不能登錄「%(kind)s」；可登錄：%(allowed)s。")
        names = joined(str(ChangeKind(each).label) for each in allowed) or _("（無）")
        status = student.get_status_display()
        parts = {"student": str(student), "status": status, "kind": str(kind.label), "allowed": names}
        raise Conflict(message % parts)

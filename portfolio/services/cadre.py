"""Keeping cadre records (幹部經歷, articles 5-1 and 11): entered in their window, put right afterwards.

Only what is new keeps to the window: errors come to light when students see their records, and at the
latest with the receipts, when the office must still be able to correct them (rules S5).
"""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.authority import require
from accounts.errors import Conflict, InvalidInput, WindowClosed
from accounts.models import Student, User
from accounts.services import audit
from portfolio.cadre_queries import in_school_levels
from portfolio.domain.cadre import POST_FIELDS, CadrePost
from portfolio.models import CadreRecord
from portfolio.record_permissions import RecordAct
from schedules.domain.activities import Activity
from schedules.models import Term
from schedules.queries import general_window, placement_of

REASON_LENGTH = 200


@transaction.atomic
def record_post(student: Student, term: Term, post: CadrePost, *, by: User, at: datetime) -> CadreRecord:
    """Enter a post that `student` held in `term`.

    Raises:
        NotAllowed: `by` does not keep the cadre records of the student's division.
        WindowClosed: cadre records of the term are not entered at `at`.
        InvalidInput: the post cannot be as it is, or the student was in no class that year.
        Conflict: it is there already.
    """
    division = _division_of(student, term)
    authority = require(by, RecordAct.RECORD_CADRE, division, at)
    _require_open(division, term, at)
    _require_sound(post)
    record = CadreRecord(student=student, term=term, recorded_by=by, recorded_at=at, **asdict(post))
    _save(record)
    changes = {name: _told(value) for name, value in asdict(post).items()}
    audit.record(RecordAct.RECORD_CADRE, by=by, at=at, subject=record, authority=authority, changes=changes)
    return record


@transaction.atomic
def correct_post(record: CadreRecord, post: CadrePost, *, reason: str, by: User, at: datetime) -> CadreRecord:
    """Put a record right; the same again changes nothing.

    Raises:
        NotAllowed, InvalidInput, Conflict: as `record_post`; also without a reason, and once withdrawn.
    """
    record = _standing(record)
    authority = require(by, RecordAct.CORRECT_CADRE, _division_of(record.student, record.term), at)
    reason = _required(reason)
    _require_sound(post)
    changes = {
        name: {"before": _told(getattr(record, name)), "after": _told(value)}
        for name, value in asdict(post).items()
        if getattr(record, name) != value
    }
    if not changes:
        return record
    for name in POST_FIELDS:
        setattr(record, name, getattr(post, name))
    _save(record)
    audit.record(
        RecordAct.CORRECT_CADRE,
        by=by,
        at=at,
        subject=record,
        authority=authority,
        reason=reason,
        changes=changes,
    )
    return record


@transaction.atomic
def withdraw_post(record: CadreRecord, *, reason: str, by: User, at: datetime) -> None:
    """Take a record out of the student's records and the rosters to come; it stays on file.

    Raises:
        NotAllowed: as `record_post`.
        InvalidInput: without a reason.
        Conflict: it is withdrawn already.
    """
    record = _standing(record)
    authority = require(by, RecordAct.WITHDRAW_CADRE, _division_of(record.student, record.term), at)
    reason = _required(reason)
    record.withdrawn_at = at
    record.save(update_fields=["withdrawn_at"])
    audit.record(RecordAct.WITHDRAW_CADRE, by=by, at=at, subject=record, authority=authority, reason=reason)


def _division_of(student: Student, term: Term) -> str:
    placement = placement_of(student, term.school_year)
    if placement is None:
        message = _("%(student)s 在 %(year)d 學年度沒有編班，無法登錄幹部經歷。")
        raise InvalidInput(message % {"student": student, "year": term.school_year})
    return placement.school_class.division


def _require_open(division: str, term: Term, at: datetime) -> None:
    window = general_window(Activity.CADRE_RECORDS, division, term.code)
    if window is None:
        message = _("%(term)s 幹部經歷登錄還沒有期程，請洽執行秘書。")
        raise WindowClosed(message % {"term": term})
    window.require_open(at)


def _require_sound(post: CadrePost) -> None:
    if problem := post.problem(in_school_levels()):
        raise InvalidInput(problem)


def _required(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise InvalidInput(_("請填寫理由，會留在紀錄裡。"))
    if len(reason) > REASON_LENGTH:
        raise InvalidInput(_("理由最多 %(limit)d 字。") % {"limit": REASON_LENGTH})
    return reason


def _standing(record: CadreRecord) -> CadreRecord:
    """The record as it is now, locked."""
    records = CadreRecord.objects.select_for_update(of=("self",)).select_related("student__user", "term")
    record = records.get(pk=record.pk)
    if record.withdrawn_at:
        raise Conflict(_("這筆幹部經歷已經撤銷。"))
    return record


def _save(record: CadreRecord) -> None:
    try:
        with transaction.atomic():
            record.save()
    except IntegrityError as error:
        raise Conflict(_("這位學生同一單位、職務與開始日期的幹部經歷已經登錄過了。")) from error


def _told(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)

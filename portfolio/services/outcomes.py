"""What a student does with course outcomes (article 5-3)."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.authority import require
from accounts.errors import Conflict, InvalidInput
from accounts.models import User
from accounts.services import audit
from portfolio.domain.categories import validate_description
from portfolio.models import CourseOutcome, Enrolment
from portfolio.models.outcomes import OutcomeState
from portfolio.permissions import PortfolioAct
from portfolio.services.drafts import drop_draft_of
from portfolio.services.fairness import moment_that_counts
from portfolio.services.files import Files, KeptFile, attach, described, take_in
from portfolio.services.looks import begin_anew
from portfolio.services.proxies import Done, reason_under, record_and_tell
from portfolio.services.quota import give_back_place, take_place
from schedules.domain.activities import Activity
from schedules.models.rules import Quota
from schedules.queries import student_window


def upload_course_outcome(
    enrolment: Enrolment,
    *,
    description: str,
    files: Files,
    by: User,
    at: datetime,
    started_at: datetime | None = None,
    proxy_reason: str = "",
) -> CourseOutcome:
    """Add a piece of work to a course the student takes; it waits for the teacher's certification.

    `started_at` is when the form was opened, as its ticket proves: an upload started before the closing
    counts for a while after it. `proxy_reason` is why somebody else does it for the student.

    Raises:
        NotAllowed: `by` is neither the student nor who may help them.
        InvalidInput: no credits, no file, a file or the description cannot be accepted, or a proxy says no
            reason.
        WindowClosed: the upload window of the course's term is not open at `at`.
        QuotaExceeded: the term's places are used (Q1).
    """
    authority = require(by, PortfolioAct.UPLOAD_OUTCOME, enrolment.student, at)
    proxy_reason = reason_under(authority, proxy_reason)
    _require_credits(enrolment)
    term = enrolment.section.term.code
    window = student_window(enrolment.student, Activity.OUTCOME_UPLOAD, term)
    counted = moment_that_counts(lambda __: window, at=at, started_at=started_at)
    description = validate_description(description)
    if not files:
        raise InvalidInput(_("請至少上傳一個檔案：文件、影音擇一或兩者都傳。"))
    kept = take_in(files)
    with transaction.atomic():
        take_place(enrolment.student, Quota.OUTCOMES_PER_TERM, term, at=at)
        outcome = CourseOutcome.objects.create(
            enrolment=enrolment,
            description=description,
            uploaded_at=at,
            uploaded_by=by,
            started_at=None if counted == at else counted,
            proxy_reason=proxy_reason,
            proxy_standing=authority.why if proxy_reason else "",
        )
        attach(outcome, kept, at=at)
        drop_draft_of(enrolment.student, enrolment, by=by)
        page = reverse("portfolio:outcome", args=[outcome.pk])
        record_and_tell(
            PortfolioAct.UPLOAD_OUTCOME,
            Done(gettext_lazy("上傳了課程學習成果"), enrolment.section.course, page),
            by=by,
            at=at,
            subject=outcome,
            authority=authority,
            reason=proxy_reason,
            changes={"description": description, "files": described(kept)},
        )
    return outcome


def revise_course_outcome(
    outcome: CourseOutcome,
    *,
    description: str,
    files: Files,
    by: User,
    at: datetime,
    started_at: datetime | None = None,
) -> CourseOutcome:
    """Correct a piece and send it to the teacher again; slots without a new file keep theirs (C3, C6).

    A decision made before is void, unless nothing changed at all: then everything stays as it is.

    Raises:
        NotAllowed, InvalidInput, WindowClosed: as for uploading.
        Conflict: the piece is withdrawn, or selected for submission.
    """
    student = outcome.student
    authority = require(by, PortfolioAct.REVISE_OUTCOME, student, at)
    window = student_window(student, Activity.OUTCOME_UPLOAD, outcome.enrolment.section.term.code)
    counted = moment_that_counts(lambda __: window, at=at, started_at=started_at)
    description = validate_description(description)
    kept = take_in(files)
    with transaction.atomic():
        outcome = _locked(outcome)
        _require_changeable(outcome)
        drop_draft_of(student, outcome, by=by)
        if not _changes(outcome, description, kept):
            return outcome
        attach(outcome, kept, at=at)
        outcome.certifications.filter(voided_at=None).update(voided_at=at)
        begin_anew(outcome)
        outcome.revisions.create(description=outcome.description, revised_at=at)
        outcome.description, outcome.state = description, OutcomeState.WAITING
        outcome.started_at = None if counted == at else counted
        outcome.save(update_fields=["description", "state", "started_at"])
        changes = {"description": description, "files": described(kept)}
        audit.record(
            PortfolioAct.REVISE_OUTCOME, by=by, at=at, subject=outcome, authority=authority, changes=changes
        )
    return outcome


@transaction.atomic
def withdraw_course_outcome(outcome: CourseOutcome, *, by: User, at: datetime) -> None:
    """Take a piece back, which frees its place (Q5). Its files and history stay on record.

    Raises:
        NotAllowed: `by` is not the student.
        WindowClosed: the upload window is not open at `at`.
        Conflict: the piece is withdrawn already, or selected for submission.
    """
    authority = require(by, PortfolioAct.WITHDRAW_OUTCOME, outcome.student, at)
    outcome = _locked(outcome)
    term = outcome.enrolment.section.term.code
    student_window(outcome.student, Activity.OUTCOME_UPLOAD, term).require_open(at)
    _require_changeable(outcome)
    give_back_place(outcome.student, Quota.OUTCOMES_PER_TERM, term, at=at)
    begin_anew(outcome)
    outcome.state, outcome.withdrawn_at = OutcomeState.WITHDRAWN, at
    outcome.save(update_fields=["state", "withdrawn_at"])
    drop_draft_of(outcome.student, outcome, by=by)
    audit.record(PortfolioAct.WITHDRAW_OUTCOME, by=by, at=at, subject=outcome, authority=authority)


def _require_credits(enrolment: Enrolment) -> None:
    if not enrolment.section.course.has_credits:
        message = _("「%(course)s」不計學分，不能上傳課程學習成果（第 11 點：限有核計學分的科目）。")
        raise InvalidInput(message % {"course": enrolment.section.course})


def _locked(outcome: CourseOutcome) -> CourseOutcome:
    outcomes = CourseOutcome.objects.select_for_update(of=("self",)).with_details()
    return outcomes.get(pk=outcome.pk)


def _require_changeable(outcome: CourseOutcome) -> None:
    if outcome.is_withdrawn:
        raise Conflict(_("這件課程學習成果已經撤回。"))
    if hasattr(outcome, "selection"):
        raise Conflict(_("這件課程學習成果已勾選提交。請先取消勾選再修改或撤回。"))


def _changes(outcome: CourseOutcome, description: str, kept: Iterable[KeptFile]) -> bool:
    current = {file.slot: file.sha256 for file in outcome.attachments.all() if file.replaced_at is None}
    return description != outcome.description or any(current.get(f.slot) != f.sha256 for f in kept)

"""The certifier's decisions on course outcomes (article 5-3): whose work and which course, never how good."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.authority import require
from accounts.errors import Conflict, InvalidInput
from accounts.models import User
from accounts.services import audit, notices
from portfolio.certification_authority import acting_certifier
from portfolio.domain.certification_chain import ChainLink
from portfolio.models import Certification, CourseOutcome
from portfolio.models.certifications import Decision
from portfolio.models.outcomes import OutcomeState
from portfolio.permissions import PortfolioAct
from schedules.domain.activities import Activity
from schedules.queries import student_window

REASON_LENGTH = 200
CHAIN_REASON_LENGTH = 300
_ACTS = {Decision.CERTIFIED: PortfolioAct.CERTIFY, Decision.RETURNED: PortfolioAct.RETURN}


def certify(outcome: CourseOutcome, *, by: User, at: datetime) -> Certification:
    """Certify `outcome` as the student's own work in its course.

    Raises:
        NotAllowed: `by` is not the acting certifier; the message names who is.
        WindowClosed: the certification window of the course's term is not open at `at`.
        Conflict: it is not waiting.
    """
    return _decide(outcome, Decision.CERTIFIED, "", by=by, at=at)


def return_to_student(outcome: CourseOutcome, *, reason: str, by: User, at: datetime) -> Certification:
    """Send `outcome` back with a reason; the student may correct it while uploading is open (C6).

    Raises:
        InvalidInput: no reason, or one of more than 200 characters.
        NotAllowed, WindowClosed, Conflict: as for certifying.
    """
    reason = reason.strip()
    if not reason:
        raise InvalidInput(_("退件須填寫原因，讓學生知道如何修正。"))
    if len(reason) > REASON_LENGTH:
        message = _("退件原因共 %(length)d 字，上限 %(limit)d 字。")
        raise InvalidInput(message % {"length": len(reason), "limit": REASON_LENGTH})
    return _decide(outcome, Decision.RETURNED, reason, by=by, at=at)


@transaction.atomic
def _decide(
    outcome: CourseOutcome, decision: Decision, reason: str, *, by: User, at: datetime
) -> Certification:
    outcome = CourseOutcome.objects.select_for_update(of=("self",)).with_details().get(pk=outcome.pk)
    authority = require(by, _ACTS[decision], outcome, at)
    certifier = acting_certifier(outcome.enrolment.section, at)
    student_window(outcome.student, Activity.CERTIFICATION, outcome.enrolment.section.term.code).require_open(
        at
    )
    if outcome.state != OutcomeState.WAITING:
        message = _("這件課程學習成果目前是「%(state)s」，不是待認證。請重新整理頁面。")
        raise Conflict(message % {"state": outcome.get_state_display()})
    files = [file for file in outcome.attachments.all() if file.replaced_at is None]
    certification = Certification.objects.create(
        outcome=outcome,
        decision=decision,
        reason=reason,
        decided_by=by,
        on_behalf_of=authority.principal,
        chain_link=certifier.link,
        chain_reason=certifier.reason[:CHAIN_REASON_LENGTH],
        decided_at=at,
        file_hashes=sorted(file.sha256 for file in files),
    )
    outcome.state = OutcomeState(decision)
    outcome.save(update_fields=["state"])
    audit.record(
        _ACTS[decision],
        by=by,
        at=at,
        subject=outcome,
        authority=authority,
        reason=reason,
        changes=_circumstances(certification),
    )
    _tell_student(certification, at)
    return certification


def is_own_upload(outcome: CourseOutcome, user: User) -> bool:
    """Whether `user` uploaded the piece for its student, who should then not be its only certifier (P4)."""
    return outcome.uploaded_by_id == user.pk and outcome.student.user_id != user.pk


def _circumstances(certification: Certification) -> dict[str, Any]:
    """What the trail says of a decision that another than the course's own teacher made, or a helper."""
    changes: dict[str, Any] = {}
    if certification.chain_link != ChainLink.ORIGINAL:
        changes |= {"chain_link": certification.chain_link, "chain_reason": certification.chain_reason}
    if is_own_upload(certification.outcome, certification.decided_by):
        changes["uploaded_by_certifier"] = True
    return changes


def _tell_student(certification: Certification, at: datetime) -> None:
    outcome = certification.outcome
    course = outcome.enrolment.section.course
    if certification.decision == Decision.CERTIFIED:
        subject, body = _("「%(course)s」的課程學習成果已認證"), ""
    else:
        subject, body = _("「%(course)s」的課程學習成果被退件，請修正後重新送出"), certification.reason
    notices.tell(
        [outcome.student.user],
        key=f"certification-{certification.pk}",
        subject=subject % {"course": course},
        body=body,
        url=reverse("portfolio:outcome", args=[outcome.pk]),
        at=at,
    )

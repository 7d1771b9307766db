"""Taking a decision back while its window is open: the outcome waits again."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import Conflict, InvalidInput
from accounts.models import User
from accounts.services import audit
from portfolio.models import Certification, CourseOutcome
from portfolio.models.certifications import Decision
from portfolio.models.outcomes import DECIDED, OutcomeState
from portfolio.permissions import PortfolioAct
from portfolio.services.certification import REASON_LENGTH
from portfolio.services.certification_notices import tell_of_undoing
from portfolio.services.deciding import open_docket

_TAKEN_BACK = ("taken_back_by", "taken_back_for", "taken_back_reason")


@transaction.atomic
def undo_decision(outcome: CourseOutcome, *, reason: str, by: User, at: datetime) -> None:
    """Take the decision on `outcome` back and tell the student; a certification is taken back with a reason.

    Raises:
        NotAllowed: `by` is not the acting certifier; the message names who is.
        WindowClosed: the outcome's certification window is not open at `at`.
        Conflict: nothing is decided, or the student has selected it for submission.
        InvalidInput: no reason for a certification, or one that is too long.
    """
    docket = open_docket({outcome.pk: PortfolioAct.UNDO_DECISION}, by=by, at=at)
    docket.require(docket.in_time(at), _can_be_undone)
    [outcome] = docket.outcomes
    certification = Certification.objects.get(outcome=outcome, voided_at=None)
    reason = _reason(reason, Decision(certification.decision))
    authority = docket.authority(outcome)
    certification.voided_at, certification.taken_back_reason = at, reason
    certification.taken_back_by, certification.taken_back_for = by, authority.principal
    certification.save(update_fields=["voided_at", *_TAKEN_BACK])
    outcome.state = OutcomeState.WAITING
    outcome.save(update_fields=["state"])
    audit.record(
        PortfolioAct.UNDO_DECISION,
        by=by,
        at=at,
        subject=outcome,
        authority=authority,
        reason=reason,
        changes={"decision": certification.decision},
    )
    tell_of_undoing(certification, reason, at)


def _can_be_undone(outcome: CourseOutcome) -> None:
    if outcome.state not in DECIDED:
        message = _("這件課程學習成果目前是「%(state)s」，沒有可以收回的決定。請重新整理頁面。")
        raise Conflict(message % {"state": outcome.get_state_display()})
    if hasattr(outcome, "selection"):
        raise Conflict(_("學生已勾選提交這件課程學習成果，認證不能收回。請先與學生或註冊組聯繫。"))


def _reason(text: str, decision: Decision) -> str:
    reason = text.strip()
    if not reason and decision == Decision.CERTIFIED:
        raise InvalidInput(_("收回認證須填寫原因，學生會看到。"))
    if len(reason) > REASON_LENGTH:
        message = _("原因共 %(length)d 字，上限 %(limit)d 字。")
        raise InvalidInput(message % {"length": len(reason), "limit": REASON_LENGTH})
    return reason

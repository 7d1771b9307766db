"""The student's answer to their receipts (article 6-3)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.authority import require
from accounts.errors import Conflict, InvalidInput
from accounts.models import User
from accounts.services import audit
from submissions.domain.receipt_state import require_ground
from submissions.models import ReceiptConfirmation
from submissions.permissions import SubmissionAct

EXPLANATION_LENGTH = 300


def confirm_receipt(confirmation: ReceiptConfirmation, *, by: User, at: datetime) -> ReceiptConfirmation:
    """Answer that what was received is correct.

    Raises:
        NotAllowed: they are somebody else's.
        WindowClosed: the confirmation window is not open at `at`: before it, too early; after it, silence
            has counted as correct (S7).
        Conflict: an error was reported already.
    """
    return _answer(confirmation, SubmissionAct.CONFIRM_RECEIPT, {"answer": confirmation.CONFIRMED}, by, at)


def report_error(
    confirmation: ReceiptConfirmation, *, reason: str, explanation: str, by: User, at: datetime
) -> ReceiptConfirmation:
    """Answer that something is factually wrong, with one of the closed list of reasons (S5, S6).

    Raises:
        NotAGround: `reason` is not on the list, or is the wish to improve the content.
        InvalidInput: no explanation, or one of more than 300 characters.
        NotAllowed, WindowClosed, Conflict: as for confirming.
    """
    ground, explanation = require_ground(reason), explanation.strip()
    if not explanation:
        raise InvalidInput(_("請說明哪一筆資料有什麼錯誤，承辦人員才能查證。"))
    if len(explanation) > EXPLANATION_LENGTH:
        message = _("說明共 %(length)d 字，上限 %(limit)d 字。")
        raise InvalidInput(message % {"length": len(explanation), "limit": EXPLANATION_LENGTH})
    answer = {"answer": confirmation.DISPUTED, "reason": ground.value, "explanation": explanation}
    return _answer(confirmation, SubmissionAct.DISPUTE_RECEIPT, answer, by, at)


@transaction.atomic
def _answer(
    confirmation: ReceiptConfirmation, act: SubmissionAct, answer: dict[str, str], by: User, at: datetime
) -> ReceiptConfirmation:
    confirmations = ReceiptConfirmation.objects.select_for_update(of=("self",)).with_details()
    confirmation = confirmations.get(pk=confirmation.pk)
    authority = require(by, act, confirmation, at)
    confirmation.period.window.require_open(at)
    if confirmation.answer == ReceiptConfirmation.DISPUTED:
        raise Conflict(_("您已回報疑義，承辦單位正在處理。"))
    if confirmation.answer == answer["answer"]:
        return confirmation
    for field, value in answer.items():
        setattr(confirmation, field, value)
    confirmation.answered_at, confirmation.answered_by = at, by
    confirmation.save()
    audit.record(act, by=by, at=at, subject=confirmation, authority=authority, changes=answer)
    return confirmation

"""The student's answer to their receipts (article 6-3)."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.authority import require
from accounts.errors import Conflict, InvalidInput
from accounts.models import User
from portfolio.services.proxies import Done, reason_under, record_and_tell
from submissions.domain.receipt_state import require_ground
from submissions.models import ReceiptConfirmation
from submissions.permissions import SubmissionAct
from submissions.receipt_cards import title_of

EXPLANATION_LENGTH = 300
_WORDS = {
    SubmissionAct.CONFIRM_RECEIPT: gettext_lazy("確認了收訖明細無誤"),
    SubmissionAct.DISPUTE_RECEIPT: gettext_lazy("回報了收訖明細疑義"),
}


def confirm_receipt(
    confirmation: ReceiptConfirmation, *, by: User, at: datetime, proxy_reason: str = ""
) -> ReceiptConfirmation:
    """Answer that what was received is correct. `proxy_reason` is why somebody else answers for the student.

    Raises:
        NotAllowed: `by` is neither the student nor who may help them.
        InvalidInput: a proxy says no reason.
        WindowClosed: the student's confirmation window is not open at `at`: before it, too early; after it,
            silence has counted as correct (S7).
        Conflict: an error was reported already.
    """
    answer = {"answer": confirmation.CONFIRMED}
    return _answer(confirmation, SubmissionAct.CONFIRM_RECEIPT, answer, by, at, proxy_reason)


def report_error(
    confirmation: ReceiptConfirmation,
    *,
    reason: str,
    explanation: str,
    by: User,
    at: datetime,
    proxy_reason: str = "",
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
    return _answer(confirmation, SubmissionAct.DISPUTE_RECEIPT, answer, by, at, proxy_reason)


@transaction.atomic
def _answer(
    confirmation: ReceiptConfirmation,
    act: SubmissionAct,
    answer: dict[str, str],
    by: User,
    at: datetime,
    proxy_reason: str,
) -> ReceiptConfirmation:
    confirmations = ReceiptConfirmation.objects.select_for_update(of=("self",)).with_details()
    confirmation = confirmations.get(pk=confirmation.pk)
    authority = require(by, act, confirmation, at)
    proxy_reason = reason_under(authority, proxy_reason)
    confirmation.window.require_open(at)
    if confirmation.answer == ReceiptConfirmation.DISPUTED:
        raise Conflict(_("您已回報疑義，承辦單位正在處理。"))
    if confirmation.answer == answer["answer"]:
        return confirmation
    for field, value in answer.items():
        setattr(confirmation, field, value)
    confirmation.answered_at, confirmation.answered_by = at, by
    confirmation.proxy_reason = proxy_reason
    confirmation.save()
    page = reverse("submissions:receipt", args=[confirmation.pk])
    record_and_tell(
        act,
        Done(str(_WORDS[act]), title_of(confirmation.period), page),
        by=by,
        at=at,
        subject=confirmation,
        authority=authority,
        reason=proxy_reason,
        changes=answer,
    )
    return confirmation

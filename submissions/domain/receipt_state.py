"""Where a student's receipt confirmation stands, and on what grounds it can be disputed (article 6-3)."""

from datetime import datetime
from typing import Literal

from django.db.models import TextChoices
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.errors import InvalidInput

Answer = Literal["confirmed", "disputed"]


class ReceiptState(TextChoices):
    UPCOMING = "upcoming", _("尚未開始確認")
    WAITING = "waiting", _("待確認")
    CONFIRMED = "confirmed", _("已確認正確")
    DISPUTED = "disputed", _("已回報疑義")
    DEEMED_CORRECT = "deemed_correct", _("逾期視同正確")


class DisputeReason(TextChoices):
    """The closed list of factual grounds; polishing the content is none of them."""

    MISSING = "missing", _("漏列")
    NOT_MINE = "not_mine", _("非本人資料")
    WRONG_FILE = "wrong_file", _("檔案不符")
    WRONG_DATA = "wrong_data", _("課程、成績或職務資料錯誤")
    EXTRA = "extra", _("多列")
    OTHER = "other", _("其他事實錯誤")


DISPUTE_REASONS: tuple[DisputeReason, ...] = tuple(DisputeReason)
NOT_A_GROUND = "not_polished"


class NotAGround(InvalidInput):
    """What was given as a reason does not open a dispute."""


def answer_state(
    answer: Answer | None, *, opens_at: datetime, closes_at: datetime, now: datetime
) -> ReceiptState:
    """The state at `now` of a receipt whose window is `opens_at <= now < closes_at` (rules S7).

    Who has not answered by `closes_at` is deemed to have found the data correct, by time alone.
    """
    if answer is not None:
        return ReceiptState(answer)
    if now < opens_at:
        return ReceiptState.UPCOMING
    return ReceiptState.WAITING if now < closes_at else ReceiptState.DEEMED_CORRECT


def require_ground(reason: str) -> DisputeReason:
    """The factual ground named by `reason`.

    Raises:
        NotAGround: it is the wish to improve the content (article 6-3), or not on the list.
    """
    if reason == NOT_A_GROUND:
        raise NotAGround(
            gettext(
                "收訖明細確認屬事後提交狀態告知，不能以不夠精進為由要求補件或修改內容（第 6 點（三））。"
                "如有事實錯誤，請改選其他原因。"
            )
        )
    if reason not in DisputeReason.values:
        raise NotAGround(gettext("請從列出的事實錯誤中選擇疑義原因。"))
    return DisputeReason(reason)

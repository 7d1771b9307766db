"""Periodic reviews of the accounts and of the trail: the list is taken out, then signed off (A4, B4)."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from tablib import Dataset

from accounts import acts
from accounts.authority import Authority, granted, refused, require, resolves
from accounts.errors import InvalidInput
from accounts.list_files import ExcelFormat
from accounts.models import AuditEntry, Review, User
from accounts.security_rules import policy
from accounts.services import audit

REMARK_LENGTH = 500
# A list that was taken out longer ago says too little about today.
FRESH = timedelta(days=14)


@acts.register
class ReviewAct(TextChoices):
    EXPORT_LIST = "export_review_list", gettext_lazy("匯出審查清單")
    SIGN_OFF = "sign_off_review", gettext_lazy("簽核定期審查")


@resolves(ReviewAct.EXPORT_LIST)
@resolves(ReviewAct.SIGN_OFF)
def _administers(user: User, kind: Review.Kind, at: datetime) -> Authority:
    if user.is_superuser:
        return granted(_("系統管理者"))
    return refused(_("定期審查由系統管理者辦理。"))


@transaction.atomic
def export_list(
    kind: Review.Kind, rows: Sequence[Sequence[str]], *, filters: dict[str, str], by: User, at: datetime
) -> bytes:
    """`rows`, the first of them headings, as a workbook in which no cell is a formula.

    Raises:
        NotAllowed: `by` does no reviews.
    """
    authority = require(by, ReviewAct.EXPORT_LIST, kind, at)
    content: bytes = ExcelFormat().export_data(Dataset(*rows[1:], headers=rows[0]))
    changes = {
        "kind": kind.value,
        "rows": len(rows) - 1,
        "sha256": hashlib.sha256(content).hexdigest(),
        "filters": filters,
    }
    audit.record(ReviewAct.EXPORT_LIST, by=by, at=at, authority=authority, changes=changes)
    return content


@transaction.atomic
def sign_off(kind: Review.Kind, *, remark: str, by: User, at: datetime) -> Review:
    """`by` has gone through the list they took out, which the review names by its hash.

    Raises:
        NotAllowed: `by` does no reviews.
        InvalidInput: no remark, or the whole list was not taken out lately.
    """
    authority = require(by, ReviewAct.SIGN_OFF, kind, at)
    remark = remark.strip()
    if not remark or len(remark) > REMARK_LENGTH:
        raise InvalidInput(_("請填寫審查結果，最多 %(most)d 字。") % {"most": REMARK_LENGTH})
    reviewed = list_in_hand(kind, by, at)
    if reviewed is None:
        raise InvalidInput(_("請先匯出完整的清單（不加篩選），逐筆看過後再簽核。"))
    facts: dict[str, Any] = {name: reviewed.changes[name] for name in ("rows", "sha256")}
    review = Review.objects.create(kind=kind, reviewed_at=at, reviewed_by=by, remark=remark, **facts)
    audit.record(
        ReviewAct.SIGN_OFF,
        by=by,
        at=at,
        subject=review,
        authority=authority,
        reason=remark,
        changes=facts,
    )
    return review


def list_in_hand(kind: Review.Kind, by: User, at: datetime) -> AuditEntry | None:
    """On the trail: the whole list that `by` took out since the last review, not too long ago."""
    taken = AuditEntry.objects.filter(
        actor=by, act=ReviewAct.EXPORT_LIST, at__gt=at - FRESH, at__lte=at, changes__kind=kind.value
    )
    last = last_review(kind)
    if last:
        taken = taken.filter(at__gt=last.reviewed_at)
    return next((entry for entry in taken if not entry.changes["filters"]), None)


def last_review(kind: Review.Kind) -> Review | None:
    return Review.objects.filter(kind=kind).select_related("reviewed_by").first()


def due_on(kind: Review.Kind) -> datetime | None:
    """By when the next one is to be done; None if there was none yet, so that it is due now."""
    last = last_review(kind)
    return last.reviewed_at + relativedelta(months=policy().review_months) if last else None


def overdue(at: datetime) -> list[Review.Kind]:
    """The reviews that should have been done by now."""
    return [kind for kind in Review.Kind if (due := due_on(kind)) is None or due <= at]

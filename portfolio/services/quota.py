"""Taking and giving back places of a quota. The ledger row is locked, so requests queue up (rules Q5)."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import QuotaExceeded
from accounts.models import Student
from portfolio.models import QuotaLedger
from schedules.domain.terms import TermCode
from schedules.models.rules import Quota, QuotaRule
from schedules.queries import quota_rule


def take_place(student: Student, quota: Quota, subject: TermCode | int, *, at: datetime) -> None:
    """Use one place, inside the caller's transaction. `subject` is a term, or a school year.

    Raises:
        QuotaExceeded: the message states the limit and how to free a place.
    """
    ledger, rule = _locked(student, quota, subject, at)
    if ledger.used >= ledger.limit:
        raise QuotaExceeded(_full(quota, subject, rule, ledger.used))
    ledger.used += 1
    ledger.save(update_fields=["used", "limit"])


def give_back_place(student: Student, quota: Quota, subject: TermCode | int, *, at: datetime) -> None:
    """Free one place, inside the caller's transaction."""
    ledger, __ = _locked(student, quota, subject, at)
    ledger.used = max(ledger.used - 1, 0)
    ledger.save(update_fields=["used", "limit"])


def use_places(student: Student, quota: Quota, subject: TermCode | int, count: int, *, at: datetime) -> None:
    """Use exactly `count` places, whatever was used before, inside the caller's transaction.

    Raises:
        QuotaExceeded: `count` is above the limit.
    """
    ledger, rule = _locked(student, quota, subject, at)
    if count > ledger.limit:
        raise QuotaExceeded(_too_many(quota, subject, rule, count))
    ledger.used = count
    ledger.save(update_fields=["used", "limit"])


def require_fits(
    student: Student, quota: Quota, subject: TermCode | int, count: int, *, at: datetime
) -> None:
    """
    Raises:
        QuotaExceeded: `use_places` would refuse `count`.
    """
    rule = quota_rule(quota, timezone.localdate(at))
    used = QuotaLedger.objects.filter(**_key(student, quota, subject)).values_list("used", flat=True).first()
    if count > max(rule.limit, used or 0):
        raise QuotaExceeded(_too_many(quota, subject, rule, count))


def _key(student: Student, quota: Quota, subject: TermCode | int) -> dict[str, Any]:
    year, term = (subject, 0) if isinstance(subject, int) else (subject.school_year, subject.number)
    return {"student": student, "quota": quota, "school_year": year, "term": term}


def _locked(
    student: Student, quota: Quota, subject: TermCode | int, at: datetime
) -> tuple[QuotaLedger, QuotaRule]:
    rule = quota_rule(quota, timezone.localdate(at))
    key = _key(student, quota, subject)
    QuotaLedger.objects.get_or_create(**key, defaults={"limit": rule.limit})
    ledger = QuotaLedger.objects.select_for_update().get(**key)
    # A limit lowered below what is used already takes nothing away from anybody.
    ledger.limit = max(rule.limit, ledger.used)
    return ledger, rule


def _full(quota: Quota, subject: TermCode | int, rule: QuotaRule, used: int) -> str:
    parts = {"subject": subject, "used": used, "limit": rule.limit, "article": rule.article}
    if quota == Quota.OUTCOMES_PER_TERM:
        message = _(
            "%(subject)s 學期的課程學習成果已上傳 %(used)d 件（上限 %(limit)d 件，%(article)s）。"
            "請先撤回一件再上傳。"
        )
    else:
        message = _(
            "%(subject)s 學年度的多元表現已上傳 %(used)d 件（上限 %(limit)d 件，%(article)s）。"
            "請先撤回一件再上傳。"
        )
    return message % parts


def _too_many(quota: Quota, subject: TermCode | int, rule: QuotaRule, count: int) -> str:
    parts = {
        "subject": subject,
        "count": count,
        "over": count - rule.limit,
        "limit": rule.limit,
        "article": rule.article,
    }
    if quota == Quota.SELECTED_OUTCOMES:
        message = _(
            "%(subject)s 學年度的課程學習成果勾選了 %(count)d 件，上限 %(limit)d 件（%(article)s）。"
            "請取消 %(over)d 件再儲存。"
        )
    else:
        message = _(
            "%(subject)s 學年度的多元表現勾選了 %(count)d 件，上限 %(limit)d 件（%(article)s）。"
            "請取消 %(over)d 件再儲存。"
        )
    return message % parts

"""What a student does with diverse performances (article 5-4); they need no certification."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.authority import require
from accounts.errors import Conflict, InvalidInput
from accounts.models import Student, User
from accounts.services import audit
from portfolio.domain.categories import (
    Category,
    DetailsInvalid,
    validate_description,
    validate_details,
    validate_external_link,
)
from portfolio.models import DiversePerformance
from portfolio.permissions import PortfolioAct
from portfolio.queries import valid_codes
from portfolio.services.drafts import drop_draft_of
from portfolio.services.fairness import moment_that_counts
from portfolio.services.files import Files, attach, described, take_in
from portfolio.services.proxies import Done, reason_under, record_and_tell
from portfolio.services.quota import give_back_place, take_place
from schedules.domain.terms import TermCode, term_of
from schedules.models.rules import Quota
from schedules.queries import performance_window


def upload_performance(
    student: Student,
    category: Category,
    *,
    details: Mapping[str, str],
    files: Files,
    by: User,
    at: datetime,
    started_at: datetime | None = None,
    proxy_reason: str = "",
) -> DiversePerformance:
    """Add a piece to the school year that `at` falls in. `details` is what was typed: the category's fields,
    `description` and `external_link`.

    `started_at` is when the form was opened, as its ticket proves: an upload started before the closing
    counts for a while after it, for the year in which it was started. `proxy_reason` is why
    somebody else does it for the student.

    Raises:
        NotAllowed: `by` is neither the student nor who may help them.
        WindowClosed: the upload window is not open at `at`.
        DetailsInvalid: with a message for every field at fault.
        InvalidInput: a file cannot be accepted, nothing shows the piece, or a proxy says no reason.
        QuotaExceeded: the year's places are used (Q2).
    """
    authority = require(by, PortfolioAct.UPLOAD_PERFORMANCE, student, at)
    proxy_reason = reason_under(authority, proxy_reason)
    counted = moment_that_counts(
        lambda moment: performance_window(student, moment), at=at, started_at=started_at
    )
    term = term_of(timezone.localdate(counted))
    values, description, link = _checked(category, details, term)
    if not files and not link:
        raise InvalidInput(_("請至少上傳一個檔案，或填寫外部影音連結。"))
    kept = take_in(files)
    with transaction.atomic():
        take_place(student, Quota.PERFORMANCES_PER_YEAR, term.school_year, at=counted)
        performance = DiversePerformance.objects.create(
            student=student,
            school_year=term.school_year,
            category=category.code,
            details=values,
            description=description,
            external_link=link,
            uploaded_at=at,
            uploaded_by=by,
            started_at=None if counted == at else counted,
            proxy_reason=proxy_reason,
            proxy_standing=authority.why if proxy_reason else "",
        )
        attach(performance, kept, at=at)
        drop_draft_of(student, category, by=by)
        page = reverse("portfolio:performance", args=[performance.pk])
        record_and_tell(
            PortfolioAct.UPLOAD_PERFORMANCE,
            Done(gettext_lazy("上傳了多元表現"), category.label, page),
            by=by,
            at=at,
            subject=performance,
            authority=authority,
            reason=proxy_reason,
            changes={"category": category.code, "files": described(kept)},
        )
    return performance


@transaction.atomic
def withdraw_performance(performance: DiversePerformance, *, by: User, at: datetime) -> None:
    """Take a piece back, which frees its place (Q5). Its files stay on record.

    Raises:
        NotAllowed: `by` is not the student.
        WindowClosed: the upload window is not open at `at`.
        Conflict: the piece is withdrawn already, selected for submission, or of an earlier year.
    """
    authority = require(by, PortfolioAct.WITHDRAW_PERFORMANCE, performance.student, at)
    performances = DiversePerformance.objects.select_for_update(of=("self",)).with_details()
    performance = performances.get(pk=performance.pk)
    term = term_of(timezone.localdate(at))
    performance_window(performance.student, at).require_open(at)
    _require_withdrawable(performance, term)
    give_back_place(performance.student, Quota.PERFORMANCES_PER_YEAR, performance.school_year, at=at)
    performance.withdrawn_at = at
    performance.save(update_fields=["withdrawn_at"])
    audit.record(PortfolioAct.WITHDRAW_PERFORMANCE, by=by, at=at, subject=performance, authority=authority)


def _checked(
    category: Category, typed: Mapping[str, str], term: TermCode
) -> tuple[dict[str, str | int], str, str]:
    """Details, description and link, with the complaints about all of them together."""
    errors: dict[str, str] = {}
    values: dict[str, str | int] = {}
    description = link = ""
    current = (term.school_year, term.number)
    try:
        values = validate_details(category, typed, codes=valid_codes(), current_term=current)
    except DetailsInvalid as error:
        errors |= error.errors
    try:
        description = validate_description(typed.get("description", ""))
    except DetailsInvalid as error:
        errors |= error.errors
    try:
        link = validate_external_link(typed.get("external_link", ""))
    except DetailsInvalid as error:
        errors |= error.errors
    if errors:
        raise DetailsInvalid(errors)
    return values, description, link


def _require_withdrawable(performance: DiversePerformance, term: TermCode) -> None:
    if performance.is_withdrawn:
        raise Conflict(_("這件多元表現已經撤回。"))
    if hasattr(performance, "selection"):
        raise Conflict(_("這件多元表現已勾選提交。請先取消勾選再撤回。"))
    if performance.school_year != term.school_year:
        raise Conflict(_("這件多元表現屬於以前的學年度，不能再撤回。"))

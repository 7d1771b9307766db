"""The student's selection for a school year (article 6-1); free to change until it closes (S1)."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.authority import require
from accounts.errors import InvalidInput
from accounts.models import Student, User
from accounts.services import audit
from portfolio.models import Selection
from portfolio.permissions import PortfolioAct
from portfolio.queries import selectable_outcomes, selectable_performances
from portfolio.services.proxies import reason_under, tell_student
from portfolio.services.quota import use_places
from schedules.domain.activities import Activity
from schedules.domain.terms import TermCode
from schedules.models.rules import Quota
from schedules.queries import student_window


@transaction.atomic
def select_items(
    student: Student,
    school_year: int,
    *,
    outcomes: Collection[int],
    performances: Collection[int],
    by: User,
    at: datetime,
    proxy_reason: str = "",
) -> None:
    """Make exactly these items (by id) the selection of `school_year`; none at all is a valid choice (Q6).

    `proxy_reason` is why somebody else does it for the student.

    Raises:
        NotAllowed: `by` is neither the student nor who may help them.
        WindowClosed: the selection window of that year is not open at `at`.
        QuotaExceeded: more than the limit of one kind (Q3, Q4).
        InvalidInput: an item is not certified, withdrawn, of another year, or somebody else's; or a proxy
            says no reason.
    """
    authority = require(by, PortfolioAct.SELECT, student, at)
    proxy_reason = reason_under(authority, proxy_reason)
    student_window(student, Activity.SELECTION, TermCode(school_year, 2), whole_year=True).require_open(at)
    outcome_ids, performance_ids = set(outcomes), set(performances)
    use_places(student, Quota.SELECTED_OUTCOMES, school_year, len(outcome_ids), at=at)
    use_places(student, Quota.SELECTED_PERFORMANCES, school_year, len(performance_ids), at=at)
    _require_selectable(student, school_year, outcome_ids, performance_ids)
    _replace_selection(student, school_year, outcome_ids, performance_ids, by=by, at=at)
    changes = {
        "school_year": school_year,
        "outcomes": sorted(outcome_ids),
        "performances": sorted(performance_ids),
    }
    entry = audit.record(
        PortfolioAct.SELECT,
        by=by,
        at=at,
        subject=student,
        authority=authority,
        reason=proxy_reason,
        changes=changes,
    )
    tell_student(
        entry,
        authority,
        what=_("更改了勾選"),
        about=_("%(year)s 學年度") % {"year": school_year},
        url=f"{reverse('portfolio:selection')}?year={school_year}",
        at=at,
    )


def _replace_selection(
    student: Student,
    school_year: int,
    outcome_ids: set[int],
    performance_ids: set[int],
    *,
    by: User,
    at: datetime,
) -> None:
    """Drop what is not chosen any more, add what is new; what stays keeps the time it was chosen."""
    before = Selection.objects.filter(student=student, school_year=school_year)
    kept_outcomes = set(before.filter(outcome__in=outcome_ids).values_list("outcome", flat=True))
    kept_performances = set(
        before.filter(performance__in=performance_ids).values_list("performance", flat=True)
    )
    before.exclude(outcome__in=kept_outcomes).exclude(performance__in=kept_performances).delete()
    chosen = {"student": student, "school_year": school_year, "selected_at": at, "selected_by": by}
    Selection.objects.bulk_create(
        [
            *(Selection(outcome_id=pk, **chosen) for pk in outcome_ids - kept_outcomes),
            *(Selection(performance_id=pk, **chosen) for pk in performance_ids - kept_performances),
        ]
    )


def _require_selectable(
    student: Student, school_year: int, outcome_ids: set[int], performance_ids: set[int]
) -> None:
    # Locked, so that none of them is revised or withdrawn at the same moment.
    outcomes = selectable_outcomes(student, school_year).select_for_update(of=("self",))
    performances = selectable_performances(student, school_year).select_for_update(of=("self",))
    strange = outcome_ids - {item.pk for item in outcomes}
    strange |= performance_ids - {item.pk for item in performances}
    if strange:
        message = _(
            "勾選的項目中有不能勾選的：只能勾選自己 %(year)s 學年度、已認證且未撤回的課程學習成果，"
            "以及未撤回的多元表現。請重新整理頁面再勾選。"
        )
        raise InvalidInput(message % {"year": school_year})

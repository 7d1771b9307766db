"""The student's selection for a school year (article 6-1); free to change until it closes (S1)."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.authority import require
from accounts.errors import InvalidInput
from accounts.models import Student, User
from portfolio.models import Selection
from portfolio.permissions import PortfolioAct
from portfolio.queries import selectable_outcomes, selectable_performances
from portfolio.services.proxies import Done, reason_under, record_and_tell
from portfolio.services.quota import require_fits, use_places
from schedules.domain.activities import Activity
from schedules.domain.terms import TermCode
from schedules.models.rules import Quota
from schedules.queries import student_window


@transaction.atomic
def select_items(
    student: Student,
    school_year: int,
    *,
    outcomes: Sequence[int],
    performances: Sequence[int],
    by: User,
    at: datetime,
    proxy_reason: str = "",
) -> None:
    """Make exactly these items (by id, in this order) the selection of `school_year`; none at all is a valid
    choice (Q6).

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
    _require_open(student, school_year, at)
    outcome_ids, performance_ids = _each_once(outcomes), _each_once(performances)
    use_places(student, Quota.SELECTED_OUTCOMES, school_year, len(outcome_ids), at=at)
    use_places(student, Quota.SELECTED_PERFORMANCES, school_year, len(performance_ids), at=at)
    # Locked, so that none of them is revised or withdrawn at the same moment.
    _require_selectable(student, school_year, outcome_ids, performance_ids, lock=True)
    _replace_selection(student, school_year, outcome_ids, performance_ids, by=by, at=at)
    changes = {"school_year": school_year, "outcomes": outcome_ids, "performances": performance_ids}
    page = f"{reverse('portfolio:selection')}?year={school_year}"
    record_and_tell(
        PortfolioAct.SELECT,
        Done(gettext_lazy("更改了勾選"), _of_year(school_year), page),
        by=by,
        at=at,
        subject=student,
        authority=authority,
        reason=proxy_reason,
        changes=changes,
    )


def require_acceptable(
    student: Student,
    school_year: int,
    *,
    outcomes: Sequence[int],
    performances: Sequence[int],
    by: User,
    at: datetime,
) -> None:
    """Judge a selection that is about to be confirmed; nothing is written.

    Raises:
        NotAllowed, WindowClosed, QuotaExceeded, InvalidInput: as select_items would at `at`.
    """
    require(by, PortfolioAct.SELECT, student, at)
    _require_open(student, school_year, at)
    outcome_ids, performance_ids = _each_once(outcomes), _each_once(performances)
    require_fits(student, Quota.SELECTED_OUTCOMES, school_year, len(outcome_ids), at=at)
    require_fits(student, Quota.SELECTED_PERFORMANCES, school_year, len(performance_ids), at=at)
    _require_selectable(student, school_year, outcome_ids, performance_ids, lock=False)


def _each_once(ids: Sequence[int]) -> list[int]:
    return list(dict.fromkeys(ids))


def _require_open(student: Student, school_year: int, at: datetime) -> None:
    window = student_window(student, Activity.SELECTION, TermCode(school_year, 2), whole_year=True)
    window.require_open(at)


def _replace_selection(
    student: Student,
    school_year: int,
    outcome_ids: list[int],
    performance_ids: list[int],
    *,
    by: User,
    at: datetime,
) -> None:
    """Drop what is not chosen any more, add what is new; what stays keeps the time it was chosen."""
    before = Selection.objects.filter(student=student, school_year=school_year)
    kept_outcomes = before.filter(outcome__in=outcome_ids)
    kept_performances = before.filter(performance__in=performance_ids)
    kept = [*kept_outcomes, *kept_performances]
    before.exclude(pk__in=[one.pk for one in kept]).delete()
    places = _places(outcome_ids, performance_ids)
    moved = [one for one in kept if one.position != places[one.outcome_id, one.performance_id]]
    for one in moved:
        one.position = places[one.outcome_id, one.performance_id]
    Selection.objects.bulk_update(moved, ["position"])
    chosen = {"student": student, "school_year": school_year, "selected_at": at, "selected_by": by}
    known = {(one.outcome_id, one.performance_id) for one in kept}
    Selection.objects.bulk_create(
        Selection(outcome_id=outcome, performance_id=performance, position=place, **chosen)
        for (outcome, performance), place in places.items()
        if (outcome, performance) not in known
    )


def _of_year(school_year: int) -> object:
    """In words, in the language of whoever reads them."""
    return lazy(lambda: _("%(year)s 學年度") % {"year": school_year}, str)()


def _places(
    outcome_ids: Collection[int], performance_ids: Collection[int]
) -> dict[tuple[int | None, int | None], int]:
    """The place of each item among those of its kind, from 1."""
    return {(pk, None): place for place, pk in enumerate(outcome_ids, start=1)} | {
        (None, pk): place for place, pk in enumerate(performance_ids, start=1)
    }


def _require_selectable(
    student: Student,
    school_year: int,
    outcome_ids: Collection[int],
    performance_ids: Collection[int],
    *,
    lock: bool,
) -> None:
    outcomes = selectable_outcomes(student, school_year)
    performances = selectable_performances(student, school_year)
    if lock:
        outcomes = outcomes.select_for_update(of=("self",))
        performances = performances.select_for_update(of=("self",))
    strange = set(outcome_ids) - {item.pk for item in outcomes}
    strange |= set(performance_ids) - {item.pk for item in performances}
    if strange:
        message = _(
            "勾選的項目中有不能勾選的：只能勾選自己 %(year)s 學年度、已認證且未撤回的課程學習成果，"
            "以及未撤回的多元表現。請重新整理頁面再勾選。"
        )
        raise InvalidInput(message % {"year": school_year})

"""Bringing windows in line that were left behind. As a rule there is none, which is seen at little cost."""

from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Model, Prefetch, QuerySet

from accounts.errors import InvalidInput
from accounts.models import Duty
from schedules.models import (
    DeadlineRule,
    OfficialLetter,
    RuleVersion,
    SelfCheck,
    Term,
    TermDates,
    Window,
    WindowOverride,
)
from schedules.services.planning import ENTERED, RuleBook, align, replan, with_plans
from schedules.services.self_checks import duty_owners, outdated_checks

# Everything that `replan` reads or writes.
_TABLES: tuple[type[Model], ...] = (
    TermDates,
    OfficialLetter,
    RuleVersion,
    DeadlineRule,
    Window,
    WindowOverride,
    SelfCheck,
    Duty,
)

Rows = list[list[tuple[Any, ...]]]

# The rows that this process found in line, and when: the same rows are in line at any later time, when more
# windows have closed.
_settled: tuple[Rows, datetime] | None = None


def materialise(at: datetime) -> int:
    """Replan every term that is not as its dates, letters and rules have it; how many windows moved.

    Raises:
        InvalidInput: a window would close before it opens; that term is left as it is.
    """
    global _settled
    rows = _rows()
    if _settled and _settled[0] == rows and _settled[1] <= at:
        return 0
    moved = sum(len(replan(term, at=at)) for term in out_of_line(at))
    if rows == _rows():
        _settled = (rows, at)
    return moved


def out_of_line(at: datetime) -> list[Term]:
    """The terms of which `replan` would change something, or refuse to; read together, none is locked."""
    rules, owners = RuleBook(), duty_owners()
    return [
        term
        for term in _terms_as_they_are()
        if _windows_differ(term, rules, at) or any(outdated_checks(term.windows.all(), owners))
    ]


def _rows() -> Rows:
    """The tables as the database gives them: what is only compared need not become objects."""
    with connection.cursor() as cursor:
        found = []
        for select in _selects():
            cursor.execute(select)
            found.append(cursor.fetchall())
        return found


@cache
def _selects() -> list[str]:
    return [str(table._default_manager.order_by("pk").query) for table in _TABLES]


def _terms_as_they_are() -> QuerySet[Term]:
    windows = Window.objects.order_by("pk").select_related("rule", "self_check")
    with_dates = Term.objects.filter(pk__in=TermDates.objects.order_by().values("term")).order_by("pk")
    return with_dates.prefetch_related(*ENTERED, Prefetch("windows", windows), "windows__overrides")


def _windows_differ(term: Term, rules: RuleBook, at: datetime) -> bool:
    try:
        planned = with_plans(term, term.windows.all(), rules)
        return any(align(window, plan, at) for window, plan in planned)
    except InvalidInput:
        return True

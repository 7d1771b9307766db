"""Lists that come outside the time that the schedule gives their office (article 11)."""

from collections.abc import Collection
from datetime import datetime

from accounts.domain.list_columns import Problem
from accounts.errors import WindowClosed
from schedules.domain.activities import Activity
from schedules.models import Term
from schedules.queries import general_window


def late_warnings(activity: Activity, term: Term, divisions: Collection[str], at: datetime) -> list[Problem]:
    """A warning for every division whose window is not open at `at`; the school may accept it."""
    warnings = []
    for division in sorted(divisions):
        window = general_window(activity, division, term.code)
        if window is None:
            continue
        try:
            window.require_open(at)
        except WindowClosed as closed:
            warnings.append(Problem(1, "部別", f"{window.get_division_display()} {closed.message}"))
    return warnings

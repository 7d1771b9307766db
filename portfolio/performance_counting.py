"""Which school year a diverse performance sent now would count for: the form and the service agree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from accounts.models import Student
from portfolio.services.fairness import start_or_arrival, upload_grace
from portfolio.student_windows import StudentWindows
from schedules.domain.terms import TermCode, term_of
from schedules.queries import ShownWindow, performance_window, shown


@dataclass(frozen=True)
class Counting:
    """`in_time_until` is set once only the form's ticket keeps it in the year that has ended."""

    term: TermCode
    window: ShownWindow | None
    in_time_until: datetime | None


def counting_of(student: Student, now: datetime, started_at: datetime | None) -> Counting:
    """For a form that was opened at `started_at` (None: just now) and would arrive at `now`."""
    counted = start_or_arrival(
        lambda moment: performance_window(student, moment), at=now, started_at=started_at
    )
    window = StudentWindows(student).performance_upload(counted)
    ends_at = window.ends_at if window else None
    return Counting(
        term=term_of(timezone.localdate(counted)),
        window=shown(window, now) if window else None,
        in_time_until=ends_at + upload_grace() if ends_at and counted != now else None,
    )

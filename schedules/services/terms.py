"""Entering a term's dates and letters; every window that follows is recomputed in the same transaction."""

from datetime import datetime

from django.db import transaction

from accounts.authority import require
from accounts.models import User
from accounts.services import audit
from schedules.models import OfficialLetter, TermDates
from schedules.permissions import ScheduleAct
from schedules.services.planning import WindowChange, replan


@transaction.atomic
def save_term_dates(dates: TermDates, *, by: User, at: datetime) -> list[WindowChange]:
    """Save a division's dates of a term and recompute its windows; what moved.

    Raises:
        NotAllowed, InvalidInput: nothing is changed.
    """
    authority = require(by, ScheduleAct.SET_TERM_DATES, dates, at)
    dates.save()
    changes = replan(dates.term, at=at)
    facts = {
        "opening": dates.opening.isoformat(),
        "final_exam_end": dates.final_exam_end.isoformat(),
        "closing_ceremony": dates.closing_ceremony.isoformat(),
        "windows": described(changes),
    }
    audit.record(ScheduleAct.SET_TERM_DATES, by=by, at=at, subject=dates, authority=authority, changes=facts)
    return changes


@transaction.atomic
def save_letter(letter: OfficialLetter, *, by: User, at: datetime) -> list[WindowChange]:
    """Save an official letter's due date and recompute the term's windows; what moved.

    Raises:
        NotAllowed, InvalidInput: nothing is changed.
    """
    authority = require(by, ScheduleAct.RECORD_LETTER, letter, at)
    letter.save()
    changes = replan(letter.term, at=at)
    facts = {"due_on": letter.due_on.isoformat(), "number": letter.number, "windows": described(changes)}
    audit.record(ScheduleAct.RECORD_LETTER, by=by, at=at, subject=letter, authority=authority, changes=facts)
    return changes


def described(changes: list[WindowChange]) -> list[dict[str, str | None]]:
    """The moves as the trail keeps them."""
    return [
        {
            "window": str(change.window),
            "closes_before": _iso(change.before[1]),
            "closes": _iso(change.window.closes_at),
        }
        for change in changes
    ]


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None

"""Entering a term's dates and letters; every window that follows is recomputed in the same transaction."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.authority import require
from accounts.models import User
from accounts.services import audit
from schedules.models import OfficialLetter, Term, TermDates
from schedules.permissions import ScheduleAct
from schedules.services.planning import WindowChange, replan


def save_term_dates(dates: TermDates, *, by: User, at: datetime) -> list[WindowChange]:
    """Save a division's dates of a term and recompute its windows; what moved.

    Raises:
        NotAllowed, InvalidInput: nothing is changed.
    """
    return save_together(dates.term, [dates], [], by=by, at=at)


def save_letter(letter: OfficialLetter, *, by: User, at: datetime) -> list[WindowChange]:
    """Save an official letter's due date and recompute the term's windows; what moved.

    Raises:
        NotAllowed, InvalidInput: nothing is changed.
    """
    return save_together(letter.term, [], [letter], by=by, at=at)


@transaction.atomic
def save_together(
    term: Term, dates: Iterable[TermDates], letters: Iterable[OfficialLetter], *, by: User, at: datetime
) -> list[WindowChange]:
    """Save all of it before any window is recomputed: dates and letters may only fit together; what moved.

    Raises:
        NotAllowed, InvalidInput: nothing is changed.
    """
    rows: list[tuple[TermDates | OfficialLetter, ScheduleAct, dict[str, Any]]] = [
        *((row, ScheduleAct.SET_TERM_DATES, _dates_facts(row)) for row in dates),
        *((row, ScheduleAct.RECORD_LETTER, _letter_facts(row)) for row in letters),
    ]
    authorities = [require(by, act, row, at) for row, act, __ in rows]
    for row, *__ in rows:
        row.save()
    changes = replan(term, at=at)
    for (row, act, facts), authority in zip(rows, authorities, strict=True):
        moved = described([change for change in changes if change.window.division == row.division])
        audit.record(act, by=by, at=at, subject=row, authority=authority, changes=facts | {"windows": moved})
    return changes


def _dates_facts(dates: TermDates) -> dict[str, Any]:
    days = ("opening", "final_exam_end", "closing_ceremony")
    return {name: getattr(dates, name).isoformat() for name in days}


def _letter_facts(letter: OfficialLetter) -> dict[str, Any]:
    return {"due_on": letter.due_on.isoformat(), "number": letter.number}


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

"""A window as plain data: for the command line, open data and the trail."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone

from schedules.domain.floors import floor_warnings
from schedules.models import Window


def describe(window: Window, *, closing_ceremony: date | None = None) -> dict[str, Any]:
    """Days are ISO dates, both included; None while a letter is awaited.

    `by` is "override", "letter", "entered" (its first day was) or "rule"; the computed days stand beside
    the days in force.
    """
    override = window.active_override
    opens_on, closes_on = window.opens_on, window.closes_on
    return {
        "term": str(window.term),
        "division": window.division,
        "activity": window.activity,
        "activity_name": window.get_activity_display(),
        "audience": window.audience,
        "audience_name": window.get_audience_display(),
        "subject": window.subject_label,
        "round": window.round,
        "opens": _iso(opens_on),
        "closes": _iso(closes_on),
        "by": _by(window),
        "computed_opens": _iso(window.computed_opens_on),
        "computed_closes": _iso(window.computed_closes_on),
        "counted": window.explanation,
        "article": window.article,
        "override": override
        and {
            "opens": _iso(override.opens_on),
            "closes": _iso(override.closes_on),
            "reason": override.reason,
            "article": override.article,
            "decided_by": str(override.decided_by),
            "decided_at": timezone.localtime(override.decided_at).isoformat(),
        },
        "warnings": floor_warnings(window.activity, window.audience, opens_on, closes_on, closing_ceremony),
    }


def open_data(window: Window) -> dict[str, Any]:
    """As `describe`, for everybody: without the names of those who decided."""
    facts = describe(window)
    if facts["override"]:
        del facts["override"]["decided_by"]
    del facts["warnings"]
    return facts


def _by(window: Window) -> str:
    if window.active_override:
        return "override"
    if window.rule is None:
        return "letter"
    return "entered" if window.rule.closes_from == "own_opening" else "rule"


def _iso(day: date | datetime | None) -> str | None:
    return day.isoformat() if day else None

"""A window as plain data: for the command line, open data and the trail."""

from datetime import date, datetime, timedelta
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
    opens_on, closes_on = first_day_of(window), last_day_of(window)
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
            "decided_by": str(override.decided_by),
            "decided_at": timezone.localtime(override.decided_at).isoformat(),
        },
        "warnings": floor_warnings(window.activity, window.audience, opens_on, closes_on, closing_ceremony),
    }


def first_day_of(window: Window) -> date | None:
    return timezone.localdate(window.opens_at) if window.opens_at else None


def last_day_of(window: Window) -> date | None:
    """The last day that counts: windows are half-open, so it is the day before a midnight."""
    return timezone.localdate(window.closes_at - timedelta(microseconds=1)) if window.closes_at else None


def _by(window: Window) -> str:
    if window.active_override:
        return "override"
    if window.rule is None:
        return "letter"
    return "entered" if window.rule.closes_from == "own_opening" else "rule"


def _iso(day: date | datetime | None) -> str | None:
    return day.isoformat() if day else None

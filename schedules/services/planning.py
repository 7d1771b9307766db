"""Turning entered dates into windows. What has closed stays as it was (rules D18)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.domain.roc_calendar import roc_date
from accounts.errors import InvalidInput
from schedules.domain.activities import GRADE3_AUDIENCES, Activity, Audience, Subject
from schedules.domain.periods import end_of, start_of
from schedules.domain.planning import PlannedWindow, TermFacts, plan, subject_of
from schedules.models import OfficialLetter, RuleVersion, Term, TermDates, Window
from schedules.services.self_checks import bring_up_to_date

_PLANNED = (
    "subject_year",
    "subject_term",
    "rule_id",
    "article",
    "explanation",
    "computed_opens_on",
    "computed_closes_on",
    "opens_at",
    "closes_at",
)


@dataclass(frozen=True)
class WindowChange:
    """A window whose times in force moved; `before` is (None, None) for a new one."""

    window: Window
    before: tuple[datetime | None, datetime | None]


@transaction.atomic
def replan(term: Term, *, at: datetime) -> list[WindowChange]:
    """Bring the windows and self-check list of `term` in line with its dates, letters and rules; what moved.

    Doing it again changes nothing. Windows that have closed by `at` are left alone.

    Raises:
        InvalidInput: a window would close before it opens; nothing is changed.
    """
    existing = {_key(window): window for window in _locked_windows(term)}
    changes = []
    for division, planned in _plans(term):
        window = existing.get((division, planned.activity, planned.audience)) or Window(
            term=term, division=division, activity=planned.activity, audience=planned.audience
        )
        if change := _bring_in_line(window, planned, at):
            changes.append(change)
    bring_up_to_date(term)
    return changes


def _key(window: Window) -> tuple[str, str, str]:
    return window.division, window.activity, window.audience


def _locked_windows(term: Term) -> Iterable[Window]:
    # Receipt windows open by entering a day; they are not planned.
    windows = Window.objects.select_for_update(of=("self",)).filter(term=term, reference="", round=1)
    return windows.prefetch_related("overrides")


def _plans(term: Term) -> Iterable[tuple[str, PlannedWindow]]:
    letters = list(OfficialLetter.objects.filter(term=term))
    for dates in TermDates.objects.filter(term=term).select_related("term"):
        rules = [row.as_rule() for row in _version_for(dates).deadlines.all()]
        own = [letter for letter in letters if letter.division == dates.division]
        for planned in [*plan(rules, _facts(dates, own)), *(_by_letter(letter, term) for letter in own)]:
            yield dates.division, planned


def _version_for(dates: TermDates) -> RuleVersion:
    """The rules in force when the term opens (D21)."""
    try:
        return RuleVersion.objects.in_force_on(dates.opening)
    except RuleVersion.DoesNotExist as error:
        message = _("%(term)s 開學日 %(opening)s 時還沒有生效的補充規定，請先新增補充規定版本。")
        parts = {"term": dates.term, "opening": roc_date(dates.opening)}
        raise InvalidInput(message % parts) from error


def _facts(dates: TermDates, letters: Iterable[OfficialLetter]) -> TermFacts:
    due = {
        Audience(letter.audience): letter.due_on
        for letter in letters
        if letter.activity == Activity.SUBMISSION and letter.audience in GRADE3_AUDIENCES.values()
    }
    code = dates.term.code
    return TermFacts(code, dates.opening, dates.final_exam_end, dates.closing_ceremony, due)


def _by_letter(letter: OfficialLetter, term: Term) -> PlannedWindow:
    """The window that a letter sets by itself; with no first day it runs from the term's opening."""
    year, number = subject_of(Subject(letter.subject), term.code)
    opening = term.dates.filter(division=letter.division).values_list("opening", flat=True).first()
    return PlannedWindow(
        activity=Activity(letter.activity),
        audience=Audience(letter.audience),
        subject_year=year,
        subject_term=number,
        opens_on=letter.opens_on or opening,
        closes_on=letter.due_on,
        explanation=_("來文 %(number)s") % {"number": letter.number} if letter.number else _("來文"),
        article=_("第 11 點"),
        rule_id=None,
    )


def _bring_in_line(window: Window, planned: PlannedWindow, at: datetime) -> WindowChange | None:
    if window.pk and window.closes_at is not None and window.closes_at <= at:
        return None
    stored, before = _planned_fields(window), (window.opens_at, window.closes_at)
    window.subject_year, window.subject_term = planned.subject_year, planned.subject_term
    window.rule_id, window.article = planned.rule_id, planned.article
    window.explanation = planned.explanation
    window.computed_opens_on, window.computed_closes_on = planned.opens_on, planned.closes_on
    put_in_force(window)
    note_move(window, before, at)
    # This runs every hour for every term: what is as it should be is not written again.
    if window._state.adding or stored != _planned_fields(window):
        window.save()
    return WindowChange(window, before) if before != (window.opens_at, window.closes_at) else None


def _planned_fields(window: Window) -> list[Any]:
    return [getattr(window, name) for name in _PLANNED]


def note_move(window: Window, before: tuple[datetime | None, datetime | None], at: datetime) -> None:
    """Let calendars that subscribe see that the window has moved from `before`. Does not save."""
    if window._state.adding:
        window.changed_at = at
    elif (window.opens_at, window.closes_at) != before:
        window.sequence += 1
        window.changed_at = at


def put_in_force(window: Window) -> None:
    """Set the times in force: the active override's, else the computed ones. Does not save.

    Raises:
        InvalidInput: the window would close before it opens.
    """
    override = window.active_override if window.pk else None
    opens = override.opens_on if override else window.computed_opens_on
    closes = override.closes_on if override else window.computed_closes_on
    _require_order(window, opens, closes)
    window.opens_at = start_of(opens) if opens else None
    window.closes_at = end_of(closes) if closes else None


def _require_order(window: Window, opens: date | None, closes: date | None) -> None:
    if opens and closes and opens > closes:
        message = _("「%(window)s」的迄日 %(closes)s 早於起日 %(opens)s，請檢查學期日期與來文期限。")
        parts = {"window": window, "closes": roc_date(closes), "opens": roc_date(opens)}
        raise InvalidInput(message % parts)

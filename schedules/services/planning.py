"""Turning entered dates into windows. What has closed stays as it was (rules D18)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from accounts.domain.roc_calendar import roc_date
from accounts.errors import InvalidInput
from schedules.domain.activities import GRADE3_AUDIENCES, Activity, Audience, Subject
from schedules.domain.periods import end_of, start_of
from schedules.domain.planning import PlannedWindow, Rule, TermFacts, plan, subject_of
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

# The prefetches that a term needs to be planned.
ENTERED = (
    Prefetch("dates", TermDates.objects.order_by("division")),
    Prefetch("letters", OfficialLetter.objects.order_by("division", "due_on", "pk")),
)


@dataclass(frozen=True)
class WindowChange:
    """A window that is new, or whose times in force moved from `before`."""

    window: Window
    before: tuple[datetime | None, datetime | None]
    is_new: bool = False


class RuleBook:
    """All versions of the rules, read once."""

    def __init__(self) -> None:
        versions = RuleVersion.objects.order_by("-effective_from").prefetch_related("deadlines")
        self._versions = [
            (version.effective_from, [row.as_rule() for row in version.deadlines.all()])
            for version in versions
        ]

    def of(self, dates: TermDates) -> list[Rule]:
        """The rules in force when the term opens (D21).

        Raises:
            InvalidInput: there were none yet.
        """
        for effective_from, rules in self._versions:
            if effective_from <= dates.opening:
                return rules
        message = _("%(term)s 開學日 %(opening)s 時還沒有生效的補充規定，請先新增補充規定版本。")
        raise InvalidInput(message % {"term": dates.term, "opening": roc_date(dates.opening)})


@transaction.atomic
def replan(term: Term, *, at: datetime) -> list[WindowChange]:
    """Bring the windows and self-check list of `term` in line with its dates, letters and rules; what moved.

    Doing it again changes nothing. Windows that have closed by `at` are left alone.

    Raises:
        InvalidInput: a window would close before it opens; nothing is changed.
    """
    entered = Term.objects.prefetch_related(*ENTERED).get(pk=term.pk)
    changes = []
    for window, planned in with_plans(entered, _locked_windows(term), RuleBook()):
        if change := _bring_in_line(window, planned, at):
            changes.append(change)
    bring_up_to_date(term)
    return changes


def with_plans(
    term: Term, windows: Iterable[Window], rules: RuleBook
) -> Iterator[tuple[Window, PlannedWindow]]:
    """Every window that is planned for `term`, the one of `windows` or a new one, with its plan.

    Raises:
        InvalidInput: no rules were in force yet.
    """
    existing = {(one.division, one.activity, one.audience): one for one in windows if one.is_planned}
    for division, planned in _plans(term, rules):
        key = (division, planned.activity, planned.audience)
        yield (
            existing.get(key)
            or Window(term=term, division=division, activity=planned.activity, audience=planned.audience),
            planned,
        )


def _locked_windows(term: Term) -> QuerySet[Window]:
    windows = Window.objects.select_for_update(of=("self",)).filter(term=term)
    return windows.prefetch_related("overrides")


def _plans(term: Term, rules: RuleBook) -> Iterator[tuple[str, PlannedWindow]]:
    for dates in term.dates.all():
        own = [letter for letter in term.letters.all() if letter.division == dates.division]
        by_rule = plan(rules.of(dates), _facts(dates, own))
        for planned in [*by_rule, *(_by_letter(letter, dates) for letter in own)]:
            yield dates.division, planned


def _facts(dates: TermDates, letters: Iterable[OfficialLetter]) -> TermFacts:
    due = {
        Audience(letter.audience): letter.due_on
        for letter in letters
        if letter.activity == Activity.SUBMISSION and letter.audience in GRADE3_AUDIENCES.values()
    }
    code = dates.term.code
    return TermFacts(code, dates.opening, dates.final_exam_end, dates.closing_ceremony, due)


def _by_letter(letter: OfficialLetter, dates: TermDates) -> PlannedWindow:
    """The window that a letter sets by itself; with no first day it runs from the term's opening."""
    year, number = subject_of(Subject(letter.subject), dates.term.code)
    return PlannedWindow(
        activity=Activity(letter.activity),
        audience=Audience(letter.audience),
        subject_year=year,
        subject_term=number,
        opens_on=letter.opens_on or dates.opening,
        closes_on=letter.due_on,
        explanation=_("來文 %(number)s") % {"number": letter.number} if letter.number else _("來文"),
        article=_("第 11 點"),
        rule_id=None,
    )


def _bring_in_line(window: Window, planned: PlannedWindow, at: datetime) -> WindowChange | None:
    is_new, before = window._state.adding, (window.opens_at, window.closes_at)
    # What is as it should be is not written again.
    if align(window, planned, at):
        window.save()
    has_moved = before != (window.opens_at, window.closes_at)
    return WindowChange(window, before, is_new) if is_new or has_moved else None


def align(window: Window, planned: PlannedWindow, at: datetime) -> bool:
    """Set what is planned, unless `window` has closed by `at`; whether that changed anything. Does not save.

    Raises:
        InvalidInput: it would close before it opens.
    """
    if window.pk and window.closes_at is not None and window.closes_at <= at:
        return False
    stored, before = _planned_fields(window), (window.opens_at, window.closes_at)
    window.subject_year, window.subject_term = planned.subject_year, planned.subject_term
    window.rule_id, window.article = planned.rule_id, planned.article
    window.explanation = planned.explanation
    window.computed_opens_on, window.computed_closes_on = planned.opens_on, planned.closes_on
    put_in_force(window)
    note_move(window, before, at)
    return window._state.adding or stored != _planned_fields(window)


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

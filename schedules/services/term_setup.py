"""Setting a term up in one step: dates of both divisions and letters together, seen before they are saved.

The preview does what saving would do and takes it back, so both always agree.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.domain.joining import in_row
from accounts.domain.roc_calendar import first_day, last_day
from accounts.models import User
from accounts.services import notices
from schedules.calendar import SchoolCalendar
from schedules.concerned import people_concerned, placements_concerned
from schedules.domain.activities import Activity, Audience, Subject
from schedules.domain.floors import floor_warnings
from schedules.domain.setup_warnings import (
    Span,
    day_off_warning,
    exam_warning,
    order_warning,
    same_day_warning,
)
from schedules.domain.terms import TermCode
from schedules.models import OfficialLetter, Term, TermDates, Window
from schedules.queries import windows_of
from schedules.services.planning import WindowChange
from schedules.services.terms import save_together


@dataclass(frozen=True)
class DivisionDates:
    """What is entered for one division (rules D22)."""

    division: str
    opening: date
    final_exam_end: date
    closing_ceremony: date


@dataclass(frozen=True)
class SubmissionLetter:
    """The due date that a letter sets: for last term's data of all, or for a batch of grade 3 (D10, D13)."""

    division: str
    audience: Audience
    due_on: date
    number: str = ""


@dataclass(frozen=True)
class TermSetup:
    """Everything that is entered for a term."""

    dates: Sequence[DivisionDates]
    letters: Sequence[SubmissionLetter] = ()


@dataclass(frozen=True)
class SetupRow:
    """A window as it would be: `opened`, `before` are its ends until now, `previous` the same a year ago.

    A new one has not moved.
    """

    window: Window
    is_new: bool
    is_moved: bool
    opened: datetime | None
    before: datetime | None
    previous: Window | None
    people: int
    day_off: str
    warnings: list[str]


@dataclass
class SetupResult:
    """All windows of the term, what to look at twice, and which overrides and extensions a move strands."""

    rows: list[SetupRow] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    stranded: list[str] = field(default_factory=list)

    @property
    def moved(self) -> list[SetupRow]:
        return [row for row in self.rows if row.is_moved]

    @property
    def new(self) -> list[SetupRow]:
        return [row for row in self.rows if row.is_new]


@transaction.atomic
def preview_term_setup(term: Term, setup: TermSetup, *, by: User, at: datetime) -> SetupResult:
    """What saving `setup` would change; nothing is kept.

    Raises:
        NotAllowed, InvalidInput: as for saving.
    """
    result, __ = _save(term, setup, by, at)
    transaction.set_rollback(True)
    return result


@transaction.atomic
def save_term_setup(term: Term, setup: TermSetup, *, by: User, at: datetime) -> SetupResult:
    """Save `setup`, recompute the term's windows and tell those concerned what moved.

    Windows that have closed stay (D18).

    Raises:
        NotAllowed, InvalidInput: nothing is changed.
    """
    result, changes = _save(term, setup, by, at)
    _tell(changes, at)
    return result


def _save(term: Term, setup: TermSetup, by: User, at: datetime) -> tuple[SetupResult, list[WindowChange]]:
    before = {window.pk: _computed(window) for window in Window.objects.filter(term=term)}
    changes = save_together(
        term,
        [_term_dates(term, entered) for entered in setup.dates],
        [_letter(term, entered) for entered in setup.letters],
        by=by,
        at=at,
    )
    return _result(term, changes, before), changes


def _computed(window: Window) -> tuple[date | None, date | None]:
    return window.computed_opens_on, window.computed_closes_on


def _term_dates(term: Term, entered: DivisionDates) -> TermDates:
    dates = TermDates.objects.filter(term=term, division=entered.division).first()
    dates = dates or TermDates(term=term, division=entered.division)
    dates.opening, dates.final_exam_end = entered.opening, entered.final_exam_end
    dates.closing_ceremony = entered.closing_ceremony
    return dates


def _letter(term: Term, entered: SubmissionLetter) -> OfficialLetter:
    key = {
        "term": term,
        "division": entered.division,
        "activity": Activity.SUBMISSION,
        "audience": entered.audience,
    }
    letter = OfficialLetter.objects.filter(**key).first()
    # Grade 3 submits its second term before leaving; everybody else's term is submitted in the next one.
    about = Subject.LAST_TERM if entered.audience == Audience.GENERAL else Subject.THIS_TERM
    letter = letter or OfficialLetter(**key, subject=about)
    letter.due_on, letter.number = entered.due_on, entered.number
    if letter.opens_on and letter.opens_on > letter.due_on:
        letter.opens_on = letter.due_on
    return letter


def _result(
    term: Term, changes: Iterable[WindowChange], before: Mapping[int, tuple[date | None, date | None]]
) -> SetupResult:
    moved = {change.window.pk: change for change in changes}
    windows = list(windows_of(term.code).prefetch_related("extensions__student", "extensions__school_class"))
    dates = {row.division: row for row in TermDates.objects.filter(term=term)}
    context = _Context(windows, dates, _earlier(term))
    rows = [context.row(window, moved.get(window.pk)) for window in windows]
    warnings = [
        f"{division_dates.get_division_display()}　{warning}"
        for division, division_dates in dates.items()
        for warning in order_warning([_span(w) for w in windows if w.division == division])
    ]
    # A window with an override stays where it is: what moves under it is what was computed.
    recomputed = [w for w in windows if w.pk in before and before[w.pk] != _computed(w)]
    stranded = [words for window in recomputed for words in _stranded(window)]
    return SetupResult(rows, warnings, stranded)


def _earlier(term: Term) -> dict[tuple[str, str, str], Window]:
    """The windows of the same term a year ago."""
    code = TermCode(term.school_year - 1, term.number)
    windows = windows_of(code).filter(reference="", round=1)
    return {(w.division, w.activity, w.audience): w for w in windows}


class _Context:
    """What every row is looked at against, read once."""

    def __init__(
        self,
        windows: list[Window],
        dates: dict[str, TermDates],
        earlier: dict[tuple[str, str, str], Window],
    ) -> None:
        self._spans = {(w.division, w.pk): _span(w) for w in windows}
        self._dates, self._earlier = dates, earlier
        ends = [w.closes_on for w in windows if w.closes_on]
        self._calendar = SchoolCalendar.load(min(ends), max(ends)) if ends else SchoolCalendar([])
        self._people: dict[tuple[str | int, ...], int] = {}

    def row(self, window: Window, change: WindowChange | None) -> SetupRow:
        return SetupRow(
            window=window,
            is_new=change is not None and change.is_new,
            is_moved=change is not None and not change.is_new,
            opened=change.before[0] if change else window.opens_at,
            before=change.before[1] if change else window.closes_at,
            previous=self._earlier.get((window.division, window.activity, window.audience)),
            people=self._number_concerned(window),
            day_off=self._calendar.name_of(window.closes_on) if window.closes_on else "",
            warnings=self._warnings(window),
        )

    def _warnings(self, window: Window) -> list[str]:
        span = _span(window)
        dates = self._dates.get(window.division)
        others = [s for (division, __), s in self._spans.items() if division == window.division]
        return [
            *floor_warnings(
                window.activity,
                window.audience,
                window.opens_on,
                window.closes_on,
                dates.closing_ceremony if dates else None,
            ),
            *day_off_warning(span, self._calendar),
            *exam_warning(span, dates.final_exam_end if dates else None),
            *(same_day_warning(span, others) if window.audience != Audience.GENERAL else []),
        ]

    def _number_concerned(self, window: Window) -> int:
        about = (window.subject_year, window.subject_term)
        key = (window.activity, *about, window.division, window.audience, window.reference, window.round)
        if key not in self._people:
            self._people[key] = placements_concerned(window).count()
        return self._people[key]


def _span(window: Window) -> Span:
    return Span(window.activity, window.audience, window.opens_on, window.closes_on)


def _stranded(window: Window) -> Iterable[str]:
    """Overrides and extensions that were given for other computed days than the ones now."""
    if override := window.active_override:
        message = _("「%(window)s」的調整（%(reason)s）仍在，實際截止仍是 %(closes)s")
        yield message % {"window": window, "reason": override.reason, "closes": last_day(window.closes_at)}
    for extension in window.extensions.all():
        if extension.withdrawn_at is None:
            message = _("「%(window)s」對「%(target)s」的展延至 %(closes)s（%(reason)s）")
            yield message % {
                "window": window,
                "target": extension.target,
                "closes": last_day(extension.closes_at),
                "reason": extension.reason,
            }


def _tell(changes: Iterable[WindowChange], at: datetime) -> None:
    """Everyone who keeps to a window that moved hears of it once; new windows are no news."""
    for change in changes:
        window = change.window
        if window.sequence and window.closes_at:
            notices.tell(
                people_concerned(window, at),
                key=f"window-moved-{window.pk}-{window.sequence}",
                subject=partial(_moved_to, window),
                body=partial(_moved_from, change),
                url="/schedule/",
                at=at,
            )


def _moved_to(window: Window) -> str:
    return _("%(subject)s %(activity)s改為 %(from_to)s") % {
        "subject": window.subject_label,
        "activity": window.get_activity_display(),
        "from_to": _from_to(window.opens_at, window.closes_at),
    }


def _moved_from(change: WindowChange) -> str:
    return _("原期程：%(before)s。依據：%(counted)s（%(article)s）。") % {
        "before": _from_to(*change.before),
        "counted": change.window.explanation,
        "article": change.window.article,
    }


def _from_to(opens_at: datetime | None, closes_at: datetime | None) -> str:
    days = [day for day in (first_day(opens_at), last_day(closes_at)) if day]
    return in_row(days) if closes_at else _("待來文")

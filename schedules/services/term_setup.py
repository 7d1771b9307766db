"""Setting a term up in one step: dates of both divisions and letters together, seen before they are saved.

The preview does what saving would do and takes it back, so both always agree.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.domain.roc_calendar import last_day
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
from schedules.services.terms import save_letter, save_term_dates


@dataclass(frozen=True)
class DivisionDates:
    """What is entered for one division (rules D22)."""

    division: str
    opening: date
    final_exam_end: date
    closing_ceremony: date


@dataclass(frozen=True)
class GradeThreeLetter:
    """The due date of grade 3's submission, of one batch of one division (rules D13)."""

    division: str
    audience: Audience
    due_on: date
    number: str = ""


@dataclass(frozen=True)
class TermSetup:
    """Everything that is entered for a term."""

    dates: Sequence[DivisionDates]
    letters: Sequence[GradeThreeLetter] = ()


@dataclass(frozen=True)
class SetupRow:
    """A window as it would be: `before` is its end until now, `previous` the same window a year ago."""

    window: Window
    is_moved: bool
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
    changes: dict[int, WindowChange] = {}
    for entered in setup.dates:
        for change in save_term_dates(_term_dates(term, entered), by=by, at=at):
            _keep_first(changes, change)
    for letter in setup.letters:
        for change in save_letter(_letter(term, letter), by=by, at=at):
            _keep_first(changes, change)
    return _result(term, list(changes.values())), list(changes.values())


def _keep_first(changes: dict[int, WindowChange], change: WindowChange) -> None:
    """Several saves may move one window: from where it first was to where it is now."""
    first = changes.setdefault(change.window.pk, change)
    changes[change.window.pk] = WindowChange(change.window, first.before)


def _term_dates(term: Term, entered: DivisionDates) -> TermDates:
    dates = TermDates.objects.filter(term=term, division=entered.division).first()
    dates = dates or TermDates(term=term, division=entered.division)
    dates.opening, dates.final_exam_end = entered.opening, entered.final_exam_end
    dates.closing_ceremony = entered.closing_ceremony
    return dates


def _letter(term: Term, entered: GradeThreeLetter) -> OfficialLetter:
    key = {
        "term": term,
        "division": entered.division,
        "activity": Activity.SUBMISSION,
        "audience": entered.audience,
    }
    letter = OfficialLetter.objects.filter(**key).first()
    letter = letter or OfficialLetter(**key, subject=Subject.THIS_TERM)
    letter.due_on, letter.number = entered.due_on, entered.number
    return letter


def _result(term: Term, changes: Iterable[WindowChange]) -> SetupResult:
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
    stranded = [words for window in windows if window.pk in moved for words in _stranded(window)]
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
        self._people: dict[tuple[int, str, str], int] = {}

    def row(self, window: Window, change: WindowChange | None) -> SetupRow:
        return SetupRow(
            window=window,
            is_moved=change is not None,
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
        key = (window.subject_year, window.division, window.audience)
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
        if change.before[0] is None or window.closes_at is None:
            continue
        notices.tell(
            people_concerned(window, at),
            key=f"window-moved-{window.pk}-{window.closes_at:%Y%m%d}",
            subject=_("%(activity)s的截止日改為 %(closes)s")
            % {"activity": window.get_activity_display(), "closes": last_day(window.closes_at)},
            body=_("原截止：%(before)s。依據：%(counted)s（%(article)s）。")
            % {
                "before": last_day(change.before[1]) or _("待來文"),
                "counted": window.explanation,
                "article": window.article,
            },
            url="/schedule/",
            at=at,
        )

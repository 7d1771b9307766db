"""Until when outcomes are certified: each by its student's class and extension (rules D13, D16)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from portfolio.models import CourseOutcome, CourseSection, Enrolment
from portfolio.models.outcomes import CourseOutcomeQuerySet, OutcomeState
from schedules.domain.activities import GRADE3_AUDIENCES, Activity, Audience, audience_of
from schedules.domain.terms import TermCode
from schedules.models import Extension, Window

# A section, with whatever it was annotated with.
Section = TypeVar("Section", bound=CourseSection)

# What is still to be decided, or may come back to be.
UNDECIDED = (OutcomeState.WAITING, OutcomeState.RETURNED)


@dataclass(frozen=True)
class _Keeping:
    """What decides which window a student's work of a term keeps to."""

    term: TermCode
    division: str
    audience: Audience


@dataclass(frozen=True)
class _Piece:
    """An undecided outcome, with what its own end follows from."""

    outcome: int
    section: int
    state: str
    student: int
    school_class: int
    keeping: _Keeping


class CertificationEnds:
    """The certification windows of some sections, with extensions, and which undecided outcome ends when.

    Read at once, in a number of queries that does not grow with sections, outcomes or extensions.
    """

    def __init__(self, sections: Iterable[CourseSection]) -> None:
        sections = list(sections)
        self._by_section = windows_by_section(sections)
        outcomes = CourseOutcome.objects.filter(enrolment__section__in=sections, state__in=UNDECIDED)
        self._pieces = {piece.outcome: piece for piece in _pieces(outcomes)}
        self._held = _held(self._pieces.values(), self._general)
        waiting = (
            self._held.get(p.outcome) for p in self._pieces.values() if p.state == OutcomeState.WAITING
        )
        self._waiting = Counter((window.pk, window.ends_at) for window in waiting if window)

    @property
    def _general(self) -> list[Window]:
        windows = {window.pk: window for kept in self._by_section.values() for window in kept}
        return list(windows.values())

    @property
    def windows(self) -> list[Window]:
        """The windows as they end for everybody, and once more for every extended end of an undecided
        outcome; the earliest end first."""
        found = {(window.pk, ""): window for window in self._general}
        for held in self._held.values():
            if held.part:
                found.setdefault((held.pk, held.part), held)
        return sorted(found.values(), key=lambda one: (one.ends_at is None, one.ends_at, one.pk))

    def of(self, outcome: CourseOutcome) -> Window | None:
        """The window as it holds for an undecided `outcome`; None for any other."""
        return self._held.get(outcome.pk)

    def waiting(self, window: Window) -> int:
        """How many outcomes wait that end with `window`, which is one of `windows`."""
        return self._waiting[window.pk, window.ends_at]

    def waiting_at(self, now: datetime) -> int:
        """How many outcomes can be decided at `now`."""
        return sum(self.waiting(window) for window in self.windows if window.is_open(now))

    def is_over(self, section: CourseSection, now: datetime) -> bool:
        """Whether nothing more of `section` can be certified from `now` on."""
        extended = (self._held[p.outcome] for p in self._pieces.values() if p.section == section.pk)
        windows = [*self._by_section.get(section.pk, ()), *extended]
        return all(window.ends_at is not None and window.ends_at <= now for window in windows)


def certification_windows(sections: Iterable[CourseSection]) -> list[Window]:
    """The certification windows of `sections`, by those who take them, earliest end first."""
    return CertificationEnds(sections).windows


def not_over(sections: Iterable[Section], now: datetime) -> list[Section]:
    """Those of `sections` whose certification is open or still to come, for some who take them."""
    sections = list(sections)
    ends = CertificationEnds(sections)
    return [section for section in sections if not ends.is_over(section, now)]


def held_windows(
    outcomes: CourseOutcomeQuerySet, activity: Activity = Activity.CERTIFICATION
) -> dict[int, Window]:
    """Outcome id → its window as it ends for its student, whatever its state; read at once.

    An outcome that no window holds for is missing.
    """
    pieces = list(_pieces(outcomes))
    windows = _windows_by_keeping({piece.keeping for piece in pieces}, activity)
    return _held(pieces, windows.values())


def last_resends(outcomes: CourseOutcomeQuerySet) -> dict[int, datetime]:
    """Outcome id → until when it can be sent again and still be certified, where both ends are known."""
    uploads, decisions = held_windows(outcomes, Activity.OUTCOME_UPLOAD), held_windows(outcomes)
    ends = {pk: last_resend(uploads[pk].ends_at, decisions[pk].ends_at) for pk in uploads.keys() & decisions}
    return {pk: end for pk, end in ends.items() if end}


def last_resend(upload_end: datetime | None, certification_end: datetime | None) -> datetime | None:
    """Until when a piece can be sent again and still be certified: whichever ends first (C6)."""
    return min(upload_end, certification_end) if upload_end and certification_end else None


def windows_by_section(sections: Iterable[CourseSection]) -> dict[int, list[Window]]:
    """Section id → the certification windows that those who take it keep to."""
    keepings = _keepings(sections)
    by_keeping = _windows_by_keeping({keeping for kept in keepings.values() for keeping in kept})
    return {
        section: [by_keeping[keeping] for keeping in kept if keeping in by_keeping]
        for section, kept in keepings.items()
    }


def _windows_by_keeping(
    keepings: Iterable[_Keeping], activity: Activity = Activity.CERTIFICATION
) -> dict[_Keeping, Window]:
    windows = Window.objects.select_related("term").filter(
        activity=activity, subject_year__in={keeping.term.school_year for keeping in keepings}
    )
    return {_keeping_of(window): window for window in windows}


def _keepings(sections: Iterable[CourseSection]) -> dict[int, set[_Keeping]]:
    """Section id → what its students' work keeps to."""
    of_that_year = Q(student__placements__school_year=F("section__term__school_year"))
    taking = Enrolment.objects.filter(of_that_year, section__in=list(sections))
    rows = taking.order_by().distinct()
    found: dict[int, set[_Keeping]] = {}
    for section, *facts in rows.values_list("section", *_facts("section__", "student__placements__")):
        found.setdefault(section, set()).add(_keeping(*facts))
    return found


def _facts(section: str, placement: str) -> Iterator[str]:
    """The names of what `_keeping` takes, seen from a row with a section and a placement."""
    yield from (f"{section}term__{name}" for name in ("school_year", "number"))
    yield from (f"{placement}school_class__{name}" for name in ("division", "grade", "letter_batch"))


def _keeping(year: int, number: int, division: str, grade: int, batch: int) -> _Keeping:
    return _Keeping(TermCode(year, number), division, audience_of(grade, number, batch))


def _keeping_of(window: Window) -> _Keeping:
    term = TermCode(window.subject_year, window.subject_term)
    return _Keeping(term, window.division, Audience(window.audience))


def _pieces(outcomes: CourseOutcomeQuerySet) -> Iterator[_Piece]:
    placement = "enrolment__student__placements__"
    of_that_year = Q((f"{placement}school_year", F("enrolment__section__term__school_year")))
    rows = outcomes.filter(of_that_year).order_by()
    for outcome, section, state, student, school_class, *facts in rows.values_list(
        "pk",
        "enrolment__section",
        "state",
        "enrolment__student",
        f"{placement}school_class",
        *_facts("enrolment__section__", placement),
    ):
        yield _Piece(outcome, section, state, student, school_class, _keeping(*facts))


def _held(pieces: Iterable[_Piece], windows: Iterable[Window]) -> dict[int, Window]:
    """Outcome id → its window as it holds for its student, marked as a part where it is longer."""
    by_keeping = {_keeping_of(window): window for window in windows}
    extensions = list(Extension.objects.active().filter(window__in=by_keeping.values()))
    return {
        piece.outcome: _part(window, [one for one in extensions if _is_for(one, window, piece)])
        for piece in pieces
        if (window := by_keeping.get(piece.keeping))
    }


def _is_for(extension: Extension, window: Window, piece: _Piece) -> bool:
    mine = extension.student_id == piece.student or extension.school_class_id == piece.school_class
    return extension.window_id == window.pk and mine


def _part(window: Window, granted: list[Extension]) -> Window:
    held = window.held_with(granted) if granted else window
    if held.extension is None:
        return window
    # Who shares it is another matter from day to day: a calendar goes by its day alone.
    held.part, held.granted = f"{held.extension.closes_on:%Y%m%d}", ()
    return held


def waiting_under(window: Window) -> CourseOutcomeQuerySet:
    """Outcomes that still wait and whose students keep to the certification window `window`."""
    placement = "enrolment__student__placements__"
    return CourseOutcome.objects.filter(
        state=OutcomeState.WAITING,
        enrolment__section__term__school_year=window.subject_year,
        enrolment__section__term__number=window.subject_term,
        **{
            f"{placement}school_year": window.subject_year,
            f"{placement}school_class__division": window.division,
            **{f"{placement}school_class__{field}": value for field, value in _classes_of(window).items()},
        },
    )


def _classes_of(window: Window) -> dict[str, Any]:
    """Conditions on the classes that keep to `window`: grade 3 has windows of its own in the second term."""
    for batch, audience in GRADE3_AUDIENCES.items():
        if window.audience == audience:
            return {"grade": 3, "letter_batch": batch}
    return {"grade__lt": 3} if window.subject_term == 2 else {}


@dataclass(frozen=True)
class Closing:
    """An end of certification, with the outcomes (by id) that wait and end then, and their sections."""

    window: Window
    ends_at: datetime
    sections: set[int]
    outcomes: set[int]


def closing_certifications(at: datetime, until: datetime) -> Iterator[Closing]:
    """The ends by `until` of certifications that are open at `at`: everybody's, and the extended ones."""
    days = (timezone.localdate(at), timezone.localdate(until))
    extended = Extension.objects.active().filter(window=OuterRef("pk"), closes_on__range=days)
    soon = Q(closes_at__gt=at, closes_at__lte=until) | Exists(extended)
    windows = Window.objects.filter(soon, activity=Activity.CERTIFICATION, opens_at__lte=at)
    for window in windows.order_by("pk"):
        for ends_at, pieces in _pieces_by_end(window).items():
            if at < ends_at <= until:
                sections, outcomes = {one.section for one in pieces}, {one.outcome for one in pieces}
                yield Closing(window, ends_at, sections, outcomes)


def _pieces_by_end(window: Window) -> dict[datetime, list[_Piece]]:
    pieces = list(_pieces(waiting_under(window)))
    held = _held(pieces, [window])
    found: dict[datetime, list[_Piece]] = {}
    for piece in pieces:
        if ends_at := held[piece.outcome].ends_at:
            found.setdefault(ends_at, []).append(piece)
    return found

"""All of a student's pieces by school year and term, or those that are looked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from django.utils import timezone

from accounts.models import Student
from portfolio.certification_ends import UNDECIDED
from portfolio.domain.piece_filter import PieceFacts, PieceFilter
from portfolio.drafts import drafts_of
from portfolio.journeys import PieceKey, milestones_of
from portfolio.models import CourseOutcome, DiversePerformance, UploadDraft
from portfolio.overview import Meter, meter_maker, term_label, year_label
from portfolio.piece_facts import draft_facts, kind_choices, piece_facts, state_choices
from portfolio.queries import (
    listed_outcomes,
    listed_performances,
    school_years_of,
    terms_taken,
    valid_codes,
)
from portfolio.student_windows import StudentWindows
from schedules.domain.activities import Activity
from schedules.domain.terms import TermCode, school_year_of
from schedules.models.rules import Quota
from schedules.queries import ShownWindow, shown

Piece = TypeVar("Piece", CourseOutcome, DiversePerformance)
Kept = CourseOutcome | DiversePerformance | UploadDraft


@dataclass
class TermPieces:
    """The course outcomes of one term; those that were withdrawn apart. `upload` is None if not planned."""

    term: TermCode
    meter: Meter
    upload: ShownWindow | None
    certification: ShownWindow | None
    drafts: list[UploadDraft] = field(default_factory=list)
    standing: list[CourseOutcome] = field(default_factory=list)
    withdrawn: list[CourseOutcome] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.drafts or self.standing or self.withdrawn)


@dataclass
class YearPieces:
    """What is shown of one school year, newest term first; `upload` is set for the present year only."""

    school_year: int
    terms: list[TermPieces]
    meter: Meter
    upload: ShownWindow | None
    drafts: list[UploadDraft] = field(default_factory=list)
    standing: list[DiversePerformance] = field(default_factory=list)
    withdrawn: list[DiversePerformance] = field(default_factory=list)

    @property
    def has_no_performances(self) -> bool:
        return not (self.drafts or self.standing or self.withdrawn)

    @property
    def is_empty(self) -> bool:
        return self.has_no_performances and all(part.is_empty for part in self.terms)


@dataclass(frozen=True)
class OwnPieces:
    """Pieces by year, newest first; `kinds` and `states` are those the student has something of."""

    years: list[YearPieces]
    kinds: list[tuple[str, str]]
    states: list[tuple[str, str]]
    found: int


def years_of(student: Student, now: datetime) -> list[int]:
    """The school years a student can look at, newest first; the present one always."""
    return sorted(school_years_of(student) | {_this_year(now)}, reverse=True)


def own_pieces(
    student: Student, years: Iterable[int], wanted: PieceFilter, windows: StudentWindows, now: datetime
) -> OwnPieces:
    """The pieces of `years` that `wanted` keeps, in as many queries for one piece as for a hundred."""
    everything = list(_everything(student))
    kept = [piece for piece, facts in everything if wanted.keeps(facts)]
    shelves = _Shelves(student, kept, windows, now)
    shown_years = [shelves.year(year) for year in years]
    if wanted.is_set:
        shown_years = [_without_gaps(year) for year in shown_years if not year.is_empty]
    return OwnPieces(
        years=shown_years,
        kinds=kind_choices(kind for __, facts in everything for kind in facts.kinds),
        states=state_choices(state for __, facts in everything for state in facts.states),
        found=sum(_count(year) for year in shown_years),
    )


def _everything(student: Student) -> Iterator[tuple[Kept, PieceFacts]]:
    """Every piece with its `milestones`, and every draft."""
    milestones, codes = milestones_of(student), valid_codes()
    outcomes = listed_outcomes(CourseOutcome.objects.of(student))
    performances = listed_performances(DiversePerformance.objects.filter(student=student))
    pieces: list[CourseOutcome | DiversePerformance] = [*outcomes, *performances]
    for piece in pieces:
        reached = milestones.get(PieceKey.of(piece), [])
        piece.milestones = reached  # type: ignore[union-attr]
        yield piece, piece_facts(piece, reached, codes)
    for draft in drafts_of(student):
        yield draft, draft_facts(draft)


class _Shelves:
    """Puts pieces where they belong, reading windows, limits and terms once."""

    def __init__(
        self, student: Student, pieces: Iterable[Kept], windows: StudentWindows, now: datetime
    ) -> None:
        pieces = list(pieces)
        self._outcomes = [piece for piece in pieces if isinstance(piece, CourseOutcome)]
        self._performances = [piece for piece in pieces if isinstance(piece, DiversePerformance)]
        self._drafts = [piece for piece in pieces if isinstance(piece, UploadDraft)]
        self._taken = terms_taken(student)
        self._windows, self._now, self._this_year = windows, now, _this_year(now)
        self._outcome_meter = meter_maker(Quota.OUTCOMES_PER_TERM, now)
        self._performance_meter = meter_maker(Quota.PERFORMANCES_PER_YEAR, now)

    def year(self, school_year: int) -> YearPieces:
        own = [piece for piece in self._performances if piece.school_year == school_year]
        standing, withdrawn = _apart(own)
        is_present = school_year == self._this_year
        upload = self._windows.performance_upload(self._now) if is_present else None
        return YearPieces(
            school_year=school_year,
            terms=[self._term(term) for term in self._terms(school_year)],
            meter=self._performance_meter(year_label(school_year), len(standing)),
            upload=shown(upload, self._now) if upload else None,
            # A performance belongs to the year it is uploaded in.
            drafts=[draft for draft in self._drafts if is_present and draft.enrolment is None],
            standing=standing,
            withdrawn=withdrawn,
        )

    def _term(self, term: TermCode) -> TermPieces:
        standing, withdrawn = _apart([piece for piece in self._outcomes if _term_of(piece) == term])
        return TermPieces(
            term=term,
            meter=self._outcome_meter(term_label(term), len(standing)),
            upload=self._shown(Activity.OUTCOME_UPLOAD, term),
            certification=self._shown(Activity.CERTIFICATION, term) if _any_undecided(standing) else None,
            drafts=[draft for draft in self._drafts if _term_of(draft) == term],
            standing=standing,
            withdrawn=withdrawn,
        )

    def _terms(self, school_year: int) -> list[TermCode]:
        """Terms with something in them, and those in which the student could have uploaded by now."""
        pieces: list[CourseOutcome | UploadDraft] = [*self._outcomes, *self._drafts]
        used = {term for piece in pieces if (term := _term_of(piece))}
        terms = used | {term for term in self._taken if self._has_begun(term)}
        return sorted((term for term in terms if term.school_year == school_year), reverse=True)

    def _has_begun(self, term: TermCode) -> bool:
        window = self._windows.of(Activity.OUTCOME_UPLOAD, term)
        return bool(window and window.opens_at and window.opens_at <= self._now)

    def _shown(self, activity: Activity, term: TermCode) -> ShownWindow | None:
        window = self._windows.of(activity, term)
        return shown(window, self._now) if window else None


def _this_year(now: datetime) -> int:
    return school_year_of(timezone.localdate(now))


def _term_of(piece: CourseOutcome | UploadDraft) -> TermCode | None:
    return piece.enrolment.section.term.code if piece.enrolment else None


def _without_gaps(year: YearPieces) -> YearPieces:
    """The year without the terms in which nothing was found."""
    year.terms = [part for part in year.terms if not part.is_empty]
    return year


def _count(year: YearPieces) -> int:
    shelves: list[TermPieces | YearPieces] = [year, *year.terms]
    return sum(len(one.drafts) + len(one.standing) + len(one.withdrawn) for one in shelves)


def _any_undecided(outcomes: Iterable[CourseOutcome]) -> bool:
    return any(outcome.state in UNDECIDED for outcome in outcomes)


def _apart(pieces: list[Piece]) -> tuple[list[Piece], list[Piece]]:
    """Those that stand, and those that were withdrawn."""
    standing = [piece for piece in pieces if not piece.is_withdrawn]
    return standing, [piece for piece in pieces if piece.is_withdrawn]

"""A student's pieces of one school year, as the overview page shows them."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Student
from portfolio.certification_ends import UNDECIDED
from portfolio.models import CourseOutcome, DiversePerformance, Enrolment
from portfolio.queries import listed_outcomes, listed_performances
from portfolio.student_windows import StudentWindows
from schedules.domain.activities import Activity
from schedules.domain.terms import TermCode
from schedules.models.rules import Quota
from schedules.queries import ShownWindow, quota_rule, shown

Piece = TypeVar("Piece", CourseOutcome, DiversePerformance)


@dataclass(frozen=True)
class Meter:
    """How much of a limit is used, for components/_quota.html."""

    label: str
    used: int
    limit: int
    article: str


@dataclass
class TermPieces:
    """The course outcomes of one term; those that were withdrawn apart. `certification` is until when the
    teachers decide, where something is still to be decided."""

    term: TermCode
    meter: Meter
    certification: ShownWindow | None = None
    standing: list[CourseOutcome] = field(default_factory=list)
    withdrawn: list[CourseOutcome] = field(default_factory=list)


@dataclass
class YearPieces:
    """What a student has of one school year, newest term first; withdrawn performances apart."""

    school_year: int
    terms: list[TermPieces]
    meter: Meter
    standing: list[DiversePerformance]
    withdrawn: list[DiversePerformance]


def year_pieces(student: Student, school_year: int, windows: StudentWindows, now: datetime) -> YearPieces:
    """The year as it stands, in a number of queries that does not depend on how many pieces there are."""
    outcomes = list(listed_outcomes(CourseOutcome.objects.of(student).of_year(school_year)))
    performances = list(
        listed_performances(DiversePerformance.objects.filter(student=student, school_year=school_year))
    )
    standing, withdrawn = _apart(performances)
    terms = _terms_shown(student, school_year, windows, outcomes, now)
    outcome_meter = meter_maker(Quota.OUTCOMES_PER_TERM, now)
    return YearPieces(
        school_year=school_year,
        terms=[_term_pieces(term, outcomes, outcome_meter, windows, now) for term in terms],
        meter=meter_maker(Quota.PERFORMANCES_PER_YEAR, now)(_year_label(school_year), len(standing)),
        standing=standing,
        withdrawn=withdrawn,
    )


def meter_maker(quota: Quota, now: datetime) -> Callable[[str, int], Meter]:
    """Makes meters of `quota` out of a label and a number of used places, reading the limit once."""
    rule = quota_rule(quota, timezone.localdate(now))
    return lambda label, used: Meter(label, used, rule.limit, rule.article)


def outcome_meters(student: Student, terms: Collection[TermCode], now: datetime) -> list[Meter]:
    """The places used in each of `terms`."""
    used = Counter(
        TermCode(*term)
        for term in CourseOutcome.objects.of(student)
        .standing()
        .order_by()
        .values_list("enrolment__section__term__school_year", "enrolment__section__term__number")
    )
    meter = meter_maker(Quota.OUTCOMES_PER_TERM, now)
    return [meter(_term_label(term), used[term]) for term in terms]


def performance_meter(student: Student, school_year: int, now: datetime) -> Meter:
    used = DiversePerformance.objects.standing().filter(student=student, school_year=school_year).count()
    return meter_maker(Quota.PERFORMANCES_PER_YEAR, now)(_year_label(school_year), used)


def _term_label(term: TermCode) -> str:
    return _("%(term)s 學期已上傳") % {"term": term}


def _year_label(school_year: int) -> str:
    return _("%(year)s 學年度已上傳") % {"year": school_year}


def _term_pieces(
    term: TermCode,
    outcomes: Iterable[CourseOutcome],
    meter: Callable[[str, int], Meter],
    windows: StudentWindows,
    now: datetime,
) -> TermPieces:
    own = [outcome for outcome in outcomes if outcome.enrolment.section.term.code == term]
    standing, withdrawn = _apart(own)
    window = windows.of(Activity.CERTIFICATION, term) if any(_undecided(one) for one in standing) else None
    return TermPieces(
        term,
        meter(_term_label(term), len(standing)),
        shown(window, now, label=_("教師認證")) if window else None,
        standing,
        withdrawn,
    )


def _undecided(outcome: CourseOutcome) -> bool:
    return outcome.state in UNDECIDED


def _terms_shown(
    student: Student,
    school_year: int,
    windows: StudentWindows,
    outcomes: Iterable[CourseOutcome],
    now: datetime,
) -> list[TermCode]:
    """Terms in which the student takes courses and could have uploaded by now, newest first."""
    taken = Enrolment.objects.filter(student=student, section__term__school_year=school_year)
    numbers = taken.order_by().values_list("section__term__number", flat=True).distinct()
    worked = {outcome.enrolment.section.term.code for outcome in outcomes}
    begun = {
        term
        for term in (TermCode(school_year, number) for number in numbers)
        if (window := windows.of(Activity.OUTCOME_UPLOAD, term))
        and window.opens_at
        and window.opens_at <= now
    }
    return sorted(worked | begun, reverse=True)


def _apart(pieces: list[Piece]) -> tuple[list[Piece], list[Piece]]:
    """Those that stand, and those that were withdrawn."""
    standing = [piece for piece in pieces if not piece.is_withdrawn]
    return standing, [piece for piece in pieces if piece.is_withdrawn]

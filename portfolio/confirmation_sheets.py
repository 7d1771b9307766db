"""Confirmation sheets (歷程確認單): what a student has selected, on paper, to be signed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Prefetch
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.models import ClassPlacement, School, Student
from portfolio.models import CourseOutcome, DiversePerformance, Selection
from portfolio.queries import listed_outcomes, listed_performances
from schedules.models import Window
from schedules.queries import placement_of

HASH_DIGITS = 12


@dataclass(frozen=True)
class Sheet:
    """One student's selection of a school year, in the student's order; `placement` is the class of the sheet."""

    student: Student
    school_year: int
    placement: ClassPlacement | None
    is_final: bool
    outcomes: list[CourseOutcome] = field(default_factory=list)
    performances: list[DiversePerformance] = field(default_factory=list)


def own_sheet(student: Student, window: Window, now: datetime) -> Sheet:
    """The sheet of the year that `window` is about; final once it has closed."""
    year = window.subject_year
    placement = placement_of(student, year)
    return _sheet(student, placement, year, _is_over(window, now), _selected([student.pk], year))


def class_sheets(
    placements: Iterable[ClassPlacement], window: Window | None, year: int, now: datetime
) -> list[Sheet]:
    """A sheet for everybody in `placements`, in as many queries for one as for forty.

    `window` is the one in which they select of `year`; None while it is not planned.
    """
    placements = list(placements)
    selected = _selected([one.student_id for one in placements], year)
    is_final = window is not None and _is_over(window, now)
    return [_sheet(one.student, one, year, is_final, selected) for one in placements]


def pdf_answer(sheets: Sequence[Sheet], now: datetime) -> HttpResponse:
    """The sheets as a PDF that the browser shows; personal, so no cache keeps it."""
    answer = HttpResponse(as_pdf(sheets, now), content_type="application/pdf")
    name = f"confirmation-{sheets[0].school_year}-{timezone.localtime(now):%Y%m%d-%H%M}.pdf"
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def as_pdf(sheets: Sequence[Sheet], now: datetime) -> bytes:
    """One student after another, each beginning on a page of its own."""
    from weasyprint import HTML  # slow to import

    context = {"sheets": sheets, "printed_at": now, "school": School.objects.first(), "digits": HASH_DIGITS}
    document: bytes = HTML(string=render_to_string("portfolio/confirmation_sheets.html", context)).write_pdf()
    return document


def _is_over(window: Window, now: datetime) -> bool:
    return window.closes_at is not None and now >= window.closes_at


def _selected(students: Sequence[int], year: int) -> Mapping[int, list[Selection]]:
    """Student id → what they selected of the year, in their order, with files."""
    selections = Selection.objects.filter(student__in=students, school_year=year).prefetch_related(
        Prefetch("outcome", queryset=listed_outcomes(CourseOutcome.objects.all())),
        Prefetch("performance", queryset=listed_performances(DiversePerformance.objects.all())),
    )
    found: dict[int, list[Selection]] = {}
    for one in selections:
        found.setdefault(one.student_id, []).append(one)
    return found


def _sheet(
    student: Student,
    placement: ClassPlacement | None,
    year: int,
    is_final: bool,
    selected: Mapping[int, list[Selection]],
) -> Sheet:
    own = selected.get(student.pk, [])
    outcomes = [one.outcome for one in own if one.outcome]
    performances = [one.performance for one in own if one.performance]
    return Sheet(student, year, placement, is_final, outcomes, performances)

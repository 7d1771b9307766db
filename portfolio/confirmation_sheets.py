"""Confirmation sheets (歷程確認單): what a student has selected, on paper, to be signed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Prefetch
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.models import ClassPlacement, School, SchoolClass, Student
from portfolio.class_overview.queries import students_of
from portfolio.models import CourseOutcome, DiversePerformance, Selection
from portfolio.pdf import pdf_of
from portfolio.queries import listed_outcomes, listed_performances
from portfolio.student_windows import is_kept_by
from schedules.domain.activities import Activity
from schedules.models import Extension, Window
from schedules.queries import placement_of

HASH_DIGITS = 12


@dataclass(frozen=True)
class Sheet:
    """One student's selection of a school year, in the student's order.

    `placement` is the class that the sheet is for; `is_final` says that nothing can be changed any more.
    """

    student: Student
    school_year: int
    placement: ClassPlacement | None
    is_final: bool
    outcomes: list[CourseOutcome] = field(default_factory=list)
    performances: list[DiversePerformance] = field(default_factory=list)


def own_sheet(student: Student, year: int, now: datetime) -> Sheet:
    return _sheets([(student, placement_of(student, year))], year, now)[0]


def class_sheets(school_class: SchoolClass, year: int, now: datetime) -> list[Sheet]:
    """A sheet for everybody in the class, by seat, in as many queries for one as for forty."""
    return _sheets([(one.student, one) for one in students_of(school_class)], year, now)


def pdf_answer(sheets: Sequence[Sheet], now: datetime) -> HttpResponse:
    """The sheets as a PDF that the browser shows; personal, so no cache keeps it."""
    answer = HttpResponse(as_pdf(sheets, now), content_type="application/pdf")
    name = f"confirmation-{sheets[0].school_year}-{timezone.localtime(now):%Y%m%d-%H%M}.pdf"
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def as_pdf(sheets: Sequence[Sheet], now: datetime) -> bytes:
    """One student after another, each beginning on a page of its own.

    Raises:
        NotInstalled: the libraries that lay out pages are missing.
    """
    context = {"sheets": sheets, "printed_at": now, "school": School.objects.first(), "digits": HASH_DIGITS}
    return pdf_of(render_to_string("portfolio/confirmation_sheets.html", context))


def _sheets(people: Sequence[tuple[Student, ClassPlacement | None]], year: int, now: datetime) -> list[Sheet]:
    ids = [student.pk for student, __ in people]
    selected, final = _selected(ids, year), _who_is_done(ids, year, now)
    return [
        Sheet(
            student=student,
            school_year=year,
            placement=placement,
            is_final=student.pk in final,
            outcomes=[one.outcome for one in selected.get(student.pk, []) if one.outcome],
            performances=[one.performance for one in selected.get(student.pk, []) if one.performance],
        )
        for student, placement in people
    ]


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


def _who_is_done(students: Sequence[int], year: int, now: datetime) -> set[int]:
    """Those who cannot change their selection of the year any more; nobody with more time among them."""
    windows = Window.objects.filter(activity=Activity.SELECTION, subject_year=year, closes_at__lte=now)
    over = list(windows)
    longer = Extension.objects.active().filter(window__in=over, closes_on__gte=timezone.localdate(now))
    granted = list(longer.values_list("student", "school_class"))
    people, classes = {student for student, __ in granted}, {one for __, one in granted}
    placements = ClassPlacement.objects.filter(student__in=students, school_year=year)
    return {
        one.student_id
        for one in placements.select_related("school_class")
        if any(is_kept_by(one.school_class, window) for window in over)
        and one.student_id not in people
        and one.school_class_id not in classes
    }

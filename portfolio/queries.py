"""Reads about students' pieces, for pages and rosters."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import QuerySet

from accounts.models import Student
from portfolio.models import CodeEntry, CourseOutcome, DiversePerformance, Enrolment
from portfolio.models.outcomes import CourseOutcomeQuerySet, OutcomeState
from portfolio.models.performances import DiversePerformanceQuerySet


def valid_codes() -> Mapping[str, Mapping[str, str]]:
    """Every code list: its codes with their labels, in the school's order."""
    lists: dict[str, dict[str, str]] = {}
    for entry in CodeEntry.objects.all():
        lists.setdefault(entry.code_list, {})[entry.code] = entry.label
    return lists


def selectable_outcomes(student: Student, school_year: int) -> CourseOutcomeQuerySet:
    """Certified outcomes of both terms of the year (rules Q3)."""
    return CourseOutcome.objects.of(student).of_year(school_year).filter(state=OutcomeState.CERTIFIED)


def selectable_performances(student: Student, school_year: int) -> DiversePerformanceQuerySet:
    """Performances of the year that were not withdrawn (rules Q4)."""
    return DiversePerformance.objects.standing().filter(student=student, school_year=school_year)


def enrolments_of(student: Student) -> QuerySet[Enrolment]:
    """The student's courses, newest term first, with what pages show of them."""
    enrolments = Enrolment.objects.filter(student=student)
    enrolments = enrolments.select_related(
        "section__course", "section__term", "section__teacher", "student__user"
    )
    return enrolments.order_by(
        "-section__term__school_year", "-section__term__number", "section__course__name"
    )

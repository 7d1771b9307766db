"""Reads about students' pieces, for pages and rosters."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Prefetch, QuerySet

from accounts.models import Student, User
from portfolio.domain.filetypes import Slot
from portfolio.models import (
    Attachment,
    Certification,
    CodeEntry,
    CourseOutcome,
    DiversePerformance,
    Enrolment,
    FileLimit,
)
from portfolio.models.outcomes import CourseOutcomeQuerySet, OutcomeState
from portfolio.models.performances import DiversePerformanceQuerySet
from schedules.domain.terms import TermCode


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


def listed_outcomes(outcomes: CourseOutcomeQuerySet) -> CourseOutcomeQuerySet:
    """`outcomes` with what a list shows: `current_files`, `standing_decisions` (one at most), selection."""
    decisions = Certification.objects.filter(voided_at=None).select_related("decided_by", "on_behalf_of")
    return outcomes.select_related(
        "enrolment__student__user",
        "enrolment__section__course",
        "enrolment__section__term",
        "enrolment__section__teacher",
        "selection",
    ).prefetch_related(
        _current_files(), Prefetch("certifications", queryset=decisions, to_attr="standing_decisions")
    )


def listed_performances(performances: DiversePerformanceQuerySet) -> DiversePerformanceQuerySet:
    """`performances` with what a list shows: `current_files` and selection."""
    return performances.select_related("student__user", "selection").prefetch_related(_current_files())


def attachments_with_owners() -> QuerySet[Attachment]:
    """Attachments with all that it takes to say who may look at them."""
    return Attachment.objects.select_related(
        "outcome__enrolment__student__user",
        "outcome__enrolment__section__term",
        "outcome__enrolment__section__course",
        "outcome__enrolment__section__teacher",
        "outcome__enrolment__section__successor",
        "outcome__enrolment__section__convener",
        "performance__student__user",
    )


def school_years_of(student: Student) -> set[int]:
    """The years in which the student was in a class or made a piece."""
    placed = student.placements.order_by().values_list("school_year")
    worked = Enrolment.objects.filter(student=student).order_by().values_list("section__term__school_year")
    performed = DiversePerformance.objects.filter(student=student).order_by().values_list("school_year")
    return {year for (year,) in placed.union(worked, performed)}


def terms_taken(student: Student) -> set[TermCode]:
    """The terms in which the student takes or took courses."""
    sections = Enrolment.objects.filter(student=student).order_by()
    terms = sections.values_list("section__term__school_year", "section__term__number")
    return {TermCode(*term) for term in terms.distinct()}


def uploaded_by_proxy(student: Student, helper: User) -> list[CourseOutcome | DiversePerformance]:
    """What `helper` uploaded for `student`, without what was withdrawn; newest first, as lists show it."""
    outcomes = CourseOutcome.objects.of(student).standing().filter(uploaded_by=helper)
    performances = DiversePerformance.objects.standing().filter(student=student, uploaded_by=helper)
    pieces: list[CourseOutcome | DiversePerformance] = [
        *listed_outcomes(outcomes),
        *listed_performances(performances),
    ]
    return sorted(pieces, key=lambda piece: piece.uploaded_at, reverse=True)


def file_limits() -> dict[Slot, int]:
    """How many bytes a file may have in each slot."""
    return {Slot(slot): size for slot, size in FileLimit.objects.values_list("slot", "max_bytes")}


def _current_files() -> Prefetch:
    return Prefetch("attachments", queryset=Attachment.objects.current(), to_attr="current_files")

"""Reads for the consultation pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from accounts.models import ClassPlacement, SchoolClass, Student, User
from portfolio.consultations.permissions import answers_for_consultations, counselled_by
from portfolio.models import ConsultationRecord
from portfolio.models.consultations import ConsultationForm
from schedules.domain.terms import school_year_of, term_of

CLASSES_AT_ONCE = 4


def listed(
    records: QuerySet[ConsultationRecord], words: str, form: str, term: int | None
) -> QuerySet[ConsultationRecord]:
    """Those whose students, place or text have `words`, of one form and term; all where nothing is given."""
    if words:
        matching = Q(students__user__name__icontains=words) | Q(students__student_number__startswith=words)
        texts = Q(place__icontains=words) | Q(content__icontains=words) | Q(advice__icontains=words)
        found = records.filter(matching | texts).order_by().values("pk")
        records = records.filter(pk__in=found)
    if form in ConsultationForm:
        records = records.filter(form=form)
    if term:
        records = records.filter(term=term)
    return records.select_related("counsellor", "term").prefetch_related("students__user")


def of_student(student: Student) -> QuerySet[ConsultationRecord]:
    """What the student reads: the records that stand, newest first."""
    records = student.consultations.filter(withdrawn_at=None)
    return records.select_related("counsellor", "term")


def choosable(user: User, at: datetime) -> QuerySet[Student]:
    """The students for whom `user` may keep a record: their classes', or everybody's for the convener."""
    year = school_year_of(timezone.localdate(at))
    students = Student.objects.filter(placements__school_year=year)
    if not answers_for_consultations(user, at):
        students = students.filter(pk__in=counselled_by(user, at).values("pk"))
    placed = ClassPlacement.objects.filter(student=OuterRef("pk"), school_year=year)
    return _with_class(students, placed)


@dataclass(frozen=True)
class Coverage:
    """How far a class's consultations of a term have come: nobody is ranked, nothing is a minimum (E1)."""

    school_class: SchoolClass
    counsellor: User | None
    students: int
    consulted: int
    individual: int
    last_on: object


def coverage(user: User, at: datetime) -> list[Coverage]:
    """The classes of this year that `user` counsels, or all of them for the convener, in this term."""
    today = timezone.localdate(at)
    code = term_of(today)
    classes = SchoolClass.objects.filter(school_year=code.school_year).select_related(
        "counselling__counsellor"
    )
    if not answers_for_consultations(user, at):
        classes = classes.filter(counselling__counsellor=user)
    standing = Q(
        placements__student__consultations__term__school_year=code.school_year,
        placements__student__consultations__term__number=code.number,
        placements__student__consultations__withdrawn_at=None,
    )
    alone = standing & Q(placements__student__consultations__form=ConsultationForm.INDIVIDUAL)
    counted = classes.annotate(
        student_count=Count("placements__student", distinct=True),
        consulted_count=Count("placements__student", filter=standing, distinct=True),
        individual_count=Count("placements__student", filter=alone, distinct=True),
        last_on=Max("placements__student__consultations__held_on", filter=standing),
    )
    return [
        Coverage(
            one,
            one.counselling.counsellor if hasattr(one, "counselling") else None,
            one.student_count,
            one.consulted_count,
            one.individual_count,
            one.last_on,
        )
        for one in counted.order_by("grade", "name")
    ]


@dataclass(frozen=True)
class Offer:
    """Whom a new record may name: all of somebody's few classes at once, or one of many at a time."""

    classes: list[SchoolClass]
    chosen: SchoolClass | None
    students: QuerySet[Student]


def offer(user: User, at: datetime, class_id: int | None) -> Offer:
    students = choosable(user, at)
    year = school_year_of(timezone.localdate(at))
    classes = list(
        SchoolClass.objects.filter(school_year=year, placements__student__in=students.order_by().values("pk"))
        .distinct()
        .order_by("division", "grade", "name")
    )
    if len(classes) <= CLASSES_AT_ONCE:
        return Offer(classes, None, students)
    chosen = next((one for one in classes if one.pk == class_id), classes[0])
    return Offer(classes, chosen, students.filter(placements__school_class=chosen))


def offered_for(record: ConsultationRecord, user: User, at: datetime) -> QuerySet[Student]:
    """Whom a correction of `record` may name: those of `choosable`, and those it names already."""
    named = record.students.values("pk")
    both = Q(pk__in=choosable(user, at).order_by().values("pk")) | Q(pk__in=named)
    placed = ClassPlacement.objects.filter(student=OuterRef("pk"), school_year=record.term.school_year)
    return _with_class(Student.objects.filter(both), placed)


def _with_class(students: QuerySet[Student], placed: QuerySet[ClassPlacement]) -> QuerySet[Student]:
    return (
        students.select_related("user")
        .annotate(
            class_name=Subquery(placed.values("school_class__name")[:1]),
            class_grade=Subquery(placed.values("school_class__grade")[:1]),
            seat=Subquery(placed.values("seat_number")[:1]),
        )
        .order_by("class_grade", "class_name", "seat")
    )

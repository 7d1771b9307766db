"""Reads for those who keep students' basic data."""

from collections.abc import Iterable

from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery

from accounts.models import ClassPlacement, Student


def students_of(divisions: Iterable[str]) -> QuerySet[Student]:
    """The students of `divisions` by their latest class, and those who have none yet."""
    placements = ClassPlacement.objects.select_related("school_class").order_by("-school_year")
    latest = placements.filter(student=OuterRef("pk")).values("school_class__division")[:1]
    students = Student.objects.alias(division=Subquery(latest))
    kept = students.filter(Q(division__in=list(divisions)) | Q(division=None))
    return kept.select_related("user").prefetch_related(
        Prefetch("placements", placements, "placements_latest_first")
    )


def found(students: QuerySet[Student], words: str) -> QuerySet[Student]:
    """Those whose number, name or class contains `words`."""
    matching = Q(student_number__icontains=words) | Q(user__name__icontains=words)
    in_class = ClassPlacement.objects.filter(school_class__name__icontains=words).values("student")
    return students.filter(matching | Q(pk__in=in_class)) if words else students

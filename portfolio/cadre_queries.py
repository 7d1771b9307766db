"""Reads about cadre records, for the pages of the offices that keep them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from accounts.models import ClassPlacement
from portfolio.domain.cadre import CODE_LIST, IN_SCHOOL_LEVELS
from portfolio.models import CadreRecord, CodeEntry
from schedules.domain.activities import Activity
from schedules.domain.terms import term_of
from schedules.models import Term, Window
from schedules.queries import ShownWindow, shown


def in_school_levels() -> Mapping[str, str]:
    """Code → label of the levels that the school's own records have."""
    entries = CodeEntry.objects.filter(code_list=CODE_LIST, code__in=IN_SCHOOL_LEVELS)
    return dict(entries.values_list("code", "label"))


def cadre_records_in(divisions: Collection[str]) -> QuerySet[CadreRecord]:
    """The records of students who sat in a class of `divisions` in the term's year; with `class_name`."""
    placements = ClassPlacement.objects.filter(
        student=OuterRef("student"), school_year=OuterRef("term__school_year")
    )
    ours = placements.filter(school_class__division__in=list(divisions))
    records = CadreRecord.objects.filter(Exists(ours)).select_related("student__user", "term", "recorded_by")
    listed = with_level_labels(records).annotate(
        class_name=Subquery(placements.values("school_class__name")[:1])
    )
    return listed.order_by("class_name", "student__student_number", "starts_on", "pk")


def with_level_labels(records: QuerySet[CadreRecord]) -> QuerySet[CadreRecord]:
    """`records` with `level_label`, the level in words."""
    labels = CodeEntry.objects.filter(code_list=CODE_LIST, code=OuterRef("level")).values("label")
    return records.annotate(level_label=Subquery(labels[:1]))


@dataclass(frozen=True)
class CadreFilter:
    """What the list is narrowed to; empty fields narrow nothing."""

    term: Term | None
    words: str = ""
    level: str = ""
    withdrawn: bool = False

    def apply(self, records: QuerySet[CadreRecord]) -> QuerySet[CadreRecord]:
        found = records.filter(term=self.term, withdrawn_at__isnull=not self.withdrawn)
        if self.level:
            found = found.filter(level=self.level)
        if self.words:
            fields = ("student__student_number", "student__user__name", "class_name", "unit", "title")
            matching = Q()
            for name in fields:
                matching |= Q(**{f"{name}__icontains": self.words})
            found = found.filter(matching)
        return found


def usual_term(today: date) -> Term | None:
    """The term of `today`; before it is entered, the latest there is."""
    code = term_of(today)
    present = Term.objects.filter(school_year=code.school_year, number=code.number).first()
    return present or Term.objects.first()


def cadre_windows(term: Term | None, divisions: Collection[str], now: datetime) -> list[ShownWindow]:
    """When the records of `term` are entered, for each of `divisions`."""
    if term is None:
        return []
    windows = Window.objects.filter(
        activity=Activity.CADRE_RECORDS,
        division__in=list(divisions),
        subject_year=term.school_year,
        subject_term=term.number,
    )
    return [
        shown(window, now, label=str(window))
        for window in windows.select_related("term").order_by("division")
    ]

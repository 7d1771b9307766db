"""Reads about batches: which ones concern a person, how much is in them, what was frozen."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Prefetch, Q, QuerySet

from accounts.panels import Visitor
from portfolio.models import Selection
from schedules.domain.activities import GRADE3_AUDIENCES, Activity, Audience
from schedules.models import Window
from submissions.domain.rosters import ROSTERS, RosterSpec
from submissions.models import Batch, BatchFile, BatchRow, ExportJob, ReceiptPeriod
from submissions.models.exports import ExportKind, ExportState
from submissions.permissions import CONFIRMING_DUTIES, SUBMITTING_DUTIES


@dataclass(frozen=True)
class Amount:
    """How much a batch holds, or would hold if it were frozen now."""

    students: int = 0
    items: int = 0
    files: int = 0


def is_concerned(visitor: Visitor) -> bool:
    """Whether batches are any business of the person."""
    return bool(visitor.divisions_of(*SUBMITTING_DUTIES, *CONFIRMING_DUTIES))


def rosters_of(visitor: Visitor) -> list[tuple[RosterSpec, str]]:
    """The rosters that the person submits, each with the division they submit it for."""
    return [
        (spec, duty.division)
        for duty in visitor.duties
        for spec in ROSTERS.values()
        if spec.submitting_duty == duty.code and spec.division in (duty.division, "both")
    ]


def batches_for(visitor: Visitor) -> QuerySet[Batch]:
    """Batches of the rosters the person submits, and all of a division whose receipts they look after."""
    concerned = Q(division__in=visitor.divisions_of(*CONFIRMING_DUTIES))
    for spec, division in rosters_of(visitor):
        concerned |= Q(roster_code=spec.code, division=division)
    return Batch.objects.filter(concerned)


def with_progress(batches: QuerySet[Batch]) -> QuerySet[Batch]:
    """With all that tells how far each batch has come."""
    return batches.select_related("frozen_by", "submitted_by").prefetch_related(
        "exports",
        "imports",
        Prefetch("periods", queryset=ReceiptPeriod.objects.select_related("window")),
        "periods__window__extensions",
    )


def selection_window(batch: Batch) -> Window | None:
    """The window in which the students of `batch` select; None while it is not planned."""
    return next((window for __, window in selection_windows([batch])), None)


def selection_windows(batches: Iterable[Batch]) -> list[tuple[Batch, Window]]:
    """The batches whose selection window is planned, each with it and its extensions."""
    batches = list(batches)
    windows = Window.objects.filter(
        activity=Activity.SELECTION, subject_term=0, subject_year__in={b.school_year for b in batches}
    ).prefetch_related("extensions")
    found = {(window.subject_year, window.division, window.audience): window for window in windows}
    keys = [(batch, (batch.school_year, batch.division, _audience(batch.spec))) for batch in batches]
    return [(batch, found[key]) for batch, key in keys if key in found]


def _audience(spec: RosterSpec) -> Audience:
    return GRADE3_AUDIENCES[spec.letter_batch] if spec.letter_batch else Audience.GENERAL


def amounts(batches: Iterable[Batch]) -> dict[int, Amount]:
    """By batch id: what was frozen, or what is selected so far."""
    batches = list(batches)
    return _frozen_amounts([b for b in batches if b.frozen_at]) | _selected_amounts(
        [b for b in batches if not b.frozen_at]
    )


def _frozen_amounts(batches: Collection[Batch]) -> dict[int, Amount]:
    rows = BatchRow.objects.filter(batch__in=batches).order_by().values("batch")
    files = BatchFile.objects.filter(row__batch__in=batches).values("row__batch").annotate(count=Count("pk"))
    files_of = {row["row__batch"]: row["count"] for row in files}
    counted = rows.annotate(items=Count("pk"), students=Count("student", distinct=True))
    found = {
        row["batch"]: Amount(row["students"], row["items"], files_of.get(row["batch"], 0)) for row in counted
    }
    return {batch.pk: found.get(batch.pk, Amount()) for batch in batches}


def _selected_amounts(batches: Collection[Batch]) -> dict[int, Amount]:
    groups = list(_selected_by_group({batch.school_year for batch in batches}))
    return {batch.pk: _sum(batch, groups) for batch in batches}


def _selected_by_group(years: Collection[int]) -> Iterable[Mapping[str, Any]]:
    """How much is selected by year, division, grade and letter batch.

    A student sits in one class a year, so groups add up.
    """
    placement = "student__placements__school_class"
    selections = Selection.objects.filter(
        school_year__in=years, student__placements__school_year=F("school_year")
    )
    groups = selections.order_by().values(
        "school_year",
        division=F(f"{placement}__division"),
        grade=F(f"{placement}__grade"),
        letter_batch=F(f"{placement}__letter_batch"),
    )
    return groups.annotate(
        course_outcomes=Count("outcome"),
        diverse_performance=Count("performance"),
        course_outcomes_students=Count("student", distinct=True, filter=Q(outcome__isnull=False)),
        diverse_performance_students=Count("student", distinct=True, filter=Q(performance__isnull=False)),
    )


def _sum(batch: Batch, groups: Iterable[Mapping[str, Any]]) -> Amount:
    spec = batch.spec
    own = [
        group
        for group in groups
        if group["school_year"] == batch.school_year
        and group["division"] == batch.division
        and group["grade"] in spec.grades
        and spec.letter_batch in (None, group["letter_batch"])
    ]
    return Amount(
        students=sum(group[f"{spec.kind}_students"] for group in own),
        items=sum(group[spec.kind] for group in own),
    )


def latest_exports(batch: Batch) -> list[ExportJob]:
    """The newest job of each kind, in the order of the kinds; reads what is prefetched."""
    newest: dict[str, ExportJob] = {}
    for job in batch.exports.all():
        newest.setdefault(job.kind, job)
    return [newest[kind] for kind in ExportKind if kind in newest]


def is_exported(batch: Batch) -> bool:
    """Whether every kind of file was built once; reads what is prefetched."""
    built = {job.kind for job in batch.exports.all() if job.state == ExportState.DONE}
    return built == set(ExportKind)


def unsure_sheets(batch: Batch) -> list[tuple[str, int]]:
    """The sheets of the frozen batch that the centre may not know, each with how many rows lie in it."""
    names = {sheet.key: sheet.name for sheet in batch.spec.sheets if not sheet.sure}
    if not names:
        return []
    rows = batch.rows.filter(sheet_key__in=list(names)).values_list("sheet_key").annotate(Count("pk"))
    counts = dict(rows.order_by("sheet_key"))
    return [(name, counts[key]) for key, name in names.items() if key in counts]


def rows_in_order(batch: Batch) -> QuerySet[BatchRow]:
    """The frozen rows with what a page shows of them."""
    return batch.rows.select_related("student__user").prefetch_related("files").order_by("position")

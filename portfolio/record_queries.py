"""Reads of what the offices record about a student: grades and cadre records, term by term."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from django.db.models import Q

from accounts import acts
from accounts.models import AuditEntry, Student
from accounts.trail_words import changes_in_words
from portfolio.cadre_queries import with_level_labels
from portfolio.models import CadreRecord, Grade, RecordReport
from portfolio.models.record_reports import RecordReportQuerySet
from schedules.models import Term

Record = TypeVar("Record", Grade, CadreRecord)


@dataclass(frozen=True)
class RecordEvent:
    """What somebody did to a record, in words."""

    act: str
    who: str
    at: datetime
    reason: str
    changes: str


@dataclass(frozen=True)
class OwnRecord(Generic[Record]):
    """A record with the student's last report that it is wrong, and what came of it."""

    record: Record
    report: RecordReport | None


@dataclass
class TermRecords:
    """What the offices recorded for a student in one term."""

    term: Term
    grades: list[OwnRecord[Grade]] = field(default_factory=list)
    cadre: list[OwnRecord[CadreRecord]] = field(default_factory=list)


def records_of(student: Student) -> list[TermRecords]:
    """The student's own, newest term first; withdrawn cadre records are left out."""
    terms: dict[int, TermRecords] = {}
    reports = last_reports(student)
    grades = Grade.objects.filter(student=student).select_related("term", "student__user")
    for grade in grades.order_by("kind", "subject", "pk"):
        reported = reports.get((grade.pk, None))
        terms.setdefault(grade.term_id, TermRecords(grade.term)).grades.append(OwnRecord(grade, reported))
    cadre = CadreRecord.objects.standing().filter(student=student).select_related("term", "student__user")
    for record in with_level_labels(cadre).order_by("starts_on", "pk"):
        reported = reports.get((None, record.pk))
        terms.setdefault(record.term_id, TermRecords(record.term)).cadre.append(OwnRecord(record, reported))
    return sorted(terms.values(), key=lambda records: records.term.code, reverse=True)


def last_reports(student: Student) -> dict[tuple[int | None, int | None], RecordReport]:
    """Ids of grade and cadre record, one of them None → what `student` last reported of it."""
    reports = (
        RecordReport.objects.filter(student=student).select_related("answered_by").order_by("reported_at")
    )
    return {(report.grade_id, report.cadre_id): report for report in reports}


def reports_of(kinds: Iterable[tuple[str, str]]) -> RecordReportQuerySet:
    """The reports about the `kinds` of record ("grade", "cadre") in their divisions."""
    ours = Q(pk=None)
    for kind, division in kinds:
        ours |= Q(**{f"{kind}__isnull": False}, division=division)
    return RecordReport.objects.filter(ours).with_records()


def events_of(record: Grade | CadreRecord) -> list[RecordEvent]:
    """What the trail holds of one record, the latest first."""
    entries = AuditEntry.objects.filter(object_type=record._meta.label_lower, object_id=str(record.pk))
    return [
        RecordEvent(
            acts.label(entry.act),
            f"{entry.actor or '—'}（{entry.standing}）" if entry.standing else str(entry.actor or "—"),
            entry.at,
            entry.reason,
            changes_in_words(entry),
        )
        for entry in entries.select_related("actor")
    ]

"""Reads of what the offices record about a student: grades and cadre records, term by term."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from accounts import acts
from accounts.models import AuditEntry, Student, User
from accounts.trail_words import changes_in_words
from portfolio.cadre_queries import with_level_labels
from portfolio.models import CadreRecord, Grade
from portfolio.record_permissions import RecordAct
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
    """A record with when the student last reported it as wrong."""

    record: Record
    reported_at: datetime | None


@dataclass
class TermRecords:
    """What the offices recorded for a student in one term."""

    term: Term
    grades: list[OwnRecord[Grade]] = field(default_factory=list)
    cadre: list[OwnRecord[CadreRecord]] = field(default_factory=list)


def records_of(student: Student) -> list[TermRecords]:
    """The student's own, newest term first; withdrawn cadre records are left out."""
    terms: dict[int, TermRecords] = {}
    reports = reports_by(student.user)
    grades = Grade.objects.filter(student=student).select_related("term", "student__user")
    for grade in grades.order_by("kind", "subject", "pk"):
        reported = reports.get((grade._meta.label_lower, grade.pk))
        terms.setdefault(grade.term_id, TermRecords(grade.term)).grades.append(OwnRecord(grade, reported))
    cadre = CadreRecord.objects.standing().filter(student=student).select_related("term", "student__user")
    for record in with_level_labels(cadre).order_by("starts_on", "pk"):
        reported = reports.get((record._meta.label_lower, record.pk))
        terms.setdefault(record.term_id, TermRecords(record.term)).cadre.append(OwnRecord(record, reported))
    return sorted(terms.values(), key=lambda records: records.term.code, reverse=True)


def reports_by(user: User) -> dict[tuple[str, int], datetime]:
    """What `user` has reported as wrong, kind and id, with the last time."""
    entries = AuditEntry.objects.filter(act=RecordAct.REPORT_ERROR, actor=user).order_by("at")
    rows = entries.values_list("object_type", "object_id", "at")
    return {(kind, int(pk)): at for kind, pk, at in rows}


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

"""Reads about receipts: what was imported, who was asked to confirm it, what they answered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Value, When

from accounts.models import Student
from submissions.domain.receipt_state import ReceiptState, answer_state
from submissions.models import Batch, ReceiptConfirmation, ReceiptImport, ReceiptPeriod, ReceiptRecord
from submissions.models.receipts import (
    ReceiptConfirmationQuerySet,
    ReceiptPeriodQuerySet,
    still_to_end,
)

_COUNTED = ("students", "confirmed", "disputed", "waiting")
ANSWERED = {
    ReceiptState.CONFIRMED: ReceiptConfirmation.CONFIRMED,
    ReceiptState.DISPUTED: ReceiptConfirmation.DISPUTED,
}


@dataclass(frozen=True)
class PeriodNumbers:
    """How many students a period asked, and how many stand how at a moment.

    Of those without an answer each one's own end says whether they are still awaited or deemed correct (S7);
    `unanswered_state` is how it is for those without an extension.
    """

    students: int
    confirmed: int
    disputed: int
    waiting: int
    unanswered_state: ReceiptState

    @property
    def deemed(self) -> int:
        return self.students - self.confirmed - self.disputed - self.waiting

    @property
    def by_state(self) -> dict[ReceiptState, int]:
        """What there is to choose from in this period."""
        answered = {ReceiptState.DISPUTED: self.disputed, ReceiptState.CONFIRMED: self.confirmed}
        if self.unanswered_state != ReceiptState.DEEMED_CORRECT:
            return answered | {self.unanswered_state: self.waiting}
        extended = {ReceiptState.WAITING: self.waiting} if self.waiting else {}
        return answered | extended | {ReceiptState.DEEMED_CORRECT: self.deemed}


def unanswered_state(period: ReceiptPeriod, now: datetime) -> ReceiptState:
    """Where whoever has not answered, and has no extension, stands at `now`."""
    window = period.window
    assert window.opens_at and window.closes_at  # a receipt window is entered, never awaited
    return answer_state(None, opens_at=window.opens_at, closes_at=window.closes_at, now=now)


def numbers_of(periods: Iterable[ReceiptPeriod], now: datetime) -> dict[int, PeriodNumbers]:
    """By period id, in one query."""
    periods = list(periods)
    asked = ReceiptConfirmation.objects.filter(period__in=periods).with_extended_to()
    counted = (
        asked.order_by()
        .values("period")
        .annotate(
            students=Count("pk"),
            confirmed=Count("pk", filter=Q(answer=ReceiptConfirmation.CONFIRMED)),
            disputed=Count("pk", filter=Q(answer=ReceiptConfirmation.DISPUTED)),
            waiting=Count("pk", filter=Q(answer=None) & still_to_end(now)),
        )
    )
    found = {
        period: (students, confirmed, disputed, waiting)
        for period, students, confirmed, disputed, waiting in counted.values_list("period", *_COUNTED)
    }
    nobody = (0, 0, 0, 0)
    return {
        period.pk: PeriodNumbers(*found.get(period.pk, nobody), unanswered_state(period, now))
        for period in periods
    }


def periods_of(batches: QuerySet[Batch]) -> ReceiptPeriodQuerySet:
    """The periods of `batches`, the newest first, with what pages show of them."""
    return ReceiptPeriod.objects.filter(batch__in=batches).select_related("window", "batch", "opened_by")


def asked_in(period: ReceiptPeriod) -> ReceiptConfirmationQuerySet:
    """Everybody whom `period` asked, those who reported an error first."""
    confirmations = ReceiptConfirmation.objects.filter(period=period).with_details()
    disputed_first = Case(When(answer=ReceiptConfirmation.DISPUTED, then=Value(0)), default=Value(1))
    return confirmations.order_by(disputed_first, "student__student_number")


def in_state(
    confirmations: ReceiptConfirmationQuerySet, state: ReceiptState, now: datetime
) -> ReceiptConfirmationQuerySet:
    """Those of one period that stand in `state` at `now`."""
    if state in ANSWERED:
        return confirmations.filter(answer=ANSWERED[state])
    unanswered = confirmations.filter(answer=None)
    return unanswered.over(now) if state == ReceiptState.DEEMED_CORRECT else unanswered.not_over(now)


def open_disputes(batches: Iterable[Batch]) -> ReceiptConfirmationQuerySet:
    """The errors that were reported and about which no later period has asked yet."""
    later = ReceiptConfirmation.objects.filter(
        period__batch=OuterRef("period__batch"),
        student=OuterRef("student"),
        period__window__round__gt=OuterRef("period__window__round"),
    )
    disputed = ReceiptConfirmation.objects.filter(answer=ReceiptConfirmation.DISPUTED)
    return disputed.filter(~Exists(later), period__batch__in=list(batches))


def own_confirmations(student: Student) -> ReceiptConfirmationQuerySet:
    """What the student was ever asked to confirm, the newest first."""
    own = ReceiptConfirmation.objects.filter(student=student).with_details()
    return own.order_by("-period__window__opens_at", "-pk")


def open_confirmations(student: Student, now: datetime) -> ReceiptConfirmationQuerySet:
    """Those that the student can answer at `now`, the earliest end first."""
    begun = own_confirmations(student).filter(period__window__opens_at__lte=now)
    return begun.not_over(now).order_by("period__window__closes_at", "pk")


@dataclass(frozen=True)
class Received:
    """What came back of one student: the records of the newest import that has any.

    `newest` is the number of the newest import of all: when it is another one, the student is not in it.
    """

    receipt_import: ReceiptImport
    newest: int
    records: list[ReceiptRecord]

    @property
    def is_newest(self) -> bool:
        return self.receipt_import.number == self.newest


def received_of(batch: Batch, student: Student) -> Received | None:
    """None when no import has a record of `student`."""
    records = ReceiptRecord.objects.filter(receipt_import__batch=batch, student=student)
    records = records.select_related("receipt_import").order_by("-receipt_import__number", "position")
    found = list(records)
    if not found:
        return None
    latest = found[0].receipt_import
    newest = batch.imports.values_list("number", flat=True).first() or latest.number
    return Received(latest, newest, [record for record in found if record.receipt_import_id == latest.pk])


@dataclass(frozen=True)
class ImportReport:
    """What an import brought: the students with records in it, and those of the batch without any."""

    matched: int
    records: int
    missing: QuerySet[Student]


def report_of(receipt_import: ReceiptImport) -> ImportReport:
    with_records = receipt_import.records.order_by().values("student")
    missing = Student.objects.filter(pk__in=receipt_import.batch.rows.values("student"))
    return ImportReport(
        matched=with_records.distinct().count(),
        records=receipt_import.records.count(),
        missing=missing.exclude(pk__in=with_records).select_related("user"),
    )

"""What became of a student's selected pieces: submitted on a day, and received by the central database."""

from collections.abc import Iterable, Iterator
from datetime import date

from django.utils import timezone

from accounts.models import Student
from portfolio.journeys import Milestone, PieceKey, adds_milestones
from submissions.domain.receipt_comparison import compare
from submissions.models import Batch, BatchRow, ReceiptRecord
from submissions.pieces import received_pieces, sent_pieces

SUBMITTED, RECEIVED = "submitted", "received"


@adds_milestones
def submitted_and_received(student: Student) -> Iterator[tuple[PieceKey, Milestone]]:
    rows = BatchRow.objects.filter(student=student, batch__submitted_on__isnull=False)
    by_batch: dict[Batch, list[BatchRow]] = {}
    for row in rows.select_related("batch").order_by("batch", "position"):
        by_batch.setdefault(row.batch, []).append(row)
    records = _newest_records(student, by_batch)
    for batch, sent in by_batch.items():
        assert batch.submitted_on is not None  # as filtered
        yield from ((_key(row), Milestone(SUBMITTED, batch.submitted_on)) for row in sent)
        yield from _received(batch, sent, records.get(batch.pk, []), student)


def _newest_records(student: Student, batches: Iterable[Batch]) -> dict[int, list[ReceiptRecord]]:
    """Batch id → the student's records in the newest import that has any."""
    found: dict[int, list[ReceiptRecord]] = {}
    records = ReceiptRecord.objects.filter(student=student, receipt_import__batch__in=list(batches))
    ordered = records.select_related("receipt_import").order_by("-receipt_import__number", "position")
    for record in ordered:
        own = found.setdefault(record.receipt_import.batch_id, [])
        if not own or own[0].receipt_import_id == record.receipt_import_id:
            own.append(record)
    return found


def _received(
    batch: Batch, sent: list[BatchRow], records: list[ReceiptRecord], student: Student
) -> Iterator[tuple[PieceKey, Milestone]]:
    """Those of the rows sent that have a partner among the records."""
    if not records:
        return
    day = _day(records[0])
    pieces = received_pieces(batch, records, student.national_id)
    pairs = compare(sent_pieces(batch, sent), pieces).pairs
    # The pairs begin with what was sent, in its order.
    for row, pair in zip(sent, pairs, strict=False):
        if pair.received:
            yield _key(row), Milestone(RECEIVED, day)


def _day(record: ReceiptRecord) -> date:
    return timezone.localdate(record.receipt_import.imported_at)


def _key(row: BatchRow) -> PieceKey:
    return PieceKey(row.outcome_id, row.performance_id)

"""Receipts as the central database would send them for a batch, to practise the whole journey with."""

from itertools import groupby
from pathlib import Path
from typing import BinaryIO

from submissions.domain.receipt_file import (
    ReceiptKind,
    ReceiptRecord,
    Section,
    StudentReceipt,
    write_receipts,
)
from submissions.models import Batch, BatchRow

_IDENTITY = ("student.national_id", "student.birth_date")


def write_practice_receipts(batch: Batch, target: Path | BinaryIO) -> None:
    """Write a receipts ZIP that says every frozen row of `batch` arrived just as it was sent.

    There is one record per row, its keys the column headings without the student's own two.
    """
    rows = batch.rows.order_by("student__student_number", "position")
    students = [_receipt(batch, list(own)) for __, own in groupby(rows, key=lambda row: row.student_id)]
    kind = next(kind for kind in ReceiptKind if kind.official_name == batch.spec.receipt_kind)
    file_name = f"{batch.school_year}_{batch.roster_code}_{kind.official_name}.json"
    write_receipts(target, [Section(kind, batch.spec.official_name, file_name, students)])


def _receipt(batch: Batch, rows: list[BatchRow]) -> StudentReceipt:
    columns = batch.spec.sheet(rows[0].sheet_key).columns
    identity = dict(zip((column.source for column in columns), rows[0].cells, strict=True))
    national_id, birth_date = (identity[source] for source in _IDENTITY)
    return StudentReceipt(national_id, birth_date, [_record(batch, row) for row in rows])


def _record(batch: Batch, row: BatchRow) -> ReceiptRecord:
    sheet = batch.spec.sheet(row.sheet_key)
    cells = zip(sheet.columns, row.cells, strict=True)
    return ReceiptRecord(
        sheet.name, {column.heading: cell for column, cell in cells if column.source not in _IDENTITY}
    )

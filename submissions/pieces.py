"""Frozen rows and received records as people see them: their title, and every national ID masked."""

from collections.abc import Iterable
from dataclasses import dataclass

from accounts.domain.national_id import mask
from submissions.domain.receipt_comparison import Piece
from submissions.domain.roster_spec import ColumnType, SheetSpec
from submissions.models import Batch, BatchFile, BatchRow, ReceiptRecord

NATIONAL_ID, BIRTH_DATE = "student.national_id", "student.birth_date"
# The first of these that a row has is what its author calls it.
_TITLES = (
    "course.name",
    "details.name",
    "details.title",
    "details.course",
    "details.post",
    "details.certificate_code",
    "details.unit",
)


@dataclass(frozen=True)
class ShownRow:
    """A frozen row for a list."""

    row: BatchRow
    sheet: str
    title: str
    description: str
    national_id: str
    files: list[BatchFile]


def shown_row(batch: Batch, row: BatchRow) -> ShownRow:
    """`row`, whose student and files are prefetched."""
    sheet = batch.spec.sheet(row.sheet_key)
    facts = _facts(sheet, row.cells)
    return ShownRow(
        row=row,
        sheet=sheet.name,
        title=_title(facts),
        description=facts["item.description"],
        national_id=mask(facts[NATIONAL_ID]),
        files=list(row.files.all()),
    )


def sent_pieces(batch: Batch, rows: Iterable[BatchRow]) -> list[Piece]:
    """What was sent, without the two columns that say who the student is."""
    return [_sent(batch.spec.sheet(row.sheet_key), row.cells) for row in rows]


def _sent(sheet: SheetSpec, cells: list[str]) -> Piece:
    facts = _facts(sheet, cells)
    fields = {
        column.heading: _masked_name(facts, cell) if column.type is ColumnType.FILE else cell
        for column, cell in zip(sheet.columns, cells, strict=True)
        if column.source not in (NATIONAL_ID, BIRTH_DATE)
    }
    return Piece(sheet.name, _title(facts), _without_sentinels(sheet, fields))


def received_pieces(batch: Batch, records: Iterable[ReceiptRecord], national_id: str) -> list[Piece]:
    """What was received, under the keys it came with; `national_id` is the student's own."""
    sheets = {sheet.name: sheet for sheet in batch.spec.sheets}
    return [
        _received(sheets.get(record.sheet.removeprefix("進修部")), record, national_id) for record in records
    ]


def _received(sheet: SheetSpec | None, record: ReceiptRecord, national_id: str) -> Piece:
    hidden = mask(national_id)
    fields = {key: str(value).replace(national_id, hidden) for key, value in record.data.items()}
    if sheet is None:
        return Piece(record.sheet, "", fields)
    sources = {column.source: fields.get(column.heading, "") for column in sheet.columns}
    return Piece(record.sheet, _title(sources), _without_sentinels(sheet, fields))


def _facts(sheet: SheetSpec, cells: list[str]) -> dict[str, str]:
    return dict(zip((column.source for column in sheet.columns), cells, strict=True))


def _title(facts: dict[str, str]) -> str:
    return next((facts[source] for source in _TITLES if facts.get(source)), "")


def _masked_name(facts: dict[str, str], name: str) -> str:
    """A file is named by the national ID."""
    return name.replace(facts[NATIONAL_ID], mask(facts[NATIONAL_ID]))


def _without_sentinels(sheet: SheetSpec, fields: dict[str, str]) -> dict[str, str]:
    """What stands for "no value" in the roster is no value to a reader."""
    sentinels = {column.heading: column.null_sentinel for column in sheet.columns}
    return {key: "" if value == sentinels.get(key, "") else value for key, value in fields.items()}

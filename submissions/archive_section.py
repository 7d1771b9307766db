"""A student's receipts in their personal archive."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from accounts.domain import national_id
from accounts.domain.roc_calendar import roc_datetime
from accounts.models import Student
from portfolio.archives.contents import Entry, Section, adds_to_archive
from submissions.domain.receipt_file import NATIONAL_ID
from submissions.models import ReceiptConfirmation, ReceiptRecord
from submissions.receipt_queries import own_confirmations


@adds_to_archive(70)
def receipt_section(student: Student) -> Iterator[Section]:
    yield Section("receipts", _("收訖明細"), [_entry(one) for one in own_confirmations(student)])


@adds_to_archive(71)
def received_section(student: Student) -> Iterator[Section]:
    records = ReceiptRecord.objects.filter(student=student).select_related("receipt_import__batch")
    entries = [
        Entry(
            f"{record.receipt_import} {record.sheet}",
            [(str(key), _shown(str(key), str(value))) for key, value in record.data.items()],
        )
        for record in records.order_by("receipt_import", "position")
    ]
    yield Section("received", _("中央資料庫收到的紀錄"), entries)


def _shown(key: str, value: str) -> str:
    """The identity number is no part of what a student takes along (rules E3)."""
    return national_id.mask(value) if key == NATIONAL_ID else value


def _entry(confirmation: ReceiptConfirmation) -> Entry:
    facts = []
    if confirmation.answered_at:
        facts += [
            (_("回覆"), str(confirmation.get_answer_display())),
            (_("回覆時間"), roc_datetime(confirmation.answered_at)),
        ]
    if confirmation.reason:
        facts.append(
            (_("疑義原因"), f"{confirmation.get_reason_display()} {confirmation.explanation}".strip())
        )
    return Entry(str(confirmation.period), facts)

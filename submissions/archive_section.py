"""A student's receipts in their personal archive."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from accounts.domain.roc_calendar import roc_datetime
from accounts.models import Student
from portfolio.archives.contents import Entry, Section, adds_to_archive
from submissions.models import ReceiptConfirmation, ReceiptRecord
from submissions.receipt_queries import own_confirmations


@adds_to_archive(70)
def receipt_section(student: Student) -> Iterator[Section]:
    yield Section("receipts", _("收訖明細"), [_entry(one) for one in own_confirmations(student)])


@adds_to_archive(71)
def received_section(student: Student) -> Iterator[Section]:
    """As it came back, but for the identity number, which stands in file names too: nobody needs to carry
    it about (rules E3)."""
    number, masked = student.national_id, student.masked_national_id
    records = ReceiptRecord.objects.filter(student=student).select_related("receipt_import__batch")
    entries = [
        Entry(
            f"{record.receipt_import} {record.sheet}",
            [(str(key), str(value).replace(number, masked)) for key, value in record.data.items()],
        )
        for record in records.order_by("receipt_import", "position")
    ]
    yield Section("received", _("中央資料庫收到的紀錄"), entries)


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

from submissions.models.batches import Batch, BatchFile, BatchRow
from submissions.models.exports import ExportJob
from submissions.models.receipts import ReceiptConfirmation, ReceiptImport, ReceiptPeriod, ReceiptRecord

__all__ = [
    "Batch",
    "BatchFile",
    "BatchRow",
    "ExportJob",
    "ReceiptConfirmation",
    "ReceiptImport",
    "ReceiptPeriod",
    "ReceiptRecord",
]

"""Receipts as a test wants them."""

from io import BytesIO

from submissions.domain.receipt_file import (
    ReceiptKind,
    ReceiptRecord,
    Section,
    StudentReceipt,
    write_receipts,
)

SHEET = "學期課程學習成果"


def receipt(national_id: str, *records: dict[str, str], sheet: str = SHEET) -> StudentReceipt:
    """What came back of one student, a record for each of `records`."""
    return StudentReceipt(national_id, "0970315", [ReceiptRecord(sheet, data) for data in records])


def section(*receipts: StudentReceipt, kind: ReceiptKind = ReceiptKind.COURSE_OUTCOMES) -> Section:
    return Section(kind, "學生課程學習成果名冊", f"112_{kind.official_name}.json", list(receipts))


def file_of(*sections: Section) -> BytesIO:
    content = BytesIO()
    write_receipts(content, sections)
    content.seek(0)
    return content


def described(*descriptions: str) -> list[dict[str, str]]:
    return [{"成果簡述": text} for text in descriptions]

"""What the services' tests start from: an enrolled student in an open term, files as browsers send them."""

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import AuditEntry, Notice, Student
from portfolio import demo_media
from portfolio.domain.categories import CATEGORIES, Category, FieldKind
from portfolio.domain.filetypes import MEGABYTE, Slot
from portfolio.models import (
    Attachment,
    Certification,
    CourseOutcome,
    DiversePerformance,
    Enrolment,
    QuotaLedger,
    Selection,
)
from portfolio.services.outcomes import upload_course_outcome
from portfolio.services.performances import upload_performance
from tests.factories import EnrolmentFactory, SchoolClassFactory, SectionFactory, StudentFactory, uploaded_pdf
from tests.moments import at

NOW = at("2024-10-01 09:00")  # uploading and certification of 113-1 are open
LAST_MOMENT, CLOSED = at("2025-02-03 23:59:59.999999"), at("2025-02-04 00:00")

DOCUMENT, AV = Slot.DOCUMENT, Slot.AV
_TYPED = {
    FieldKind.TEXT: "虛構內容",
    FieldKind.DATE: "2024-09-28",
    FieldKind.INTEGER: "2",
    FieldKind.DECIMAL: "2",
    FieldKind.CODE: "1",
    FieldKind.SCHOOL_YEAR: "113",
    FieldKind.TERM: "1",
}


def enrolled(student: Student | None = None, *, in_class: dict | None = None, **section) -> Enrolment:
    """A student of a class, in a course section; `in_class` and `section` say of which kind."""
    if student is None:
        student = StudentFactory.create(school_class=SchoolClassFactory.create(**(in_class or {})))
    return EnrolmentFactory.create(student=student, section=SectionFactory.create(**section))


def upload(
    enrolment: Enrolment,
    *,
    when: datetime = NOW,
    by=None,
    description="九九乘法表",
    files=None,
    proxy_reason="",
):
    """As the page does it; a small PDF where nothing else is given."""
    return upload_course_outcome(
        enrolment,
        description=description,
        files={DOCUMENT: uploaded_pdf()} if files is None else files,
        by=by or enrolment.student.user,
        at=when,
        proxy_reason=proxy_reason,
    )


def perform(
    student: Student,
    category: str = "work",
    *,
    when: datetime = NOW,
    by=None,
    files=None,
    proxy_reason="",
    **typed,
):
    """A diverse performance with every field filled in, and a small PDF where nothing else is given."""
    return upload_performance(
        student,
        CATEGORIES[category],
        details={**filled(CATEGORIES[category]), **typed},
        files={DOCUMENT: uploaded_pdf()} if files is None else files,
        by=by or student.user,
        at=when,
        proxy_reason=proxy_reason,
    )


def filled(category: Category) -> dict[str, str]:
    """Something acceptable typed into every field of `category`."""
    return {field.key: _TYPED[field.kind] for field in category.fields} | {"description": "虛構簡述"}


def sent(content: bytes, name: str = "作品.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def pdf_of(size: int) -> bytes:
    """A sound PDF of exactly `size` bytes: a comment fills it up before its last lines."""
    sound = demo_media.pdf("期末專題報告", ["研究動機"])
    head, tail = sound.rsplit(b"startxref", 1)
    return head + b"%" + b" " * (size - len(sound) - 2) + b"\nstartxref" + tail


def mp4_of(size: int) -> bytes:
    """A sound MP4 of exactly `size` bytes: an empty box fills it up."""
    sound = demo_media.mp4(1)
    return sound + (size - len(sound)).to_bytes(4) + b"free" + bytes(size - len(sound) - 8)


WINDOWS_PROGRAM = b"MZ\x90\x00\x03" + bytes(4096)
TOO_LARGE_PDF, TOO_LARGE_MP4 = int(4.1 * MEGABYTE), int(10.1 * MEGABYTE)


def rows() -> dict[str, list]:
    """Everything that an act on pieces may write."""
    tables = (
        CourseOutcome,
        DiversePerformance,
        Attachment,
        Certification,
        Selection,
        QuotaLedger,
        AuditEntry,
        Notice,
    )
    return {table.__name__: list(table.objects.order_by("pk").values()) for table in tables}


def nothing_stored() -> bool:
    """Whether there is no row, and no file either."""
    return not any(rows().values()) and not blobs()


def blobs() -> list[Path]:
    return [path for path in Path(settings.PRIVATE_FILES_DIR).rglob("*") if path.is_file()]

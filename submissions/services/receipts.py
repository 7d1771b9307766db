"""Importing what the central database received, and opening the period to look at it (rules S3, S4)."""

import hashlib
from datetime import date, datetime
from typing import BinaryIO

from django.db import transaction
from django.db.models import Max, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import personal_data
from accounts.authority import require, require_or_console
from accounts.domain import national_id
from accounts.domain.joining import joined
from accounts.domain.roc_calendar import first_day, last_day
from accounts.errors import Conflict, InvalidInput
from accounts.models import Student, User
from accounts.services import audit, notices
from schedules.domain.periods import end_of
from schedules.domain.terms import term_of
from schedules.models import Window
from schedules.queries import term_at
from schedules.services.receipt_windows import plan_receipt_window
from submissions.domain.receipt_file import ReceiptFile, ReceiptFileInvalid, Section, read_receipts
from submissions.domain.receipt_matching import MatchReport, match_students
from submissions.models import Batch, ReceiptConfirmation, ReceiptImport, ReceiptPeriod, ReceiptRecord
from submissions.permissions import SubmissionAct
from submissions.receipt_queries import open_disputes

RECORDS_AT_ONCE = 500
CHUNK_BYTES = 1024 * 1024


def import_receipts(
    batch: Batch, file: BinaryIO, *, file_name: str, password: str = "", by: User | None, at: datetime
) -> ReceiptImport:
    """Take over the receipts of `batch` out of a receipts ZIP; other kinds in it are left alone (T2).

    The same file again is the same import. `by` is None for the command line.

    Raises:
        NotAllowed: it is another office's.
        Conflict: the batch has not been submitted.
        ReceiptFileInvalid: anything is wrong with the file; nothing of it is taken over.
    """
    authority = require_or_console(by, SubmissionAct.IMPORT_RECEIPTS, batch, at)
    if batch.submitted_on is None:
        raise Conflict(_("請先登錄提交日期，再匯入收訖明細。"))
    digest = _sha256(file)
    received = read_receipts(file, password=password or None)
    sections = _sections_of(batch, received)
    with transaction.atomic():
        Batch.objects.select_for_update().get(pk=batch.pk)
        if known := batch.imports.filter(sha256=digest).first():
            return known
        receipt_import = ReceiptImport.objects.create(
            batch=batch,
            number=batch.imports.count() + 1,
            file_name=file_name[-255:],
            sha256=digest,
            imported_by=by,
            imported_at=at,
            ignored=_left_alone(batch, received),
        )
        report = _store(receipt_import, sections)
        changes = {
            "file": file_name,
            "sha256": digest,
            "matched": len({student.pk for student, __ in report.matched}),
            "unmatched": report.unmatched,
            "missing": len(report.missing),
        }
        audit.record(
            SubmissionAct.IMPORT_RECEIPTS, by=by, at=at, subject=batch, authority=authority, changes=changes
        )
    return receipt_import


@transaction.atomic
def open_receipt_period(batch: Batch, *, opens_on: date, by: User, at: datetime) -> ReceiptPeriod:
    """Open the confirmation of the batch's receipts on the day `opens_on`, which counts (D11, D12).

    The first period is for all students with records in the batch, later ones for those who reported an
    error in the one before.

    Raises:
        NotAllowed: only registry (evening: academic affairs) may.
        Conflict: no receipts yet, the period before is not over, or nobody is concerned.
        InvalidInput: the day is past, so that students would lose part of their time, or its term has not
            been set up.
    """
    authority = require(by, SubmissionAct.OPEN_PERIOD, batch, at)
    batch = Batch.objects.select_for_update().get(pk=batch.pk)
    if not batch.imports.exists():
        raise Conflict(_("請先由提交單位匯入收訖明細，再開放確認。"))
    if batch.periods.filter(window__closes_at__gt=at).exists():
        raise Conflict(_("前一次收訖確認還沒有結束。"))
    students = concerned(batch)
    if not students:
        raise Conflict(_("沒有需要確認的學生。"))
    window = planned_window(batch, opens_on=opens_on, at=at)
    window.save()
    period = ReceiptPeriod.objects.create(batch=batch, window=window, opened_by=by, opened_at=at)
    ReceiptConfirmation.objects.bulk_create(
        [ReceiptConfirmation(period=period, student=student) for student in students],
        batch_size=RECORDS_AT_ONCE,
    )
    _tell_students(period, students, at)
    changes = {"opens_on": opens_on.isoformat(), "students": len(students)}
    audit.record(
        SubmissionAct.OPEN_PERIOD, by=by, at=at, subject=period, authority=authority, changes=changes
    )
    return period


def planned_window(batch: Batch, *, opens_on: date, at: datetime) -> Window:
    """The window, not saved, of the batch's next period when it opens on `opens_on`.

    Raises:
        InvalidInput: the day is past, or its term has not been set up.
    """
    if opens_on < timezone.localdate(at):
        raise InvalidInput(_("開始日不能早於今天，否則學生會少了確認的時間。"))
    term = term_at(term_of(opens_on))
    if term is None:
        message = _("%(term)s 學期還沒有設定，請先由管理者建立學期。")
        raise InvalidInput(message % {"term": term_of(opens_on)})
    return plan_receipt_window(
        term,
        batch.division,
        subject=(batch.school_year, 0),
        opens_on=opens_on,
        reference=batch.roster_code,
        at=at,
    )


def close_due_periods(at: datetime) -> int:
    """Write down which periods time has closed; running twice changes nothing. How many there were.

    A period closes once nobody can answer any more, whoever has an extension included. One that was prolonged
    after its close is written down again with its new one.
    """
    standing = Q(window__extensions__withdrawn_at=None)
    extended_to = Max("window__extensions__closes_on", filter=standing)
    over = (
        ReceiptPeriod.objects.order_by().filter(window__closes_at__lte=at).annotate(extended_to=extended_to)
    )
    rows = over.values_list("pk", "closed_at", "window__closes_at", "extended_to")
    # Nearly every run finds all of it written down already.
    return sum(_close(pk, at) for pk, written, *ends in rows if written != _last(*ends))


def _last(closes_at: datetime, extended_to: date | None) -> datetime:
    return max(closes_at, end_of(extended_to)) if extended_to else closes_at


def _is_due(period: ReceiptPeriod, at: datetime) -> bool:
    """Whether nobody can answer any more at `at`, and that is not what was written down."""
    ends_at = period.window.last_end
    return ends_at is not None and ends_at <= at and period.closed_at != ends_at


@transaction.atomic
def _close(pk: int, at: datetime) -> bool:
    period = (
        ReceiptPeriod.objects.select_for_update(of=("self",)).select_related("window", "batch").get(pk=pk)
    )
    if not _is_due(period, at):
        return False
    period.closed_at = period.window.last_end
    period.save(update_fields=["closed_at"])
    deemed = period.confirmations.filter(answer=None).count()
    changes = {"deemed_correct": deemed, "students": period.confirmations.count()}
    audit.record(SubmissionAct.CLOSE_PERIOD, by=None, at=at, subject=period, changes=changes)
    return True


def _sha256(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    file.seek(0)
    while chunk := file.read(CHUNK_BYTES):
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def _sections_of(batch: Batch, received: ReceiptFile) -> list[Section]:
    sections = [s for s in received.sections if s.kind.official_name == batch.spec.receipt_kind]
    if not sections:
        found = joined(section.kind.official_name for section in received.sections)
        message = _("這份檔案是「%(found)s」的收訖明細，不是「%(wanted)s」，未匯入。")
        raise ReceiptFileInvalid(message % {"found": found, "wanted": batch.spec.receipt_kind})
    return sections


def _left_alone(batch: Batch, received: ReceiptFile) -> list[str]:
    others = [s.file_name for s in received.sections if s.kind.official_name != batch.spec.receipt_kind]
    return [*others, *received.ignored]


def _store(receipt_import: ReceiptImport, sections: list[Section]) -> MatchReport[Student]:
    students = Student.objects.filter(pk__in=receipt_import.batch.rows.values("student"))
    known = {student.national_id_hash: student for student in students}
    report = match_students(sections, known, mask=national_id.mask, key=personal_data.look_up_hash)
    positions: dict[int, int] = {}
    records = []
    for student, receipt in report.matched:
        for record in receipt.records:
            position = positions[student.pk] = positions.get(student.pk, 0) + 1
            records.append(
                ReceiptRecord(
                    receipt_import=receipt_import,
                    student=student,
                    position=position,
                    sheet=record.sheet[:60],
                    data=record.data,
                )
            )
    ReceiptRecord.objects.bulk_create(records, batch_size=RECORDS_AT_ONCE)
    receipt_import.unmatched = report.unmatched
    receipt_import.save(update_fields=["unmatched"])
    return report


def concerned(batch: Batch) -> list[Student]:
    """Everybody in the batch the first time, afterwards whoever reported an error when last asked.

    With more time somebody may report one in a period that another has followed already.
    """
    students = Student.objects.select_related("user")
    if not batch.periods.exists():
        return list(students.filter(pk__in=batch.rows.values("student")))
    return list(students.filter(pk__in=open_disputes([batch]).values("student")))


def _tell_students(period: ReceiptPeriod, students: list[Student], at: datetime) -> None:
    """The subject says that something has to be done: "received" alone was overlooked by a third (traps)."""
    window = period.window
    notices.tell(
        [student.user for student in students],
        key=f"receipt-period-{period.pk}",
        subject=lambda: _("請確認收訖明細：%(closes)s") % {"closes": last_day(window.closes_at)},
        body=lambda: (
            _(
                "請核對 %(year)s 學年度「%(kind)s」提交的資料是否正確（%(opens)s，%(closes)s）。"
                "期限內沒有回覆，將視同正確（第 6 點（三））。"
            )
            % {
                "year": period.batch.school_year,
                "kind": period.batch.spec.data_label,
                "opens": first_day(window.opens_at),
                "closes": last_day(window.closes_at),
            }
        ),
        url=reverse("submissions:receipts"),
        act_by=window.closes_on,
        at=at,
    )

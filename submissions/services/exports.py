"""Building a frozen batch's workbook and archive of attachments: long work, done by a task."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.authority import require_or_console
from accounts.errors import Conflict, DomainError
from accounts.models import School, User
from accounts.services import audit
from portfolio import storage
from submissions.domain.archive import Member, write_archive
from submissions.domain.workbook import Cover, Sheet, write_workbook
from submissions.models import Batch, ExportJob
from submissions.models.exports import ExportKind, ExportState
from submissions.permissions import SubmissionAct

# A job that has been running longer than this was left by a worker that died.
ABANDONED = timedelta(minutes=30)


@transaction.atomic
def request_exports(batch: Batch, *, by: User | None, at: datetime) -> list[ExportJob]:
    """Ask for the workbook and the archive; one that is being built already is not asked for twice.

    Raises:
        NotAllowed: it is another office's.
        Conflict: the batch is not frozen.
    """
    authority = require_or_console(by, SubmissionAct.EXPORT_BATCH, batch, at)
    if batch.frozen_at is None:
        raise Conflict(_("請先凍結批次，再產生名冊與附件。"))
    Batch.objects.select_for_update().get(pk=batch.pk)
    jobs = []
    for kind in ExportKind:
        waiting = batch.exports.filter(
            kind=kind, state__in=(ExportState.WAITING, ExportState.RUNNING)
        ).first()
        jobs.append(
            waiting or ExportJob.objects.create(batch=batch, kind=kind, requested_by=by, requested_at=at)
        )
    audit.record(SubmissionAct.EXPORT_BATCH, by=by, at=at, subject=batch, authority=authority)
    return jobs


def build_waiting(at: datetime) -> int:
    """Build every export that waits or was abandoned; how many were built."""
    waiting = ExportJob.objects.filter(state=ExportState.WAITING)
    abandoned = ExportJob.objects.filter(state=ExportState.RUNNING, started_at__lt=at - ABANDONED)
    return sum(build(pk, at=at) for pk in (waiting | abandoned).order_by("pk").values_list("pk", flat=True))


def build(job_id: int, *, at: datetime) -> bool:
    """Build one export, unless somebody else is at it or it is done; whether it was built here."""
    job = _claim(job_id, at)
    if job is None:
        return False
    try:
        _write(job)
    except DomainError as error:
        _finish(job, ExportState.FAILED, at, error=error.message[:500])
        return False
    except Exception:
        _finish(job, ExportState.FAILED, at, error=_("產生檔案時發生系統錯誤，請稍後重試或通知系統管理者。"))
        raise
    _finish(job, ExportState.DONE, at)
    return True


def _claim(job_id: int, at: datetime) -> ExportJob | None:
    with transaction.atomic():
        job = ExportJob.objects.select_for_update().select_related("batch").get(pk=job_id)
        abandoned = job.started_at is not None and job.started_at < at - ABANDONED
        if job.state != ExportState.WAITING and not (job.state == ExportState.RUNNING and abandoned):
            return None
        job.state, job.started_at, job.done = ExportState.RUNNING, at, 0
        job.total = _amount(job)
        job.save(update_fields=["state", "started_at", "done", "total"])
    return job


def _amount(job: ExportJob) -> int:
    if job.kind == ExportKind.WORKBOOK:
        return job.batch.rows.count()
    return sum(1 for __ in _members(job.batch))


def _write(job: ExportJob) -> None:
    job.path.parent.mkdir(parents=True, exist_ok=True)
    if job.kind == ExportKind.WORKBOOK:
        write_workbook(job.path, cover=_cover(job.batch), sheets=_sheets(job.batch), progress=_progress(job))
    else:
        write_archive(job.path, _members(job.batch), progress=_progress(job))


def _cover(batch: Batch) -> Cover:
    school = School.objects.get()
    assert batch.spec.cover_term is not None  # every roster so far covers a whole year
    return Cover(school.code_of(batch.division), batch.school_year, batch.spec.cover_term, batch.roster_code)


def _sheets(batch: Batch) -> Iterator[Sheet]:
    """Every sheet of the roster in its order, empty ones too."""
    for sheet in batch.spec.sheets:
        rows = batch.rows.filter(sheet_key=sheet.key).order_by("position")
        yield sheet.name, sheet.headings, (row.cells for row in rows.iterator(chunk_size=500))


def _members(batch: Batch) -> Iterator[Member]:
    """The frozen files under the names that the rows' link cells give them."""
    rows = batch.rows.filter(files__isnull=False).distinct().prefetch_related("files").order_by("position")
    for row in rows.iterator(chunk_size=500):
        names = dict(zip((c.source for c in batch.spec.sheet(row.sheet_key).columns), row.cells, strict=True))
        for file in row.files.all():
            yield Member(names[f"file.{file.slot}"], storage.blob_path(file.sha256), file.sha256)


def _progress(job: ExportJob) -> Callable[[int], None]:
    return lambda done: _note(job, done)


def _note(job: ExportJob, done: int) -> None:
    ExportJob.objects.filter(pk=job.pk).update(done=done)


def _finish(job: ExportJob, state: ExportState, at: datetime, *, error: str = "") -> None:
    job.state, job.error, job.finished_at = state, error, at
    if state == ExportState.DONE:
        job.done, job.size = job.total, job.path.stat().st_size
        with job.path.open("rb") as file:
            job.sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    job.save(update_fields=["state", "error", "finished_at", "done", "size", "sha256"])

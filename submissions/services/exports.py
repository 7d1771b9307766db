"""Building a frozen batch's workbook and archive of attachments: long work, done by a task."""

import hashlib
from collections.abc import Callable, Collection, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.authority import require, require_or_console
from accounts.errors import Conflict, DomainError
from accounts.models import School, User
from accounts.services import audit
from portfolio import storage
from portfolio.domain.archive import Member, write_archive
from submissions.domain.workbook import Cover, Sheet, write_workbook
from submissions.models import Batch, BatchFile, BatchRow, ExportJob
from submissions.models.exports import ExportKind, ExportState
from submissions.permissions import SubmissionAct

# A job that has been running longer than this was left by a worker that died.
ABANDONED = timedelta(minutes=30)
ROWS_AT_ONCE = 500

Progress = Callable[[int], None]


@transaction.atomic
def request_exports(
    batch: Batch, *, kinds: Collection[ExportKind] = tuple(ExportKind), by: User | None, at: datetime
) -> list[ExportJob]:
    """Ask for the workbook and the archive; one that is being built already is not asked for twice.

    Raises:
        NotAllowed: it is another office's.
        Conflict: the batch is not frozen.
    """
    authority = require_or_console(by, SubmissionAct.EXPORT_BATCH, batch, at)
    _require_frozen(batch)
    Batch.objects.select_for_update().get(pk=batch.pk)
    jobs = []
    for kind in kinds:
        waiting = batch.exports.filter(
            kind=kind, state__in=(ExportState.WAITING, ExportState.RUNNING)
        ).first()
        jobs.append(
            waiting or ExportJob.objects.create(batch=batch, kind=kind, requested_by=by, requested_at=at)
        )
    changes = {"kinds": [kind.value for kind in kinds]}
    audit.record(
        SubmissionAct.EXPORT_BATCH, by=by, at=at, subject=batch, authority=authority, changes=changes
    )
    return jobs


def export_to(batch: Batch, folder: Path, *, by: User | None, at: datetime) -> dict[Path, str]:
    """Build workbook and archive into `folder` now; the paths with their SHA-256.

    Raises:
        NotAllowed: it is another office's.
        Conflict: the batch is not frozen, or a file is lost or altered; the archive is not there then.
    """
    authority = require_or_console(by, SubmissionAct.EXPORT_BATCH, batch, at)
    _require_frozen(batch)
    folder.mkdir(parents=True, exist_ok=True)
    built = {}
    for kind in ExportKind:
        path = folder / ExportJob(batch=batch, kind=kind).download_name
        _write(batch, kind, path, lambda done: None)
        built[path] = _sha256(path)
    changes = {"files": {path.name: digest for path, digest in built.items()}}
    audit.record(
        SubmissionAct.EXPORT_BATCH, by=by, at=at, subject=batch, authority=authority, changes=changes
    )
    return built


def download(job: ExportJob, *, by: User, at: datetime) -> Path:
    """Where the built file is, for handing it to `by`; the trail keeps that it was.

    Raises:
        NotAllowed: it is another office's.
        Conflict: it is not built, or the file is gone.
    """
    authority = require(by, SubmissionAct.DOWNLOAD_EXPORT, job.batch, at)
    if job.state != ExportState.DONE:
        raise Conflict(_("這個檔案還沒有產生完成。"))
    if not job.path.exists():
        raise Conflict(_("這個檔案已不在伺服器上，請回到批次頁面重新產生。"))
    changes = {"file": job.download_name, "sha256": job.sha256}
    audit.record(
        SubmissionAct.DOWNLOAD_EXPORT, by=by, at=at, subject=job, authority=authority, changes=changes
    )
    return job.path


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
        job.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(job.batch, ExportKind(job.kind), job.path, _progress(job))
    except DomainError as error:
        _finish(job, ExportState.FAILED, at, error=error.message[:500])
        return False
    except Exception:
        _finish(job, ExportState.FAILED, at, error=_("產生檔案時發生系統錯誤，請稍後重試或通知系統管理者。"))
        raise
    _finish(job, ExportState.DONE, at)
    return True


def _require_frozen(batch: Batch) -> None:
    if batch.frozen_at is None:
        raise Conflict(_("請先凍結批次，再產生名冊與附件。"))


def _claim(job_id: int, at: datetime) -> ExportJob | None:
    with transaction.atomic():
        job = ExportJob.objects.select_for_update(of=("self",)).select_related("batch").get(pk=job_id)
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
    return BatchFile.objects.filter(row__batch=job.batch).count()


def _write(batch: Batch, kind: ExportKind, path: Path, progress: Progress) -> None:
    if kind == ExportKind.WORKBOOK:
        write_workbook(path, cover=_cover(batch), sheets=_sheets(batch), progress=progress)
    else:
        write_archive(path, _members(batch), progress=progress)


def _cover(batch: Batch) -> Cover:
    school = School.objects.first()
    if school is None:
        raise Conflict(_("還沒有設定學校名稱與代碼，請系統管理者先到管理介面設定。"))
    assert batch.spec.cover_term is not None  # every roster so far covers a whole year
    return Cover(school.code_of(batch.division), batch.school_year, batch.spec.cover_term, batch.roster_code)


def _sheets(batch: Batch) -> Iterator[Sheet]:
    """Every sheet of the roster in its order, empty ones too; of those that are not sure, what is needed."""
    for sheet in batch.spec.sheets:
        rows = batch.rows.filter(sheet_key=sheet.key)
        if sheet.sure or rows.exists():
            yield sheet.name, sheet.headings, (row.cells for row in _by_position(rows))


def _members(batch: Batch) -> Iterator[Member]:
    """The frozen files under the names that the rows' link cells give them."""
    for row in _by_position(batch.rows.filter(files__isnull=False).distinct().prefetch_related("files")):
        names = dict(zip((c.source for c in batch.spec.sheet(row.sheet_key).columns), row.cells, strict=True))
        for file in row.files.all():
            yield Member(names[f"file.{file.slot}"], storage.blob_path(file.sha256), file.sha256)


def _by_position(rows: QuerySet[BatchRow]) -> Iterator[BatchRow]:
    """`rows` in order, some hundred at once.

    No query stays open in between: on SQLite it would hold an old view of the database, from which the
    progress cannot be written once anybody else has written.
    """
    last = 0
    while piece := list(rows.filter(position__gt=last).order_by("position")[:ROWS_AT_ONCE]):
        yield from piece
        last = piece[-1].position


def _progress(job: ExportJob) -> Progress:
    """Notes how far the job is, once per percent: each note is a write to the disk."""
    noted = -1

    def note(done: int) -> None:
        nonlocal noted
        percent = done * 100 // max(job.total, 1)
        if percent != noted:
            noted = percent
            ExportJob.objects.filter(pk=job.pk).update(done=done)

    return note


def _finish(job: ExportJob, state: ExportState, at: datetime, *, error: str = "") -> None:
    job.state, job.error, job.finished_at = state, error, at
    if state == ExportState.DONE:
        job.done, job.size, job.sha256 = job.total, job.path.stat().st_size, _sha256(job.path)
    job.save(update_fields=["state", "error", "finished_at", "done", "size", "sha256"])


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

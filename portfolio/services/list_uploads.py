"""An uploaded list on its way: handed in, checked, looked at, confirmed, imported.

Each step may be done twice. Work that was killed is taken up again (`resume`): the step is claimed in a short
transaction, and what an import writes commits together with the upload being done.
"""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.authority import require
from accounts.errors import Conflict, DomainError, InvalidInput
from accounts.list_files import SealedUpload
from accounts.list_permissions import ListUploadAct
from accounts.models import ListUpload, User
from accounts.services import audit
from accounts.services.list_headings import remember
from accounts.services.list_import import (
    ListReport,
    ListSource,
    check_rows,
    open_list,
    take_over,
)
from portfolio.list_progress import KeptProgress
from portfolio.list_report import KeptReport
from portfolio.list_upload import LISTS, kind_of
from schedules.models import Term

logger = logging.getLogger(__name__)

Stage = ListUpload.Stage
UNDER_WAY = (Stage.CHECKING, Stage.IMPORTING)
KEPT = timedelta(days=1)
# Work not heard of for so long was left by a worker that died.
ABANDONED = timedelta(minutes=3)
# As it lies encrypted on the disk: about 2,000 rows, which take no longer than a page may.
QUICK_BYTES = 256 * 1024


def hand_in(
    act: str, term: Term | None, content: bytes, file_name: str, *, by: User, at: datetime
) -> ListUpload:
    """Keep an upload, encrypted; a small one is checked at once, others by `work`.

    Raises:
        NotAllowed: the list is another office's.
        ListFileInvalid: a small file cannot be read as this list; it is not kept.
    """
    require(by, act, (), at)
    sealed = SealedUpload()
    sealed.save(content)
    upload = ListUpload.objects.create(
        act=act,
        term=term.pk if term else None,
        file=sealed.name,
        file_name=file_name[:200],
        by=by,
        created_at=at,
        moved_at=at,
    )
    try:
        if is_quick(upload):
            _check(upload, at)
    except DomainError:
        _remove(upload)
        raise
    return upload


def is_quick(upload: ListUpload) -> bool:
    """Whether the work is so little that nobody need wait for a worker."""
    path = SealedUpload(name=upload.file).path
    return not path.exists() or path.stat().st_size <= QUICK_BYTES


def answer(upload: ListUpload, choices: Mapping[str, str], *, by: User, at: datetime) -> None:
    """Remember what the headings stand for that nobody knew; the upload is then to be checked anew.

    Raises:
        NotAllowed, InvalidInput: as `remember`.
        Conflict: the upload asks no longer.
    """
    with transaction.atomic():
        upload = ListUpload.objects.select_for_update(of=("self",)).get(pk=upload.pk)
        if upload.stage != Stage.CHECKED:
            raise Conflict(_("這次上傳已不在核對中，請回到匯入名單。"))
        remember(upload.act, choices, columns=LISTS[upload.act].kind.columns, by=by, at=at)
        upload.stage, upload.moved_at, upload.message = Stage.CHECKING, at, ""
        upload.save(update_fields=["stage", "moved_at", "message"])


def confirm(upload: ListUpload, *, shown: str, accept_warnings: bool, by: User, at: datetime) -> None:
    """Have the list imported as the report whose fingerprint is `shown` says; a second time changes nothing.

    Raises:
        NotAllowed: the list is another office's by now.
        Conflict: it is not there to be confirmed, or another report stands there now.
        InvalidInput: there are warnings and they are not accepted.
    """
    authority = require(by, upload.act, (), at)
    with transaction.atomic():
        upload = ListUpload.objects.select_for_update(of=("self",)).get(pk=upload.pk)
        if upload.stage in (Stage.IMPORTING, Stage.DONE):
            return
        counts = upload.counts
        if upload.stage != Stage.CHECKED or not counts.get("fingerprint") or counts["problems"]:
            raise Conflict(_("這次上傳沒有可以匯入的內容，請修正檔案後重新選擇。"))
        if shown != counts["fingerprint"]:
            raise Conflict(_("核對結果已經更新，請看過後再確認匯入。"))
        if counts["warnings"] and not accept_warnings:
            raise InvalidInput(_("請逐一核對警告，並勾選照樣匯入。"))
        upload.stage, upload.accept_warnings, upload.moved_at = Stage.IMPORTING, accept_warnings, at
        upload.message = ""
        upload.save(update_fields=["stage", "accept_warnings", "moved_at", "message"])
        changes = {"list": LISTS[upload.act].label, "file": upload.file_name, **counts}
        audit.record(
            ListUploadAct.CONFIRM, by=by, at=at, subject=upload, authority=authority, changes=changes
        )
    KeptProgress(upload.file).remove()


def drop(upload: ListUpload) -> None:
    """Forget an upload and its file.

    Raises:
        Conflict: it is being imported.
    """
    with transaction.atomic():
        upload = ListUpload.objects.select_for_update(of=("self",)).get(pk=upload.pk)
        if upload.stage == Stage.IMPORTING:
            raise Conflict(_("已確認匯入，正在寫入，無法放棄。"))
        _remove(upload)


def work(upload_id: int, *, at: datetime) -> None:
    """Do what the upload waits for; nothing when it waits for nothing or somebody is writing it."""
    upload = _claimed(upload_id, at)
    if upload is None:
        return
    try:
        if upload.stage == Stage.CHECKING:
            _check(upload, at)
        else:
            _import(upload, at)
    except DomainError as refusal:
        _refuse(upload, refusal.message)
    except FileNotFoundError:
        _refuse(upload, _("檔案已過期，請重新選擇檔案。"))
    except Exception:
        _refuse(upload, _("發生系統錯誤，沒有寫入任何一列。請稍後再試，或通知系統管理者。"))
        raise


def resume(at: datetime) -> int:
    """Take up what a lost message or a dead worker left; how many uploads that were."""
    left = ListUpload.objects.filter(stage__in=UNDER_WAY, moved_at__lt=at - ABANDONED)
    numbers = list(left.order_by("pk").values_list("pk", flat=True))
    for number in numbers:
        work(number, at=at)
    return len(numbers)


def remove_old(at: datetime) -> int:
    """Remove uploads, confirmed or not, a day after they were handed in; how many."""
    old = list(ListUpload.objects.filter(created_at__lt=at - KEPT).exclude(stage=Stage.IMPORTING))
    for upload in old:
        _remove(upload)
    return len(old)


def _claimed(upload_id: int, at: datetime) -> ListUpload | None:
    with transaction.atomic():
        waiting = ListUpload.objects.filter(pk=upload_id, stage__in=UNDER_WAY)
        upload = waiting.select_for_update(skip_locked=True, of=("self",)).select_related("by").first()
        if upload:
            upload.moved_at = at
            upload.save(update_fields=["moved_at"])
    return upload


def _check(upload: ListUpload, at: datetime) -> None:
    content, kind, progress = _content(upload), kind_of(upload), KeptProgress(upload.file)
    opened = open_list(kind, content, file_name=upload.file_name)
    kept = KeptReport(upload.file)
    if opened.match.to_ask:
        kept.keep_questions(opened)
        _checked(upload, {})
        return
    checked = check_rows(kind, opened, progress)
    report = take_over(kind, checked, _source(upload, content, at), dry_run=True, progress=progress)
    kept.keep(report)
    _checked(upload, _counts(report))


def _import(upload: ListUpload, at: datetime) -> None:
    content, kind, progress = _content(upload), kind_of(upload), KeptProgress(upload.file)
    checked = check_rows(kind, open_list(kind, content, file_name=upload.file_name), progress)
    with transaction.atomic():
        waiting = ListUpload.objects.filter(pk=upload.pk, stage=Stage.IMPORTING)
        locked = waiting.select_for_update(of=("self",)).first()
        if locked is None:
            return
        report = take_over(
            kind,
            checked,
            _source(upload, content, at),
            accept_warnings=locked.accept_warnings,
            shown=locked.counts["fingerprint"],
            progress=progress,
        )
        if report.written:
            locked.stage, locked.counts = Stage.DONE, _counts(report)
        else:
            KeptReport(upload.file).keep(report)
            locked.stage, locked.counts = Stage.CHECKED, _counts(report)
            locked.message = _("您核對之後，現有資料有變動，所以沒有匯入。以下是新的核對結果，請再看一次。")
        locked.save(update_fields=["stage", "counts", "message"])
    if report.written:
        _remove_files(upload)


def _content(upload: ListUpload) -> bytes:
    return SealedUpload(name=upload.file).read()


def _source(upload: ListUpload, content: bytes, at: datetime) -> ListSource:
    return ListSource.of(content, file_name=upload.file_name, by=upload.by, at=at)


def _counts(report: ListReport) -> dict[str, int | str]:
    return {
        "rows": report.rows,
        **report.counts,
        "problems": len(report.problems),
        "warnings": len(report.warnings),
        "fingerprint": report.fingerprint,
    }


def _checked(upload: ListUpload, counts: dict[str, int | str]) -> None:
    """Unless it was dropped meanwhile."""
    waiting = ListUpload.objects.filter(pk=upload.pk, stage=Stage.CHECKING)
    if not waiting.update(stage=Stage.CHECKED, counts=counts) and not _is_kept(upload):
        _remove_files(upload)


def _is_kept(upload: ListUpload) -> bool:
    """Whether another run, which came first, still needs the files."""
    return ListUpload.objects.filter(pk=upload.pk).exclude(stage=Stage.REFUSED).exists()


def _refuse(upload: ListUpload, message: str) -> None:
    ListUpload.objects.filter(pk=upload.pk, stage__in=UNDER_WAY).update(stage=Stage.REFUSED, message=message)
    _remove_files(upload)


def _remove(upload: ListUpload) -> None:
    ListUpload.objects.filter(pk=upload.pk).delete()
    _remove_files(upload)


def _remove_files(upload: ListUpload) -> None:
    for kept in (SealedUpload(name=upload.file), KeptReport(upload.file), KeptProgress(upload.file)):
        kept.remove()

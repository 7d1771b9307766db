"""A student takes everything of theirs home: one zip that opens offline, built in the background.

A task may run twice, late or never: what waits is found again by a sweep, and a file that is not whole is
never there to be downloaded.
"""

import hashlib
import json
import time
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet, TextChoices
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import acts, clock
from accounts.authority import Authority, granted, refused, require, resolves
from accounts.errors import Conflict, DomainError
from accounts.language import speaking
from accounts.models import School, Student, User
from accounts.services import audit, notices
from portfolio import storage
from portfolio.archives.access import require_access
from portfolio.archives.contents import Section, sections_of
from portfolio.domain.archive import Member, write_archive
from portfolio.models import PersonalArchive

# Work not heard of for this long was left by a worker that died.
ABANDONED = timedelta(minutes=10)
KEPT = timedelta(days=7)
# From the last byte of a file to the row that names it.
_RECORDED_WITHIN = timedelta(hours=1)
FORMAT = "portfolio-archive-1"

State = PersonalArchive.State


@acts.register
class ArchiveAct(TextChoices):
    REQUEST_ARCHIVE = "request_archive", gettext_lazy("產生個人歷程備份")
    DOWNLOAD_ARCHIVE = "download_archive", gettext_lazy("下載個人歷程備份")


@resolves(ArchiveAct.REQUEST_ARCHIVE)
@resolves(ArchiveAct.DOWNLOAD_ARCHIVE)
def _the_student(user: User, student: Student, at: datetime) -> Authority:
    if student.user_id != user.pk:
        return refused(_("個人歷程備份只有學生本人可以產生與下載。"))
    return granted(_("學生本人"))


@transaction.atomic
def request_archive(student: Student, *, by: User, at: datetime) -> PersonalArchive:
    """Ask for an archive; while one is being built, asking again gives that one.

    Raises:
        NotAllowed: it is somebody else's, or the student left too long ago.
    """
    authority = require(by, ArchiveAct.REQUEST_ARCHIVE, student, at)
    require_access(student, at)
    Student.objects.select_for_update().get(pk=student.pk)
    under_way = student.archives.filter(state__in=(State.WAITING, State.BUILDING)).first()
    if under_way:
        return under_way
    archive = PersonalArchive.objects.create(student=student, requested_by=by, requested_at=at, moved_at=at)
    audit.record(ArchiveAct.REQUEST_ARCHIVE, by=by, at=at, subject=archive, authority=authority)
    return archive


def download_archive(archive: PersonalArchive, *, by: User, at: datetime) -> Path:
    """Where the built file is, for handing it to its student; the trail keeps that it was.

    Raises:
        NotAllowed: as for asking for it.
        Conflict: it is not built, or not kept any more.
    """
    authority = require(by, ArchiveAct.DOWNLOAD_ARCHIVE, archive.student, at)
    require_access(archive.student, at)
    if not is_ready(archive, at):
        raise Conflict(_("這份備份還沒有完成，或已超過保存期限；請重新產生。"))
    changes = {"sha256": archive.sha256, "size": archive.size}
    act = ArchiveAct.DOWNLOAD_ARCHIVE
    audit.record(act, by=by, at=at, subject=archive, authority=authority, changes=changes)
    return path_of(archive)


def is_ready(archive: PersonalArchive, at: datetime) -> bool:
    """Whether it can be downloaded at `at`; it is kept for a week."""
    return (
        archive.state == State.READY
        and archive.ready_at is not None
        and at < archive.ready_at + KEPT
        and path_of(archive).exists()
    )


def path_of(archive: PersonalArchive) -> Path:
    return _folder() / archive.file


def build_waiting(at: datetime) -> int:
    """Build every archive that waits or was abandoned, remove those past their time; how many were built."""
    waiting = PersonalArchive.objects.filter(state=State.WAITING)
    abandoned = PersonalArchive.objects.filter(state=State.BUILDING, moved_at__lt=at - ABANDONED)
    ids = list((waiting | abandoned).order_by("pk").values_list("pk", flat=True))
    _remove_old(at)
    return sum(build_archive(pk, at=at) for pk in ids)


def build_archive(archive_id: int, *, at: datetime) -> bool:
    """Build one archive, unless somebody else is at it or it is done; whether it was built here."""
    archive = _claim(archive_id, at)
    if archive is None:
        return False
    path = _folder() / f"{uuid4().hex}.zip"
    try:
        with speaking(archive.student.user.language):
            _write(archive, path, at)
    except DomainError:
        PersonalArchive.objects.filter(pk=archive.pk).update(state=State.FAILED)
        return False
    except Exception:
        PersonalArchive.objects.filter(pk=archive.pk).update(state=State.FAILED)
        raise
    _finish(archive, path, at)
    return True


def _claim(archive_id: int, at: datetime) -> PersonalArchive | None:
    with transaction.atomic():
        rows = PersonalArchive.objects.select_for_update(of=("self",)).select_related("student__user")
        archive = rows.get(pk=archive_id)
        abandoned = archive.state == State.BUILDING and archive.moved_at < at - ABANDONED
        if archive.state != State.WAITING and not abandoned:
            return None
        archive.state, archive.moved_at, archive.done = State.BUILDING, at, 0
        archive.save(update_fields=["state", "moved_at", "done"])
    return archive


def _finish(archive: PersonalArchive, path: Path, at: datetime) -> None:
    """Record the file, or remove it again when the archive was finished elsewhere meanwhile."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    with transaction.atomic():
        changed = PersonalArchive.objects.filter(pk=archive.pk, state=State.BUILDING).update(
            state=State.READY, file=path.name, size=path.stat().st_size, sha256=digest, ready_at=at
        )
        if not changed:
            path.unlink()
            return
        notices.tell(
            [archive.student.user],
            key=f"archive-{archive.pk}",
            subject=lambda: _("您的個人歷程備份已完成，可於七天內下載"),
            url=reverse("portfolio:archive"),
            at=at,
        )


def _write(archive: PersonalArchive, path: Path, at: datetime) -> None:
    sections = sections_of(archive.student)
    members = list(_members(sections))
    own = PersonalArchive.objects.filter(pk=archive.pk)
    own.update(total=len(members))
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_archive(
        path,
        members,
        texts=_texts(archive.student, sections, at),
        progress=lambda done: _note(own, done),
    )


def _note(own: QuerySet[PersonalArchive], done: int) -> None:
    own.update(done=done, moved_at=clock.now())


def _members(sections: list[Section]) -> Iterator[Member]:
    for section in sections:
        for entry in section.entries:
            for file in entry.files:
                yield Member(file.path, storage.blob_path(file.sha256), file.sha256)


def _texts(student: Student, sections: list[Section], at: datetime) -> dict[str, bytes]:
    """The page to read, and the same for programs."""
    context = {"student": student, "sections": sections, "school": School.objects.first(), "now": at}
    data = {
        "format": FORMAT,
        "made_at": at.isoformat(),
        "student_number": student.student_number,
        "sections": {section.key: [asdict(entry) for entry in section.entries] for section in sections},
    }
    return {
        "index.html": render_to_string("archives/index.html", context).encode(),
        "data.json": json.dumps(data, ensure_ascii=False, indent=1).encode(),
    }


def _remove_old(at: datetime) -> None:
    """Let go of what is past its time."""
    old = PersonalArchive.objects.filter(state=State.READY, ready_at__lte=at - KEPT)
    for archive in old:
        path_of(archive).unlink(missing_ok=True)
    old.update(state=State.EXPIRED)


def sweep_unrecorded() -> int:
    """Remove files that a worker which died wrote and never recorded; how many there were.

    The age of a file is a matter of the machine's clock, which stamped it, not of the school's.
    """
    limit = time.time() - _RECORDED_WITHIN.total_seconds()
    recorded = set(PersonalArchive.objects.filter(state=State.READY).values_list("file", flat=True))
    orphans = [path for path in _folder().glob("*") if path.name not in recorded]
    return sum(storage.remove_if_older(path, limit) for path in orphans)


def _folder() -> Path:
    return Path(settings.EXPORTS_DIR) / "archives"

"""Where uploaded files live: by the SHA-256 of their content, private, on disk before anybody relies on them.

A blob never changes, so storing the same content twice keeps one copy, and a hash proves what was uploaded
(rules 5.8). The functions speak in hashes and streams only, so that object storage may stand behind them.
Nothing below `settings.PRIVATE_FILES_DIR` is served by a web server on its own.
"""

import hashlib
import logging
import os
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import IO, BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from portfolio.domain.atomic_file import sync

log = logging.getLogger(__name__)

_SHA256 = re.compile(r"[0-9a-f]{64}")
_CHUNK = 256 * 1024
_TEMPORARY = "incoming"


class StorageFailed(DomainError):
    """The file could not be put on disk; nothing was stored, and trying again later may succeed."""

    status = HTTPStatus.SERVICE_UNAVAILABLE


class BlobMissing(DomainError):
    """A file that was stored is not there any more: an incident, not a mistake of who asks."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR


@dataclass(frozen=True)
class Stored:
    """A content that is safely on disk: its hash in lower-case hexadecimal and its size in bytes."""

    sha256: str
    size: int


def store(file: IO[bytes]) -> Stored:
    """Put the whole content of `file` on disk, fsynced, under its hash; storing it again changes nothing.

    Several writers of the same content do not disturb one another. A copy that is already there is replaced
    by this one, which mends it should it have been damaged.

    Raises:
        StorageFailed: the disk is full or broken; no temporary file stays behind.
    """
    try:
        with _temporary_file() as temporary:
            stored = _copy(file, temporary)
            _keep(temporary, blob_path(stored.sha256))
            return stored
    except OSError as error:
        log.exception("An upload could not be stored below %s", _root())
        raise StorageFailed(_("檔案沒有存成，請稍後再試；若一再發生，請通知系統管理者。")) from error


def open_blob(sha256: str) -> BinaryIO:
    """The stored content, to read and to close.

    Raises:
        BlobMissing: nothing is stored under this hash.
        ValueError: `sha256` is not a hash.
    """
    try:
        return blob_path(sha256).open("rb")
    except FileNotFoundError as error:
        log.error("The stored file %s is missing", sha256)
        raise BlobMissing(_("這個檔案目前讀不到，請通知系統管理者由備份還原。")) from error


def blob_path(sha256: str) -> Path:
    """Where the content with this hash lies or would lie; ValueError unless that is 64 hex digits."""
    if not _SHA256.fullmatch(sha256):
        raise ValueError("not a SHA-256 in lower-case hexadecimal")
    return _root() / sha256[:2] / sha256[2:4] / sha256


def verify(sha256: str) -> bool:
    """Whether the content is there, readable, and still has its hash; reads all of it."""
    try:
        with blob_path(sha256).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256
    except OSError:
        log.exception("The stored file %s cannot be read", sha256)
        return False


def sweep_temporary(older_than: timedelta) -> int:
    """Remove what crashed uploads left, not written to for `older_than`; how many files there were.

    Both what was on its way to the blobs and what was still being received.
    """
    # The age of a file is a matter of the machine's clock, which stamped it, not of the school's.
    limit = time.time() - older_than.total_seconds()
    received = Path(settings.FILE_UPLOAD_TEMP_DIR).glob("*.upload*")
    leftovers = [*(_root() / _TEMPORARY).glob("*"), *received]
    return sum(remove_if_older(path, limit) for path in leftovers)


def remove_if_older(path: Path, limit: float) -> bool:
    """Whether `path` was last written to before `limit`, a time of the machine's, and is gone now."""
    try:
        if path.stat().st_mtime >= limit:
            return False
        path.unlink()
    except FileNotFoundError:  # just finished and renamed
        return False
    return True


def _root() -> Path:
    return Path(settings.PRIVATE_FILES_DIR)


@contextmanager
def _temporary_file() -> Iterator[Path]:
    """A new file beside the blobs, for our eyes only; on leaving it is gone unless it was renamed."""
    _root().mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = _root() / _TEMPORARY
    folder.mkdir(mode=0o700, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=folder)
    os.close(descriptor)
    path = Path(name)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def _copy(source: IO[bytes], path: Path) -> Stored:
    """Copy all of `source` and force it to the disk."""
    digest, size = hashlib.sha256(), 0
    source.seek(0)
    with path.open("wb") as target:
        while chunk := source.read(_CHUNK):
            target.write(chunk)
            digest.update(chunk)
            size += len(chunk)
        target.flush()
        os.fsync(target.fileno())
    return Stored(digest.hexdigest(), size)


def _keep(temporary: Path, path: Path) -> None:
    """Give the finished file its name, and make the name survive a power cut as well."""
    folders = (path.parent.parent, path.parent)
    for folder in folders:
        folder.mkdir(mode=0o700, exist_ok=True)
    temporary.replace(path)
    for folder in (*reversed(folders), _root()):
        sync(folder)

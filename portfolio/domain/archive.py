"""Packs stored files into one ZIP, each file's content proven on the way."""

import csv
import hashlib
import io
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import IO, NamedTuple
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from django.utils.translation import gettext as _

from accounts.errors import Conflict
from portfolio.domain.atomic_file import atomic_file

MANIFEST = "manifest.csv"
CHUNK_BYTES = 1024 * 1024


class Member(NamedTuple):
    """A file of the archive: its name there, where its bytes are, and the SHA-256 (hex) they must have."""

    name: str
    source: Path
    sha256: str


class FileLost(Conflict):
    """A stored file cannot be read."""

    def __init__(self, member: str) -> None:
        message = _("檔案「%(name)s」讀不到，壓縮檔未產生。請通知系統管理員執行檔案檢查後再試。")
        super().__init__(message % {"name": member})
        self.member = member


class HashMismatch(Conflict):
    """A stored file's content is not what was uploaded."""

    def __init__(self, member: str) -> None:
        message = _("檔案「%(name)s」與上傳時不同（SHA-256 不符），壓縮檔未產生。請通知系統管理員。")
        super().__init__(message % {"name": member})
        self.member = member


def write_archive(
    path: Path,
    members: Iterable[tuple[str, Path, str]],
    *,
    texts: Mapping[str, bytes] | None = None,
    progress: Callable[[int], None] | None = None,
) -> None:
    """Pack `members` (see `Member`) and `texts` (name → content) uncompressed into a ZIP at `path`.

    It also holds `manifest.csv`, UTF-8 with BOM: path, bytes, sha256. Files are copied in chunks and hashed
    while copying. `progress` gets the number of files packed so far. `path` appears only when complete.

    Raises:
        FileLost, HashMismatch: naming the member; nothing is left behind.
        ValueError: a name is used twice or would leave the folder the archive is unpacked in.
    """
    report = progress or (lambda count: None)
    manifest: dict[str, tuple[int, str]] = {}
    with atomic_file(path) as temporary, ZipFile(temporary, "w", ZIP_STORED) as archive:
        for name, content in (texts or {}).items():
            _require_usable_name(name, manifest)
            archive.writestr(ZipInfo(name), content)
            manifest[name] = (len(content), hashlib.sha256(content).hexdigest())
        for member in map(Member._make, members):
            _require_usable_name(member.name, manifest)
            manifest[member.name] = (_add(archive, member), member.sha256.lower())
            report(len(manifest))
        # A fixed time stamp: the same files make the same archive.
        archive.writestr(ZipInfo(MANIFEST), _manifest_csv(manifest))


def _require_usable_name(name: str, taken: Iterable[str]) -> None:
    path = PurePosixPath(name)
    if name in taken or name == MANIFEST:
        raise ValueError(f"{name} stands twice in the archive")
    if not path.parts or path.is_absolute() or ".." in path.parts or "\\" in name:
        raise ValueError(f"{name} is no name for a file in an archive")


def _add(archive: ZipFile, member: Member) -> int:
    """Copy one file and return its size in bytes."""
    info = ZipInfo(member.name)
    with _opened(member) as source:
        info.file_size = os.fstat(source.fileno()).st_size  # decides whether the entry needs ZIP64
        with archive.open(info, "w") as target:
            digest, size = _copy(source, target, member.name)
    if digest != member.sha256.lower():
        raise HashMismatch(member.name)
    return size


def _opened(member: Member) -> IO[bytes]:
    try:
        return member.source.open("rb")
    except OSError as error:
        raise FileLost(member.name) from error


def _copy(source: IO[bytes], target: IO[bytes], name: str) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while chunk := _read(source, name):
        digest.update(chunk)
        target.write(chunk)
        size += len(chunk)
    return digest.hexdigest(), size


def _read(source: IO[bytes], name: str) -> bytes:
    # Only reading means a lost file; a full disk while writing is another matter and keeps its own error.
    try:
        return source.read(CHUNK_BYTES)
    except OSError as error:
        raise FileLost(name) from error


def _manifest_csv(manifest: dict[str, tuple[int, str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["path", "bytes", "sha256"])
    writer.writerows([name, size, digest] for name, (size, digest) in manifest.items())
    return text.getvalue().encode("utf-8-sig")

"""Pictures made from stored files: thumbnails, and copies without what a camera wrote into them.

They lie in a cache beside the blobs, can be thrown away at any time and are made again when somebody asks.
Nothing relies on them, no record names them, and nothing that is submitted is made of them.
"""

import logging
import subprocess
import sys
from http import HTTPStatus
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from portfolio import storage
from portfolio.domain.atomic_file import atomic_file
from portfolio.domain.file_kinds import FileKind
from portfolio.domain.picture_metadata import png_without_metadata
from portfolio.models import Attachment

log = logging.getLogger(__name__)

PICTURES = (FileKind.JPG, FileKind.PNG)
WITH_THUMBNAIL = (FileKind.PDF, *PICTURES)

_MAKER = Path(__file__).parent / "domain" / "picture_maker.py"
_SECONDS = 30  # far beyond its own limit of computing time, for a machine that is very busy
_VERSION = 1  # of how they are made: another number, and all are made anew


class NotMade(DomainError):
    """The copy for others cannot be made, and the original is not shown in its place."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR


def thumbnail(attachment: Attachment) -> Path | None:
    """A small JPEG of a picture or of a PDF's first page; None where there is none to be had."""
    if attachment.file_kind not in WITH_THUMBNAIL:
        return None
    path = _path(attachment, "thumbnail", ".jpg")
    if not path.exists():
        # Also that it cannot be made is kept, as an empty file: a bad one costs its computing time once.
        _write(path, _made("thumbnail", attachment) or b"")
    return _used(path) if path.stat().st_size else None


def without_metadata(attachment: Attachment) -> Path:
    """A copy of a JPG or PNG without the place, the camera and the time that the original may carry.

    Raises:
        NotMade: it cannot be made.
    """
    path = _path(attachment, "clean", attachment.file_kind.extension)
    if not path.exists():
        content = _clean(attachment)
        if not content:
            raise NotMade(_("這張圖片的預覽無法產生，請聯絡系統管理者。"))
        _write(path, content)
    return _used(path)


def keep_within_room() -> int:
    """Throw away what was not used for longest, as far as all is more than its room; how many."""
    files = [(path, path.stat()) for path in _folder().rglob("*") if path.is_file()]
    excess, gone = sum(facts.st_size for __, facts in files) - settings.DERIVED_FILES_BYTES, 0
    for path, facts in sorted(files, key=lambda file: file[1].st_mtime):
        if excess <= 0:
            break
        path.unlink(missing_ok=True)
        excess, gone = excess - facts.st_size, gone + 1
    return gone


def _clean(attachment: Attachment) -> bytes | None:
    if attachment.file_kind is FileKind.JPG:
        return _made("clean", attachment)
    try:
        with storage.open_blob(attachment.sha256) as blob:
            return png_without_metadata(blob.read())
    except ValueError:
        return None


def _made(what: str, attachment: Attachment) -> bytes | None:
    """What `picture_maker` makes of the file, in a process that knows no secrets and may crash alone."""
    with storage.open_blob(attachment.sha256) as blob:
        try:
            maker = subprocess.run(  # noqa: S603  (our own program; the upload is only its input)
                [sys.executable, "-I", "-B", str(_MAKER), what, attachment.kind],
                input=blob.read(),
                capture_output=True,
                timeout=_SECONDS,
                env={},
                check=True,
            )
        except (OSError, subprocess.SubprocessError):
            log.warning("No %s can be made of the file %s", what, attachment.sha256, exc_info=True)
            return None
    return maker.stdout


def _folder() -> Path:
    return Path(settings.PRIVATE_FILES_DIR) / "derived"


def _path(attachment: Attachment, what: str, extension: str) -> Path:
    sha256 = attachment.sha256
    return _folder() / sha256[:2] / f"{sha256}.{what}-{_VERSION}{extension}"


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with atomic_file(path) as temporary:
        temporary.write_bytes(content)


def _used(path: Path) -> Path:
    path.touch()
    return path

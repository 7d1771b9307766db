"""An attachment as an HTTP response: never sniffed, never run, whole or the part that a player asks for."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from django.http import FileResponse, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header

from accounts.models import User
from portfolio import derived, storage
from portfolio.domain.filetypes import Slot
from portfolio.models import Attachment

_SOURCES = (
    "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
)
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
_CHUNK = 64 * 1024


def attachment_response(
    attachment: Attachment, *, to: User, download: bool = False, wanted: str = ""
) -> HttpResponseBase:
    """The file, to be shown or (with `download`, or if it could run something) to be saved.

    The student gets what they uploaded, byte for byte; anybody else gets pictures without the place, the
    camera and the time. `wanted` is the request's Range header; one we cannot read gets the whole file, as
    the standard says.

    Raises:
        BlobMissing: the stored file is gone.
        NotMade: a picture's copy for others cannot be made.
    """
    file, size = _content(attachment, to)
    response = _partial(file, size, wanted) or FileResponse(file)
    to_save = download or attachment.active_content
    headers = {
        "Content-Type": attachment.file_kind.media_type,
        "Content-Disposition": content_disposition_header(to_save, _name(attachment)) or "inline",
        "Content-Security-Policy": _policy(attachment),
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-cache",
        "Accept-Ranges": "bytes",
    }
    for name, value in headers.items():
        response[name] = value
    return response


def thumbnail_response(picture: Path) -> HttpResponseBase:
    """A thumbnail, under the same restraints as the files themselves."""
    headers = {
        "Content-Type": "image/jpeg",
        "Content-Security-Policy": f"sandbox; {_SOURCES}",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-cache",
    }
    return FileResponse(picture.open("rb"), headers=headers)


def _content(attachment: Attachment, reader: User) -> tuple[BinaryIO, int]:
    """What `reader` gets to see of the file, and how many bytes that is."""
    is_own = attachment.item.student.user_id == reader.pk
    if is_own or attachment.file_kind not in derived.PICTURES:
        return storage.open_blob(attachment.sha256), attachment.size
    copy = derived.without_metadata(attachment)
    return copy.open("rb"), copy.stat().st_size


def _policy(attachment: Attachment) -> str:
    # `sandbox` takes from the file every right of our site, scripts first. Chromium's PDF viewer works within
    # it, though not in an <iframe sandbox>; its player must know our origin to fetch the rest of a film.
    sandbox = "sandbox allow-same-origin" if attachment.slot == Slot.AV else "sandbox"
    return f"{sandbox}; {_SOURCES}"


def _name(attachment: Attachment) -> str:
    """What the person called it, always ending as its kind ends, so that no program takes it for another."""
    name, extension = attachment.original_name, attachment.file_kind.extension
    fitting = (".jpg", ".jpeg") if extension == ".jpg" else (extension,)
    return name if name.lower().endswith(fitting) else name + extension


def _partial(file: BinaryIO, size: int, wanted: str) -> HttpResponseBase | None:
    span = _span(wanted, size)
    if span is None:
        return None
    first, last = span
    if first > last:
        file.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    file.seek(first)
    return StreamingHttpResponse(
        _read(file, last - first + 1),
        status=206,
        headers={
            "Content-Range": f"bytes {first}-{last}/{size}",
            "Content-Length": str(last - first + 1),
        },
    )


def _span(wanted: str, size: int) -> tuple[int, int] | None:
    """First and last byte; None when the whole file is to be sent. An impossible span has last < first."""
    match = _RANGE.fullmatch(wanted.strip())
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:  # the last so many bytes
        return max(size - int(last), 0), size - 1
    if last and int(last) < int(first):
        return None
    return int(first), min(int(last or size), size - 1)


def _read(file: BinaryIO, count: int) -> Iterator[bytes]:
    with file:
        while count > 0 and (chunk := file.read(min(_CHUNK, count))):
            count -= len(chunk)
            yield chunk

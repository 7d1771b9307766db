"""An attachment as an HTTP response: never sniffed, never run, whole or the part that a player asks for."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from django.http import FileResponse, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header

from portfolio import storage
from portfolio.domain.filetypes import Slot
from portfolio.models import Attachment

_SOURCES = (
    "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
)
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
_CHUNK = 64 * 1024


def attachment_response(
    attachment: Attachment, *, download: bool = False, wanted: str = ""
) -> HttpResponseBase:
    """The file, to be shown or (with `download`, or if it could run something) to be saved.

    `wanted` is the request's Range header; one we cannot read gets the whole file, as the standard says.

    Raises:
        BlobMissing: the stored file is gone.
    """
    response = _partial(attachment, wanted) or FileResponse(storage.open_blob(attachment.sha256))
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


def _partial(attachment: Attachment, wanted: str) -> HttpResponseBase | None:
    span = _span(wanted, attachment.size)
    if span is None:
        return None
    first, last = span
    if first > last:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{attachment.size}"})
    file = storage.open_blob(attachment.sha256)
    file.seek(first)
    return StreamingHttpResponse(
        _read(file, last - first + 1),
        status=206,
        headers={
            "Content-Range": f"bytes {first}-{last}/{attachment.size}",
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

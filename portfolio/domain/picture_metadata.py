"""What a picture tells beside what it shows: where it was taken, with what, when."""

from __future__ import annotations

import struct
from typing import IO

from PIL import ExifTags, Image

from portfolio.domain.file_kinds import FileKind

_FORMATS = {FileKind.JPG: "JPEG", FileKind.PNG: "PNG"}
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
# What it takes to draw a PNG, moving ones too. Everything else is text, camera data or a date.
_DRAWN = frozenset(
    b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP bKGD pHYs hIST acTL fcTL fdAT".split()
)
_LATITUDE = ExifTags.GPS.GPSLatitude.value


def tells_position(kind: FileKind, file: IO[bytes]) -> bool:
    """Whether a picture carries the place where it was taken; False for what is none or cannot be read."""
    if kind not in _FORMATS:
        return False
    try:
        with Image.open(file, formats=[_FORMATS[kind]]) as picture:
            in_camera_data = _LATITUDE in picture.getexif().get_ifd(ExifTags.IFD.GPSInfo)
            return in_camera_data or b"GPSLatitude" in _as_bytes(picture.info.get("xmp"))
    except Exception:  # hostile content makes parsers raise anything
        return False


def png_without_metadata(content: bytes) -> bytes:
    """The same picture, byte for byte, without anything that is not drawn.

    Raises:
        ValueError: it is not a whole PNG.
    """
    if not content.startswith(_PNG_SIGNATURE):
        raise ValueError("not a PNG")
    kept, start = [_PNG_SIGNATURE], len(_PNG_SIGNATURE)
    while True:
        if start + 12 > len(content):
            raise ValueError("a PNG without an end")
        length, name = struct.unpack_from(">I4s", content, start)
        end = start + 12 + length
        if name in _DRAWN:
            kept.append(content[start:end])
        if name == b"IEND":
            return b"".join(kept)
        start = end


def _as_bytes(text: object) -> bytes:
    return text if isinstance(text, bytes) else str(text or "").encode()

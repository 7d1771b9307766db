"""Proof by opening: each kind of file is read by a library that would notice when it is not what it claims.

The content comes from strangers. Parsers meet it with limits on what a small file may grow to, whatever they
raise becomes `NotProven`, and the PDF parser runs in a process of its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.utils.translation import gettext as _
from mutagen.mp3 import MPEGInfo
from mutagen.mp4 import MP4
from PIL import Image

from portfolio.domain.file_kinds import FileKind
from portfolio.domain.file_remarks import Remark

MAX_PIXELS = 80_000_000

# A photograph has about ten; thousands of empty ones would keep the decoder busy for hours.
_MAX_JPEG_SCANS = 100
_PDF_READER = Path(__file__).with_name("pdf_reader.py")
# `pdf_reader` calls them by these values.
_PDF_REMARKS = (Remark.MENDED, Remark.SCRIPT, Remark.LAUNCH, Remark.EMBEDDED)
_PDF_UNREADABLE = 3  # its exit status for a damaged file
_PDF_SECONDS = 30  # far beyond its own limit of computing time, for a machine that is very busy

_read_mp4: Callable[..., object] = MP4  # the library leaves this class without types


class NotProven(Exception):
    """The content is not a sound file of its kind; the message goes on where a file's name left off."""


class ReaderBroken(RuntimeError):
    """The program that reads PDFs does not run on this installation: nobody's upload is to blame."""


@dataclass(frozen=True)
class Proof:
    """What opening a file showed."""

    remarks: tuple[Remark, ...] = ()


def prove(kind: FileKind, file: IO[bytes]) -> Proof:
    """Open `file` as `kind`; leaves its position anywhere.

    Raises:
        NotProven: it is damaged, truncated, locked, empty of content or too large once unfolded.
        ReaderBroken: the installation cannot read PDFs at all.
    """
    file.seek(0)
    try:
        return _PROOFS[kind](file)
    except (NotProven, ReaderBroken):
        raise
    except Exception as error:  # hostile content makes parsers raise anything
        raise NotProven(
            _(
                "不是完好的 %(kind)s，無法開啟，可能已損壞或沒有存完。"
                "請用原本的軟體重新匯出，確認打得開後再上傳。"
            )
            % {"kind": kind.label}
        ) from error


def _prove_pdf(file: IO[bytes]) -> Proof:
    traits = _pdf_traits(file.read())
    if "locked" in traits:
        raise NotProven(_("是加了密碼的 PDF，別人打不開。請先移除密碼再上傳。"))
    if "page" not in traits:
        raise NotProven(_("是沒有任何一頁的 PDF。請重新匯出後再上傳。"))
    return Proof(tuple(remark for remark in _PDF_REMARKS if remark in traits))


def _pdf_traits(content: bytes) -> set[str]:
    """What `pdf_reader` finds, in a process of its own that gets none of our secrets and may crash alone."""
    reader = _run_reader(content)
    if reader.returncode == 0:
        return set(reader.stdout.decode("ascii").split())
    if reader.returncode == _PDF_UNREADABLE or reader.returncode < 0:  # negative: killed by a signal
        raise ValueError(f"the PDF reader ended with {reader.returncode}")
    raise ReaderBroken(reader.stderr.decode("utf-8", "replace"))


def _run_reader(content: bytes) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(  # noqa: S603  (our own program; the upload is only its input)
            [sys.executable, "-I", "-B", str(_PDF_READER)],
            input=content,
            capture_output=True,
            timeout=_PDF_SECONDS,
            env={},
            check=False,
        )
    except OSError as error:
        raise ReaderBroken(str(error)) from error


def _prove_image(file: IO[bytes], format_name: str) -> Proof:
    with _open_image(file, format_name) as image:
        image.verify()
    with _open_image(file, format_name) as image:
        # An eighth of the size still reads every byte of a JPEG, in a fraction of the memory.
        image.draft(image.mode, (image.width // 8 or 1, image.height // 8 or 1))
        image.load()
    return Proof()


def _open_image(file: IO[bytes], format_name: str) -> Image.Image:
    """The image with its header read only, when it stays within `MAX_PIXELS`."""
    file.seek(0)
    try:
        image = Image.open(file, formats=[format_name])
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels() from error
    if image.width * image.height > MAX_PIXELS:
        raise _too_many_pixels()
    return image


def _too_many_pixels() -> NotProven:
    message = _("的像素太多，超過上限 %(limit)s 像素（寬 × 高）。請把圖片縮小後再上傳。")
    return NotProven(message % {"limit": f"{MAX_PIXELS:,}"})


def _prove_jpg(file: IO[bytes]) -> Proof:
    if file.read().count(b"\xff\xda") > _MAX_JPEG_SCANS:
        raise NotProven(_("是掃描次數異常的 JPG 圖片。請用繪圖軟體另存新檔後再上傳。"))
    return _prove_image(file, "JPEG")


def _prove_png(file: IO[bytes]) -> Proof:
    return _prove_image(file, "PNG")


def _prove_mp3(file: IO[bytes]) -> Proof:
    # Only the sound: a tag that cannot be read harms nobody, and unpacking one may.
    info = MPEGInfo(file)
    if info.layer != 3 or info.sketchy:
        raise NotProven(_("不是可播放的 MP3 音訊。請用原本的軟體重新匯出後再上傳。"))
    _require_duration(info.length)
    return Proof()


def _prove_mp4(file: IO[bytes]) -> Proof:
    top = {box.name: box for box in _boxes(file, 0, file.seek(0, os.SEEK_END))}
    if b"moov" not in top or b"mdat" not in top:
        raise ValueError("an MP4 needs a description and data")
    inside = {box.name: box for box in _boxes(file, top[b"moov"].start, top[b"moov"].end)}
    if b"trak" not in inside:
        raise ValueError("an MP4 needs a track")
    file.seek(0)
    _read_mp4(fileobj=file)
    # A film recorded in pieces states no length of its own; its pieces follow.
    if b"moof" not in top:
        _require_duration(_movie_seconds(file, inside[b"mvhd"]))
    return Proof()


@dataclass(frozen=True)
class _Box:
    """A box of an MP4; its content lies in the bytes `start` to `end` of the file."""

    name: bytes
    start: int
    end: int


def _boxes(file: IO[bytes], start: int, end: int) -> Iterator[_Box]:
    """The boxes that fill the bytes `start` to `end`.

    Raises:
        ValueError: one reaches beyond the end, as in a file cut short.
    """
    while end - start >= 8:
        file.seek(start)
        header = file.read(16)
        size, name, content = int.from_bytes(header[:4]), header[4:8], start + 8
        if size == 1:
            size, content = int.from_bytes(header[8:16]), start + 16
        stop = end if size == 0 else start + size
        if not content <= stop <= end:
            raise ValueError("a box of the MP4 reaches beyond its parent")
        yield _Box(name, content, stop)
        start = stop


def _movie_seconds(file: IO[bytes], header: _Box) -> float:
    file.seek(header.start)
    content = file.read(min(header.end - header.start, 32))
    if content[0] == 1:
        scale, duration = content[20:24], content[24:32]
    else:
        scale, duration = content[12:16], content[16:20]
    return int.from_bytes(duration) / int.from_bytes(scale)


def _require_duration(seconds: float) -> None:
    if not seconds > 0:
        raise NotProven(_("的長度是 0 秒，沒有可播放的內容。請確認錄製完成後重新匯出再上傳。"))


_PROOFS: dict[FileKind, Callable[[IO[bytes]], Proof]] = {
    FileKind.PDF: _prove_pdf,
    FileKind.JPG: _prove_jpg,
    FileKind.PNG: _prove_png,
    FileKind.MP3: _prove_mp3,
    FileKind.MP4: _prove_mp4,
}

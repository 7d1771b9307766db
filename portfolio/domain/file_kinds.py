"""The kinds of file the platform keeps, told from the first bytes of the content, never from the name."""

from __future__ import annotations

import re
from codecs import getincrementaldecoder
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# Enough for every signature below and for the first tag of a web page.
HEAD_BYTES = 1024


class FileKind(StrEnum):
    """A kind of file the central database takes; the value is also the extension without its dot."""

    PDF = "pdf"
    JPG = "jpg"
    PNG = "png"
    MP3 = "mp3"
    MP4 = "mp4"

    @property
    def media_type(self) -> str:
        return _MEDIA_TYPES[self]

    @property
    def extension(self) -> str:
        """With its dot, as file names end."""
        return f".{self.value}"

    @property
    def label(self) -> StrOrPromise:
        return _LABELS[self]


_MEDIA_TYPES = {
    FileKind.PDF: "application/pdf",
    FileKind.JPG: "image/jpeg",
    FileKind.PNG: "image/png",
    FileKind.MP3: "audio/mpeg",
    FileKind.MP4: "video/mp4",
}
_LABELS: dict[FileKind, StrOrPromise] = {
    FileKind.PDF: _("PDF 文件"),
    FileKind.JPG: _("JPG 圖片"),
    FileKind.PNG: _("PNG 圖片"),
    FileKind.MP3: _("MP3 音訊"),
    FileKind.MP4: _("MP4 影片"),
}

_MP4_BRAND = re.compile(
    rb"iso[m2-9a-c]|mp4[12]|avc1|dash|mmp4|M4[ABPV]\s|MSNV|3g[epr2][0-9a-z]|cmf[c2]|f4v\s"
)

# What people try to upload instead, so that the refusal can say what the file really is.
_ARCHIVE = b"PK\x03\x04"
_FOREIGN: tuple[tuple[int, bytes, StrOrPromise], ...] = (
    (0, b"MZ", _("Windows 執行檔")),
    (0, b"\x7fELF", _("Linux 執行檔")),
    (0, b"\xd0\xcf\x11\xe0", _("舊版 Office 文件（doc、xls、ppt）")),
    (0, b"Rar!", _("RAR 壓縮檔")),
    (0, b"7z\xbc\xaf", _("7z 壓縮檔")),
    (0, b"\x1f\x8b", _("gzip 壓縮檔")),
    (0, b"GIF8", _("GIF 圖片")),
    (0, b"BM", _("BMP 圖片")),
    (0, b"II*\0", _("TIFF 圖片")),
    (0, b"MM\0*", _("TIFF 圖片")),
    (0, b"8BPS", _("Photoshop 檔案")),
    (8, b"WEBP", _("WebP 圖片")),
    (8, b"WAVE", _("WAV 音訊")),
    (8, b"AVI ", _("AVI 影片")),
    (0, b"\x1a\x45\xdf\xa3", _("MKV 或 WebM 影片")),
    (0, b"0&\xb2u", _("WMV 或 WMA 影音檔")),
    (0, b"FLV", _("FLV 影片")),
    (0, b"OggS", _("Ogg 影音檔")),
    (0, b"fLaC", _("FLAC 音訊")),
    (4, b"ftypqt", _("QuickTime（MOV）影片")),
    (4, b"ftyphei", _("HEIC 圖片")),
    (4, b"ftyphev", _("HEIC 圖片")),
    (4, b"ftypmif1", _("HEIC 圖片")),
    (4, b"ftypavi", _("AVIF 圖片")),
    (0, b"{\\rtf", _("RTF 文件")),
)
_OFFICE: tuple[tuple[bytes, StrOrPromise], ...] = (
    (b"word/", _("Word 文件")),
    (b"ppt/", _("PowerPoint 簡報")),
    (b"xl/", _("Excel 試算表")),
    (b"opendocument", _("OpenDocument 文件")),
)
_SVG = re.compile(rb"<svg[\s>]", re.IGNORECASE)
_MARKUP = re.compile(rb"\s*<[!?a-z]", re.IGNORECASE)


def recognise(head: bytes) -> FileKind | None:
    """The kind that a content beginning with `head` claims to be; None when it is none of ours.

    Only a signature at the very first byte counts: a web page that carries a picture or a PDF further down
    is a web page.
    """
    if head.startswith(b"%PDF-"):
        return FileKind.PDF
    if head.startswith(b"\xff\xd8\xff"):
        return FileKind.JPG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return FileKind.PNG
    if head.startswith(b"ID3") or _is_layer_three(head[:2]):
        return FileKind.MP3
    return FileKind.MP4 if _is_mp4(head) else None


def describe_foreign(head: bytes) -> StrOrPromise | None:
    """What a content that is none of our kinds probably is, for people; None when nobody can tell."""
    if head.startswith(_ARCHIVE):
        return next((label for sign, label in _OFFICE if sign in head), _("ZIP 壓縮檔"))
    for offset, signature, label in _FOREIGN:
        if head.startswith(signature, offset):
            return label
    text = head.removeprefix(b"\xef\xbb\xbf")
    if _SVG.search(text):
        return _("SVG 圖片")
    if _MARKUP.match(text):
        return _("網頁或 XML 檔")
    return _("純文字檔") if _is_text(text) else None


def _is_layer_three(start: bytes) -> bool:
    """Whether two bytes begin an MPEG audio frame of layer III in a version that exists."""
    if len(start) < 2 or start[0] != 0xFF or start[1] & 0xE0 != 0xE0:
        return False
    version, layer = start[1] >> 3 & 3, start[1] >> 1 & 3
    return version != 1 and layer == 1


def _is_mp4(head: bytes) -> bool:
    """Whether the first box names an MP4 brand; MOV and the HEIC family share the box, not the brand."""
    if head[4:8] != b"ftyp" or head[8:12] == b"qt  " or head[8:11] in (b"hei", b"hev", b"mif", b"avi"):
        return False
    box = head[8 : min(int.from_bytes(head[:4]), len(head))]
    brands = (box[i : i + 4] for i in range(0, len(box), 4) if i != 4)  # the second word is a version number
    return any(_MP4_BRAND.fullmatch(brand) for brand in brands)


def _is_text(head: bytes) -> bool:
    if any((byte < 32 and byte not in b"\t\n\f\r") or byte == 127 for byte in head):
        return False
    try:
        # The last character may be cut in the middle.
        return bool(getincrementaldecoder("utf-8")().decode(head))
    except UnicodeDecodeError:
        return False

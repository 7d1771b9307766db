"""Opens the central database's receipts ZIP and proves every file in it against its SHA.txt.

Nothing is unpacked to disk. Whatever is wrong refuses the whole file: half an import would tell some
students that their data never arrived.
"""

import hashlib
import re
import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from lzma import LZMAError
from pathlib import PurePosixPath
from typing import BinaryIO
from zipfile import BadZipFile, ZipFile, ZipInfo

from django.utils.translation import gettext as _

from accounts.domain.joining import joined
from accounts.errors import InvalidInput

CHECKSUMS = "SHA.txt"

_SHA256 = re.compile(r"[0-9a-fA-F]{64}")
_LOCAL_HEADER = b"PK\x03\x04"
_ENCRYPTED, _UTF8_NAME = 0x1, 0x800  # general purpose flags of a ZIP entry
_AES = 99  # the compression method WinZip's AES entries claim
_CHUNK_BYTES = 1024 * 1024

# What the standard library raises over damaged archives, found by flipping every bit of one.
_DAMAGE = (
    BadZipFile,
    EOFError,
    IndexError,
    LZMAError,
    NotImplementedError,
    OSError,
    OverflowError,
    ValueError,
    struct.error,
    zlib.error,
)


class ReceiptFileInvalid(InvalidInput):
    """The receipt file cannot be taken over; the message names the file within it and what is wrong."""


@dataclass(frozen=True)
class ReceiptLimits:
    """How much a receipts ZIP may hold, against files made to exhaust the server."""

    members: int = 200
    bytes: int = 256 * 1024 * 1024


@dataclass(frozen=True)
class VerifiedFile:
    """A file of the ZIP whose content is what SHA.txt says. `sha256` is lower-case hex."""

    name: str
    content: bytes
    sha256: str


def verified_files(file: BinaryIO, *, password: str | None, limits: ReceiptLimits) -> Iterator[VerifiedFile]:
    """Every file listed in SHA.txt, one after another, folders taken off their names.

    Raises:
        ReceiptFileInvalid: no ZIP, cut short, locked, too big, or a file is missing, unlisted or altered.
            It may come after the first files were given out: use none of them before the last has come.
    """
    with _open(file) as archive:
        members = _members(archive, limits)
        reader = _Reader(archive, password, limits.bytes)
        expected = _checksums(reader, members)
        _require_same_files(expected, members)
        for key, digest in expected.items():
            name, info = members[key]
            content = reader.read(name, info)
            if hashlib.sha256(content).hexdigest() != digest:
                message = _("「%(name)s」與 SHA.txt 的雜湊值不符，可能損毀或遭更動，整份收訖明細未匯入。")
                raise ReceiptFileInvalid(message % {"name": name})
            yield VerifiedFile(name, content, digest)


def _open(file: BinaryIO) -> ZipFile:
    try:
        return ZipFile(file)
    except _DAMAGE as error:
        file.seek(0)
        if file.read(len(_LOCAL_HEADER)) == _LOCAL_HEADER:
            raise ReceiptFileInvalid(_("這個 ZIP 檔不完整，可能下載中斷，請重新下載收訖明細檔。")) from error
        raise ReceiptFileInvalid(_("這不是 ZIP 檔，請上傳中央資料庫提供的收訖明細 ZIP 檔。")) from error


def _members(archive: ZipFile, limits: ReceiptLimits) -> dict[str, tuple[str, ZipInfo]]:
    """Name and entry of every file, by case-folded name without folders."""
    entries = [info for info in archive.infolist() if not info.is_dir()]
    if len(entries) > limits.members:
        message = _("ZIP 檔內有 %(count)d 個檔案，上限 %(limit)d 個，不像收訖明細檔。")
        raise ReceiptFileInvalid(message % {"count": len(entries), "limit": limits.members})
    if sum(info.file_size for info in entries) > limits.bytes:
        raise _too_big(limits.bytes)
    members: dict[str, tuple[str, ZipInfo]] = {}
    for info in entries:
        name = _safe_name(info)
        if name.casefold() in members:
            raise ReceiptFileInvalid(_("ZIP 檔內有兩個「%(name)s」，無法判斷以何者為準。") % {"name": name})
        members[name.casefold()] = name, info
    return members


def _safe_name(info: ZipInfo) -> str:
    name = _decoded_name(info)
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name:
        raise ReceiptFileInvalid(_("ZIP 檔內的檔名「%(name)s」不安全，整份收訖明細未匯入。") % {"name": name})
    return path.name


def _decoded_name(info: ZipInfo) -> str:
    """The entry's name; old Windows tools write Chinese names without saying in which encoding."""
    if info.flag_bits & _UTF8_NAME:
        return info.filename
    raw = info.filename.encode("cp437", errors="replace")
    return _decode_chinese(raw) or info.filename


def _decode_chinese(raw: bytes) -> str:
    for encoding in ("utf-8-sig", "cp950"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return ""


def _too_big(limit: int) -> ReceiptFileInvalid:
    message = _("ZIP 檔解開後超過 %(limit)d MB，不像收訖明細檔，未匯入。")
    return ReceiptFileInvalid(message % {"limit": limit // (1024 * 1024)})


class _Reader:
    """Reads entries with the password, never more than the limit over all of them."""

    def __init__(self, archive: ZipFile, password: str | None, limit: int) -> None:
        self._archive = archive
        self._password = password.encode() if password else None
        self._limit = self._left = limit

    def read(self, name: str, info: ZipInfo) -> bytes:
        self._require_readable(name, info)
        try:
            return self._content(info)
        except _DAMAGE as error:
            # One wrong password in 256 passes the quick check and only fails here.
            hint = _("，或密碼不正確") if info.flag_bits & _ENCRYPTED else ""
            message = _("「%(name)s」讀取失敗，檔案可能損毀%(hint)s，整份收訖明細未匯入。")
            raise ReceiptFileInvalid(message % {"name": name, "hint": hint}) from error
        except RuntimeError as error:
            raise ReceiptFileInvalid(_("密碼不正確，打不開「%(name)s」。") % {"name": name}) from error

    def _require_readable(self, name: str, info: ZipInfo) -> None:
        if info.compress_type == _AES:
            message = _("「%(name)s」以 AES 加密，目前尚不支援。請先解壓縮，再壓成不加密的 ZIP 檔上傳。")
            raise ReceiptFileInvalid(message % {"name": name})
        if info.flag_bits & _ENCRYPTED and self._password is None:
            raise ReceiptFileInvalid(_("這份收訖明細檔有密碼，請輸入密碼後再匯入。"))

    def _content(self, info: ZipInfo) -> bytes:
        chunks = []
        with self._archive.open(info, pwd=self._password) as entry:
            while chunk := entry.read(_CHUNK_BYTES):
                self._left -= len(chunk)
                if self._left < 0:
                    raise _too_big(self._limit)
                chunks.append(chunk)
        return b"".join(chunks)


def _checksums(reader: _Reader, members: dict[str, tuple[str, ZipInfo]]) -> dict[str, str]:
    """Lower-case digest by case-folded file name, out of SHA.txt."""
    if CHECKSUMS.casefold() not in members:
        raise ReceiptFileInvalid(_("ZIP 檔內沒有 SHA.txt，無法核對檔案是否完整。"))
    text = _decode_chinese(reader.read(*members[CHECKSUMS.casefold()]))
    checksums: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            name, digest = _checksum_line(number, line)
            if checksums.setdefault(name.casefold(), digest) != digest:
                raise ReceiptFileInvalid(_("SHA.txt 對「%(name)s」列了兩個不同的雜湊值。") % {"name": name})
    return checksums


def _checksum_line(number: int, line: str) -> tuple[str, str]:
    """File name and digest of one line; either may come first, a name may hold commas."""
    parts = [part.strip().strip('"').strip() for part in line.split(",")]
    first, last = parts[0], parts[-1]
    if len(parts) > 1 and _SHA256.fullmatch(last):
        name, digest = ",".join(parts[:-1]), last
    elif len(parts) > 1 and _SHA256.fullmatch(first):
        name, digest = ",".join(parts[1:]), first
    else:
        message = _("SHA.txt 第 %(number)d 行看不懂，應為「檔名,SHA-256 雜湊值」。")
        raise ReceiptFileInvalid(message % {"number": number})
    return PurePosixPath(name.replace("\\", "/")).name, digest.lower()


def _require_same_files(expected: Iterable[str], members: dict[str, tuple[str, ZipInfo]]) -> None:
    absent = [key for key in expected if key not in members]
    if absent:
        message = _("SHA.txt 列有「%(names)s」，但 ZIP 檔內沒有，整份收訖明細未匯入。")
        raise ReceiptFileInvalid(message % {"names": joined(absent)})
    listed = set(expected)
    unlisted = [name for key, (name, __) in members.items() if key.endswith(".json") and key not in listed]
    if unlisted:
        message = _("ZIP 檔內的「%(names)s」未列於 SHA.txt，整份收訖明細未匯入。")
        raise ReceiptFileInvalid(message % {"names": joined(unlisted)})

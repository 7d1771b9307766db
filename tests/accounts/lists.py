"""Lists as a school administration system would export them, good ones and bad ones."""

import struct
from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook

Rows = Sequence[Sequence[Any]]
SHEET = "xl/worksheets/sheet1.xml"


def xlsx(rows: Rows) -> bytes:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def csv(rows: Rows, *, encoding: str = "utf-8") -> bytes:
    return "".join(",".join(str(cell) for cell in row) + "\r\n" for row in rows).encode(encoding)


def rewritten(content: bytes, change: Callable[[str, bytes], bytes], **added: bytes) -> bytes:
    """The workbook with every part as `change` makes it, and the parts `added` (`__` stands for `/`)."""
    stream = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(stream, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, part in added.items():
            new.writestr(name.replace("__", "/"), part)
    return stream.getvalue()


def tampered(content: bytes) -> bytes:
    """A byte of the sheet's compressed data is another one."""
    with ZipFile(BytesIO(content)) as archive:
        entry = archive.getinfo(SHEET)
    name_length, extra_length = struct.unpack_from("<HH", content, entry.header_offset + 26)
    place = entry.header_offset + 30 + name_length + extra_length + entry.compress_size // 2
    return content[:place] + bytes([content[place] ^ 0xFF]) + content[place + 1 :]


def truncated(content: bytes) -> bytes:
    return content[: len(content) // 2]


def locked(content: bytes) -> bytes:
    """What Excel saves under a password: not a ZIP but an OLE file holding the encrypted one."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le") + content


def old_format(content: bytes) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "Workbook".encode("utf-16-le")


def with_macros(content: bytes) -> bytes:
    return rewritten(content, lambda name, part: part, **{"xl__vbaProject.bin": b"macro"})


def macro_enabled(content: bytes) -> bytes:
    return rewritten(
        content,
        lambda name, part: part.replace(b"spreadsheetml.sheet.main", b"sheet.macroEnabled.main"),
    )


def expanding(content: bytes) -> bytes:
    """100 MB of blanks after the sheet, in a file of 100 KB."""
    blanks = b" " * (100 * 1024 * 1024)
    return rewritten(content, lambda name, part: part + blanks if name == SHEET else part)


def lying(content: bytes) -> bytes:
    """As `expanding`, but the ZIP's directory declares one byte."""
    whole = bytearray(expanding(content))
    place = whole.rindex(SHEET.encode()) - 46  # its entry in the directory at the end
    struct.pack_into("<I", whole, place + 24, 1)
    return bytes(whole)


def far_cell(content: bytes) -> bytes:
    """A single cell in the last corner: a reader that makes room for all would need gigabytes."""
    cell = b'<row r="1048576"><c r="XFD1048576" t="str"><v>x</v></c></row></sheetData>'
    return rewritten(content, lambda name, part: part.replace(b"</sheetData>", cell))


def with_entities(content: bytes) -> bytes:
    entity = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>'
    return rewritten(content, lambda name, part: entity + part if name == "xl/workbook.xml" else part)


def no_workbook(content: bytes) -> bytes:
    stream = BytesIO()
    with ZipFile(stream, "w") as archive:
        archive.writestr("word/document.xml", "<document/>")
    return stream.getvalue()

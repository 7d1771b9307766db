"""Encrypts a ZIP the traditional way (ZipCrypto), which the standard library can read but not write."""

import io
import struct
import zlib
from zipfile import ZipFile


def _crc_step(byte: int, crc: int) -> int:
    return zlib.crc32(bytes([byte]), crc ^ 0xFFFFFFFF) ^ 0xFFFFFFFF


class _Cipher:
    def __init__(self, password: bytes) -> None:
        self._keys = (0x12345678, 0x23456789, 0x34567890)
        for byte in password:
            self._update(byte)

    def encrypt(self, plain: bytes) -> bytes:
        return bytes(self._encrypt_byte(byte) for byte in plain)

    def _encrypt_byte(self, byte: int) -> int:
        k = self._keys[2] | 2
        cipher = byte ^ ((k * (k ^ 1)) >> 8) & 0xFF
        self._update(byte)
        return cipher

    def _update(self, byte: int) -> None:
        first, second, third = self._keys
        first = _crc_step(byte, first)
        second = ((second + (first & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        self._keys = first, second, _crc_step(second >> 24, third)


def encrypted(plain_zip: bytes, password: str) -> bytes:
    """The same files, stored and encrypted with `password`."""
    out, directory = io.BytesIO(), b""
    with ZipFile(io.BytesIO(plain_zip)) as archive:
        contents = [(info.filename.encode(), archive.read(info)) for info in archive.infolist()]
    for name, content in contents:
        crc = zlib.crc32(content)
        body = _Cipher(password.encode()).encrypt(bytes(11) + bytes([crc >> 24]) + content)
        flags = 0x1 | 0x800  # encrypted, name in UTF-8
        common = struct.pack("<5H3L2H", 20, flags, 0, 0, 0x21, crc, len(body), len(content), len(name), 0)
        offset = out.tell()
        out.write(b"PK\x03\x04" + common + name + body)
        directory += (
            b"PK\x01\x02" + struct.pack("<H", 20) + common + struct.pack("<3H2L", 0, 0, 0, 0, offset) + name
        )
    start = out.tell()
    end = struct.pack("<4H2LH", 0, 0, len(contents), len(contents), len(directory), start, 0)
    return out.getvalue() + directory + b"PK\x05\x06" + end

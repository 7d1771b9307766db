"""Whether a file may be kept: its type by content, never by name, proven by opening it (rules 5.2, G1)."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath
from typing import IO, TYPE_CHECKING
from unicodedata import category as unicode_category

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.domain.joining import joined
from accounts.errors import InvalidInput
from portfolio.domain.file_kinds import HEAD_BYTES, FileKind, describe_foreign, recognise
from portfolio.domain.file_proofs import NotProven, prove
from portfolio.domain.file_remarks import Remark

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

__all__ = ["MEGABYTE", "FileFacts", "FileKind", "Slot", "inspect"]

MEGABYTE = 1024 * 1024
_SHOWN_NAME_LENGTH = 60
_SAME_KIND = {".jpeg": FileKind.JPG, ".jpe": FileKind.JPG, ".jfif": FileKind.JPG, ".m4v": FileKind.MP4}


class Slot(StrEnum):
    """One of the two places for a file that a piece of work has."""

    DOCUMENT = "document"
    AV = "av"

    @property
    def kinds(self) -> tuple[FileKind, ...]:
        return _SLOT_KINDS[self]

    @property
    def label(self) -> StrOrPromise:
        return _SLOT_LABELS[self]


_SLOT_KINDS = {
    Slot.DOCUMENT: (FileKind.PDF, FileKind.JPG, FileKind.PNG),
    Slot.AV: (FileKind.MP3, FileKind.MP4),
}
_SLOT_LABELS: dict[Slot, StrOrPromise] = {
    Slot.DOCUMENT: gettext_lazy("文件"),
    Slot.AV: gettext_lazy("影音檔案"),
}


@dataclass(frozen=True)
class FileFacts:
    """What a file proved to be: `size` in bytes, `remarks` for the person who uploads.

    The extension to keep it under is the kind's, whatever the name said.
    """

    kind: FileKind
    size: int
    remarks: tuple[Remark, ...] = ()

    @property
    def active_content(self) -> bool:
        """Whether it is a PDF with scripts, launch actions or embedded files."""
        return any(remark.acts for remark in self.remarks)


def inspect(
    file: IO[bytes], *, name: str, slot_label: StrOrPromise, allowed: Collection[FileKind], max_bytes: int
) -> FileFacts:
    """What `file` is, when it may go into the slot; afterwards it stands at its beginning.

    `name` is what the person called it and only serves the messages: content of an allowed kind is accepted
    under a wrong extension, with a remark. Exactly `max_bytes` still passes.

    Raises:
        InvalidInput: empty, too large, not an allowed kind, damaged, locked or without content; the message
            names the file, the limit and the mend.
    """
    shown = _shown(name)
    size = file.seek(0, os.SEEK_END)
    try:
        _require_size(size, shown, slot_label, max_bytes)
        file.seek(0)
        kind = _require_allowed(file.read(HEAD_BYTES), shown, slot_label, allowed)
        proof = prove(kind, file)
    except NotProven as error:
        raise InvalidInput(f"「{shown}」{error}") from error
    finally:
        file.seek(0)
    return FileFacts(kind, size, (*_name_remark(shown, kind), *proof.remarks))


def _require_size(size: int, shown: str, slot_label: StrOrPromise, max_bytes: int) -> None:
    facts = {
        "name": shown,
        "slot": slot_label,
        "size": f"{size:,}",
        "limit": f"{max_bytes / MEGABYTE:.4g}",
        "bytes": f"{max_bytes:,}",
    }
    if size == 0:
        raise InvalidInput(
            _("「%(name)s」是空檔案（0 位元組），不能放在「%(slot)s」。請確認檔案已存好，再重新選擇。")
            % facts
        )
    if size > max_bytes:
        raise InvalidInput(
            _(
                "「%(name)s」有 %(size)s 位元組，超過「%(slot)s」的上限 %(limit)s MB（%(bytes)s 位元組）。"
                "請降低解析度、減少頁數或縮短片長後再上傳。"
            )
            % facts
        )


def _require_allowed(
    head: bytes, shown: str, slot_label: StrOrPromise, allowed: Collection[FileKind]
) -> FileKind:
    kind = recognise(head)
    if kind in allowed and kind is not None:
        return kind
    facts = {
        "name": shown,
        "slot": slot_label,
        "kinds": joined(k.value.upper() for k in FileKind if k in allowed),
    }
    if kind is not None:
        message = _(
            "「%(name)s」是 %(kind)s，不能放在「%(slot)s」（只收 %(kinds)s）。請改放到「%(other)s」欄位。"
        )
        other = next(slot.label for slot in Slot if kind in slot.kinds)
        raise InvalidInput(message % {**facts, "kind": kind.label, "other": other})
    foreign = describe_foreign(head)
    if foreign is not None:
        message = _(
            "「%(name)s」的內容其實是 %(actual)s，「%(slot)s」只收 %(kinds)s。"
            "請用原本的軟體另存成可收的格式再上傳；只改副檔名沒有用。"
        )
        raise InvalidInput(message % {**facts, "actual": foreign})
    message = _(
        "「%(name)s」的內容無法辨識，「%(slot)s」只收 %(kinds)s。請確認檔案打得開，另存成可收的格式後再上傳。"
    )
    raise InvalidInput(message % facts)


def _name_remark(shown: str, kind: FileKind) -> tuple[Remark, ...]:
    """A word to who may not know their own file's type; nothing for names without an extension."""
    suffix = PurePosixPath(shown).suffix.lower()
    if suffix in ("", kind.extension) or _SAME_KIND.get(suffix) is kind:
        return ()
    return (Remark.OTHER_KIND,)


def _shown(name: str) -> str:
    """A name fit for a message: no folders, no signs without a shape, not longer than a line."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    visible = "".join(sign for sign in last if unicode_category(sign)[0] != "C").strip()
    if len(visible) > _SHOWN_NAME_LENGTH:
        visible = f"{visible[:40]}…{visible[-18:]}"
    return visible or _("未命名檔案")

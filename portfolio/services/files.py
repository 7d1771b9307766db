"""Taking in the files of a piece: checked by content, on disk and fsynced before any row relies on them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Protocol

from portfolio import storage
from portfolio.domain.file_remarks import Remark
from portfolio.domain.filetypes import FileKind, Slot, inspect
from portfolio.models import Attachment, CourseOutcome, DiversePerformance, FileLimit

NAME_LENGTH = 255


class UploadedFile(Protocol):
    """What a browser sent: its content and what the person called it."""

    name: str | None

    @property
    def file(self) -> IO[bytes] | None: ...


Files = Mapping[Slot, UploadedFile]


@dataclass(frozen=True)
class KeptFile:
    """A file that is safely on disk, not yet of any piece."""

    slot: Slot
    kind: FileKind
    sha256: str
    size: int
    original_name: str
    active_content: bool
    remarks: tuple[Remark, ...]


def take_in(files: Files) -> list[KeptFile]:
    """Check and store `files`; call it before the transaction that creates their rows.

    A stored file whose row is never written harms nobody: it is known by its content only.

    Raises:
        InvalidInput: one is empty, too large, of the wrong kind or damaged; the message says which and why.
        StorageFailed: the disk refused.
    """
    limits = dict(FileLimit.objects.values_list("slot", "max_bytes"))
    facts = {
        slot: inspect(
            _content(upload),
            name=upload.name or "",
            slot_label=slot.label,
            allowed=slot.kinds,
            max_bytes=limits[slot],
        )
        for slot, upload in files.items()
    }
    # All are checked before the first is stored.
    return [
        KeptFile(
            slot=slot,
            kind=fact.kind,
            sha256=storage.store(_content(files[slot])).sha256,
            size=fact.size,
            original_name=(files[slot].name or "")[-NAME_LENGTH:],
            active_content=fact.active_content,
            remarks=fact.remarks,
        )
        for slot, fact in facts.items()
    ]


def _content(upload: UploadedFile) -> IO[bytes]:
    assert upload.file is not None  # open until the request has ended
    return upload.file


def attach(
    item: CourseOutcome | DiversePerformance, files: Iterable[KeptFile], *, at: datetime
) -> list[Attachment]:
    """Make `files` the current ones of `item`, each in its slot; those they replace stay on record."""
    owner = {"outcome": item} if isinstance(item, CourseOutcome) else {"performance": item}
    attachments = []
    for file in files:
        item.attachments.filter(slot=file.slot, replaced_at=None).update(replaced_at=at)
        attachments.append(
            Attachment.objects.create(
                **owner,
                slot=file.slot,
                kind=file.kind,
                sha256=file.sha256,
                size=file.size,
                original_name=file.original_name,
                active_content=file.active_content,
                remarks=list(file.remarks),
                uploaded_at=at,
            )
        )
    return attachments


def described(files: Iterable[KeptFile]) -> list[dict[str, object]]:
    """The files as the trail keeps them."""
    return [
        {"slot": f.slot.value, "name": f.original_name, "size": f.size, "sha256": f.sha256} for f in files
    ]

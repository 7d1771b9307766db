"""The end of the chain as it was, kept in a file: what is cut off the database is still known there."""

import os
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

_LINE = re.compile(r"^(\d+) ([0-9a-f]{64}|-) \S+\n", re.MULTILINE)
_TAIL = 4096


@dataclass(frozen=True)
class Anchor:
    position: int
    hash: str


# Where a chain begins before its first link; what it is joined to.
NOTHING = Anchor(0, "")


def append_anchor(anchor: Anchor, at: datetime) -> None:
    """Note that the chain reached this far; on the disk when this returns."""
    path = Path(settings.TRAIL_ANCHORS)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="ascii") as file:
        file.write(f"{anchor.position} {anchor.hash or '-'} {at.isoformat()}\n")
        file.flush()
        os.fsync(file.fileno())


def last_anchor() -> Anchor | None:
    """The last that was written out whole; None before the first."""
    path = Path(settings.TRAIL_ANCHORS)
    if not path.exists():
        return None
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL))
        lines = _LINE.findall(file.read().decode("ascii", "replace"))
    return Anchor(int(lines[-1][0]), lines[-1][1].strip("-")) if lines else None

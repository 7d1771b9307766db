"""How far the work on an uploaded list is: in a file beside it, so that it is seen amid a transaction too."""

from __future__ import annotations

import json
from dataclasses import dataclass

from accounts.list_files import uploads_folder, write_whole
from accounts.list_progress import ListStep


@dataclass(frozen=True)
class Stand:
    """Where the work stands; `percent` is None for a step whose length is not known."""

    step: ListStep = ListStep.READING
    percent: int | None = None


class KeptProgress:
    """The progress of the upload whose file is called `name`; a `Progress` by itself."""

    def __init__(self, name: str) -> None:
        self._path = uploads_folder() / f"{name}.progress"
        self._noted: Stand | None = None

    def __call__(self, step: ListStep, done: int, total: int) -> None:
        """Note it, once per percent: each note is a write to the disk."""
        stand = Stand(step, done * 100 // total if total else None)
        if stand != self._noted:
            self._noted = stand
            write_whole(self._path, json.dumps([step.value, stand.percent]))

    def stand(self) -> Stand:
        try:
            step, percent = json.loads(self._path.read_text(encoding="ascii"))
        except FileNotFoundError:
            return Stand()
        return Stand(ListStep(step), percent)

    def remove(self) -> None:
        self._path.unlink(missing_ok=True)

"""Celery's broker over a folder, for an installation without Redis.

The stock transport gives a message its name first and its content afterwards; a worker that looks in
between reads nothing and dies (one message in a thousand when both are busy). Here every file is complete
before it has its name.
"""

import fcntl
import os
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kombu.transport import filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    """The stock channel with whole-file writes."""

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]
        name = f"{round(time.monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg"
        _write_whole(Path(self.data_folder_out) / name, dumps(payload))

    def _queue_bind(self, exchange: str, routing_key: str | None, pattern: str | None, queue: str) -> None:
        binding = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        with _locked(self.control_folder):
            bindings = self.get_table(exchange)
            if binding not in bindings:
                file = self._exchange_file(exchange)  # type: ignore[attr-defined]  # not in the type stubs
                _write_whole(file, dumps([binding, *bindings]))


class Transport(filesystem.Transport):
    """Named by the setting CELERY_BROKER_TRANSPORT."""

    Channel = Channel

    @property
    def default_connection_params(self) -> dict[str, Any]:
        return {}  # a folder has no host and no port, and none has to be warned about


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _write_whole(path: Path, text: str) -> None:
    """Write `path` so that a reader sees all of it or nothing, after a power cut too."""
    draft = path.with_name(f".{uuid.uuid4()}.draft")
    with draft.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)

"""Keeps a set of processes together: they run together and stop together."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType

from deploy.local import children

GLANCE = 0.2  # seconds between two looks at the children


class Supervisor:
    """Starts named processes; leaving the `with` block stops them all.

    Ctrl-C, SIGTERM and SIGHUP ask for a stop; a second one does not wait for unfinished work.
    """

    def __init__(self, *, grace: float = 10) -> None:
        self._grace = grace
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._asked_to_stop = 0

    def __enter__(self) -> Supervisor:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        return self

    def __exit__(self, *_: object) -> None:
        self._stop_all()

    def start(self, name: str, command: children.Command, *, env: Mapping[str, str], cwd: Path) -> None:
        """Start a process under `name`, which messages use."""
        self._processes[name] = children.start(command, env=env, cwd=cwd, own_group=True)

    def wait_for(self, condition: Callable[[], bool], *, limit: float) -> bool:
        """Whether `condition` came true within `limit` seconds, undisturbed by an end or a stop."""
        end = time.monotonic() + limit
        while self._undisturbed() and time.monotonic() < end:
            if condition():
                return True
            time.sleep(GLANCE)
        return False

    def watch(self) -> int:
        """Wait until a stop is asked for (0) or a process ends by itself, which is said and fails (1)."""
        while self._undisturbed():
            time.sleep(GLANCE)
        if self._asked_to_stop:
            return 0
        for name, status in self._ended().items():
            print(
                f"{name} ended unexpectedly ({_describe(status)}); stopping the rest.",
                file=sys.stderr,
                flush=True,
            )
        return 1

    def _undisturbed(self) -> bool:
        return not self._asked_to_stop and not self._ended()

    def _ended(self) -> dict[str, int]:
        states = {name: process.poll() for name, process in self._processes.items()}
        return {name: status for name, status in states.items() if status is not None}

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._asked_to_stop += 1

    def _stop_all(self) -> None:
        for process in self._processes.values():
            if process.poll() is None:
                process.terminate()
        self._wait_until_ended()
        for process in self._processes.values():
            children.kill_group(process)
            process.wait()

    def _wait_until_ended(self) -> None:
        end = time.monotonic() + self._grace
        while (
            len(self._ended()) < len(self._processes) and time.monotonic() < end and self._asked_to_stop < 2
        ):
            time.sleep(GLANCE)


def _describe(status: int) -> str:
    return f"killed by {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"

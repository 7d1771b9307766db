"""Child processes that never outlive their parent."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

Command = Sequence[str | os.PathLike[str]]

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def tie_to_parent(by: signal.Signals = signal.SIGTERM) -> None:
    """Have the kernel send this process `by` when its parent dies, even by SIGKILL (Linux only)."""
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, int(by), 0, 0, 0)


def start(
    command: Command,
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    log: Path | None = None,
    last_signal: signal.Signals = signal.SIGTERM,
    own_group: bool = False,
    user: str | None = None,
) -> subprocess.Popen[bytes]:
    """Start `command`, which is sent `last_signal` should this process die.

    With `own_group` a Ctrl-C in the terminal does not reach it: this process decides when it stops.
    With `log` its output goes to that file; with `user` (as root) it runs as that user.
    """
    parent = os.getpid()

    def tie() -> None:
        tie_to_parent(last_signal)
        if os.getppid() != parent:  # the parent died before the kernel was told
            os._exit(1)

    output = log.open("ab") if log else None
    try:
        return subprocess.Popen(
            [os.fspath(word) for word in command],
            env=env,
            cwd=cwd,
            stdout=output,
            stderr=output,
            start_new_session=own_group,
            user=user,
            group=user,
            extra_groups=[] if user else None,
            preexec_fn=tie,
        )
    finally:
        if output:
            output.close()


def run(command: Command, *, env: Mapping[str, str], cwd: Path, limit: float) -> int:
    """Run `command` to its end and return its exit status; 124 when it took more than `limit` seconds."""
    process = start(command, env=env, cwd=cwd)
    try:
        return process.wait(limit)
    except subprocess.TimeoutExpired:
        return 124
    finally:
        stop(process)


def stop(process: subprocess.Popen[bytes], *, by: signal.Signals = signal.SIGTERM, grace: float = 10) -> None:
    """End `process` and wait for it: politely, then, `grace` seconds later, by force."""
    if process.poll() is None:
        process.send_signal(by)
    try:
        process.wait(grace)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill whatever is left of the group of a `process` started with `own_group`."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return

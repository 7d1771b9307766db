"""A PostgreSQL and a Redis for one run of the tests: each in a new folder, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from deploy.local import children, machine
from deploy.local.machine import Unavailable

POSTGRES_FOLDERS = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin")
CLUSTER = ("--username=portfolio", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
# No network, and nothing that has to survive a power cut.
SERVER = ("listen_addresses=", "fsync=off", "synchronous_commit=off", "full_page_writes=off")
START_LIMIT = 60  # seconds


def postgres(stack: ExitStack) -> str:
    """Address of a new PostgreSQL cluster, reached through a Unix socket only; no other is touched.

    Whoever may enter the socket's folder, which is its owner and root, may do everything in it.
    """
    bin_folder = machine.program("initdb", *POSTGRES_FOLDERS, package="postgresql").resolve().parent
    user = _unprivileged_user()
    folder = _folder(stack, "postgres", user)
    data, log = folder / "data", folder / "log"
    create = children.start([bin_folder / "initdb", "-D", data, *CLUSTER], cwd=folder, log=log, user=user)
    if create.wait():
        raise Unavailable(f"a PostgreSQL cluster could not be created: {_last_line(log)}")
    settings = [word for setting in SERVER for word in ("-c", setting)]
    command: list[str | Path] = [bin_folder / "postgres", "-D", data, "-k", folder, *settings]
    server = children.start(
        command, cwd=folder, log=log, user=user, last_signal=signal.SIGQUIT, own_group=True
    )
    stack.callback(children.stop, server, by=signal.SIGINT)
    ask: list[str | Path] = [bin_folder / "pg_isready", "-h", folder, "-d", "postgres"]
    _wait_for(lambda: subprocess.run(ask, capture_output=True).returncode == 0, server, log)
    return f"postgres://portfolio@/{folder}/portfolio"


def redis(stack: ExitStack) -> str:
    """Address of a new Redis, in memory only, on a free port of the loopback interface."""
    program = machine.program("redis-server", package="redis-server")
    folder = _folder(stack, "redis", None)
    port, log = _free_port(), folder / "log"
    options = f"--port {port} --bind 127.0.0.1 --appendonly no".split()
    server = children.start([program, *options, "--save", ""], cwd=folder, log=log, own_group=True)
    stack.callback(children.stop, server)
    _wait_for(lambda: _accepts(port), server, log)
    return f"redis://127.0.0.1:{port}/0"


def _unprivileged_user() -> str | None:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    return "postgres" if any(entry.pw_name == "postgres" for entry in pwd.getpwall()) else "nobody"


def _folder(stack: ExitStack, name: str, owner: str | None) -> Path:
    folder = Path(tempfile.mkdtemp(prefix=f"portfolio-{name}-"))
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    if owner:
        shutil.chown(folder, owner)
    return folder


def _wait_for(ready: Callable[[], bool], server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_LIMIT
    while not ready():
        if server.poll() is not None or time.monotonic() > end:
            raise Unavailable(f"{log.parent.name} did not start: {_last_line(log)}")
        time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _last_line(log: Path) -> str:
    return machine.last_line(log.read_text(errors="replace"))

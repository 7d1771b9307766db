"""What this machine has, and installing what it lacks where that is allowed."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CREATE_CLUSTER = Path("/etc/postgresql-common/createcluster.conf")
POLICY = Path("/usr/sbin/policy-rc.d")
START_NOTHING = "#!/bin/sh\nexit 101\n"
_updated = False


class Unavailable(Exception):
    """Something needed cannot be had on this machine; the text says what and why."""


def find(program: str, *folders: str) -> Path | None:
    """The program's path, looked for in PATH and then in `folders` (patterns), the newest version first."""
    if found := shutil.which(program):
        return Path(found)
    candidates = [path for pattern in folders for path in Path("/").glob(f"{pattern.lstrip('/')}/{program}")]
    return max(candidates, key=_version, default=None)


def program(name: str, *folders: str, package: str) -> Path:
    """Path of a program, after installing Debian's `package` if need be; `folders` as for `find`.

    Raises:
        Unavailable: it is not here and cannot be installed.
    """
    if found := find(name, *folders):
        return found
    install(package)
    if found := find(name, *folders):
        return found
    raise Unavailable(f"{package} was installed, yet there is no {name}")


def _version(path: Path) -> list[int]:
    return [int(part) for part in path.parts if part.isdigit()]


def install(*packages: str) -> None:
    """Install Debian `packages`, starting no service and creating no database cluster.

    Raises:
        Unavailable: not root, not Debian, or the packages cannot be fetched.
    """
    wanted = f"apt-get install {' '.join(packages)}"
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise Unavailable(f"not installed here, and only root on Debian may install it ({wanted})")
    print(f"Installing {', '.join(packages)} …", flush=True)
    _update_once()
    with _starting_nothing(), _creating_no_cluster(packages):
        result = _apt("install", "--yes", "--no-install-recommends", *packages)
    if result.returncode:
        raise Unavailable(f"{wanted} failed: {last_line(result.stderr)}")


def _update_once() -> None:
    global _updated
    if not _updated:
        _apt("update")
        _updated = True


def _apt(*arguments: str) -> subprocess.CompletedProcess[str]:
    options = [
        "-qq",
        "-o",
        "Acquire::Retries=2",
        "-o",
        "Acquire::http::Timeout=30",
        "-o",
        "DPkg::Lock::Timeout=120",
    ]
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", *options, *arguments]
    return subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True)


def last_line(text: str) -> str:
    """The last line of what a program said, usually the reason why it ended."""
    return (text.strip().splitlines() or ["no message"])[-1]


@contextmanager
def _starting_nothing() -> Iterator[None]:
    """Debian starts a service as soon as it is installed, unless a policy says no."""
    if POLICY.exists():
        yield
        return
    POLICY.write_text(START_NOTHING)
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink()


@contextmanager
def _creating_no_cluster(packages: tuple[str, ...]) -> Iterator[None]:
    """PostgreSQL's package would create a cluster of its own; the tests bring theirs."""
    if "postgresql" not in packages:
        yield
        return
    _apt("install", "--yes", "--no-install-recommends", "postgresql-common")
    before = CREATE_CLUSTER.read_text() if CREATE_CLUSTER.exists() else None
    CREATE_CLUSTER.parent.mkdir(exist_ok=True)
    CREATE_CLUSTER.write_text((before or "") + "\ncreate_main_cluster = false\n")
    try:
        yield
    finally:
        CREATE_CLUSTER.unlink() if before is None else CREATE_CLUSTER.write_text(before)

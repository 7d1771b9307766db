"""The virtual environment: built when missing, brought up to date when a requirements file changed."""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local import machine

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
RUNTIME, DEVELOPMENT = "requirements.txt", "requirements-dev.txt"
OLDEST_PYTHON = (3, 11)


def ready(requirements: str) -> Path:
    """The Python of `.venv`, holding everything `requirements` names (a file in the project's root).

    Takes milliseconds when nothing changed since the last time.

    Raises:
        machine.Unavailable: there is no suitable Python, or the packages cannot be had.
    """
    require_python()
    with _alone():
        python = _usable_venv()
        if not is_current(requirements):
            _install(python, requirements)
    return python


def require_python(version: tuple[int, ...] = sys.version_info[:2]) -> None:
    """Refuse a Python that the pinned packages do not support."""
    if version < OLDEST_PYTHON:
        found, wanted = (".".join(map(str, v)) for v in (version, OLDEST_PYTHON))
        raise machine.Unavailable(
            f"this is Python {found}; {wanted} or newer is needed. Name one: make PYTHON=python{wanted} …"
        )


def is_current(requirements: str) -> bool:
    """Whether `.venv` was last installed from `requirements` as it reads now."""
    stamp = _stamp(requirements)
    return stamp.exists() and stamp.read_text() == fingerprint(requirements)


def fingerprint(requirements: str) -> str:
    """A digest of every requirements file that `requirements` amounts to."""
    return hashlib.sha256(
        b"\0".join((ROOT / name).read_bytes() for name in _included(requirements))
    ).hexdigest()


def _included(requirements: str) -> list[str]:
    return [RUNTIME, DEVELOPMENT] if requirements == DEVELOPMENT else [requirements]


def _stamp(requirements: str) -> Path:
    return VENV / f".{requirements}.sha256"


@contextmanager
def _alone() -> Iterator[None]:
    """Two commands started at once must not build the same environment together."""
    VENV.mkdir(exist_ok=True)
    with (VENV / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _usable_venv() -> Path:
    python = VENV / "bin" / "python"
    if not _works(python):
        print("Creating the virtual environment .venv …", flush=True)
        _forget_stamps()
        _create_venv()
    return python


def _works(python: Path) -> bool:
    """A moved project or a removed base Python leaves an environment that does not start."""
    try:
        return subprocess.run([python, "-m", "pip", "--version"], capture_output=True).returncode == 0
    except OSError:
        return False


def _create_venv() -> None:
    try:
        import ensurepip  # noqa: F401  Debian ships it apart, in python3-venv
    except ImportError:
        machine.install("python3-venv")
    if subprocess.run([sys.executable, "-m", "venv", VENV]).returncode:
        raise machine.Unavailable(f"{sys.executable} -m venv failed; its message is above")


def _forget_stamps() -> None:
    for stamp in VENV.glob(".*.sha256"):
        stamp.unlink()


def _install(python: Path, requirements: str) -> None:
    print(f"Installing {requirements} into .venv …", flush=True)
    command = [str(python), "-m", "pip", "install", "--quiet", "-r", requirements]
    quiet = {"PIP_ROOT_USER_ACTION": "ignore", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    if subprocess.run(command, cwd=ROOT, env=os.environ | quiet).returncode:
        raise machine.Unavailable(
            f"the packages of {requirements} could not be installed; pip's message is above"
        )
    for name in _included(requirements):
        _stamp(name).write_text(fingerprint(name))

"""One start command leaves no process behind, however it ends."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 15  # seconds

SITE = """
import os, sys
from pathlib import Path
from deploy.local.supervisor import Supervisor

folder = Path(sys.argv[1])
CHILD = "import os, sys, time; open(sys.argv[1], 'w').write(str(os.getpid())); time.sleep(600)"
# Has a child of its own and, like a hung worker, does not listen to SIGTERM.
STUBBORN = "import signal, subprocess, sys; signal.signal(signal.SIGTERM, signal.SIG_IGN); " \\
    "subprocess.run([sys.executable, '-c', sys.argv[2], sys.argv[1]])"
with Supervisor(grace=1) as supervisor:
    for name in ("web", "worker"):
        command = [sys.executable, "-c", CHILD, folder / name]
        supervisor.start(name, command, env=os.environ, cwd=folder)
    if "stubborn" in sys.argv:
        command = [sys.executable, "-c", STUBBORN, folder / "hung", CHILD]
        supervisor.start("hung", command, env=os.environ, cwd=folder)
    sys.exit(supervisor.watch())
"""


@dataclass
class Site:
    """A supervisor with stand-in children, which write their process ids into `folder`."""

    process: subprocess.Popen[str]
    folder: Path
    names: list[str]

    def pids(self) -> dict[str, int]:
        wait_until(lambda: all(self._pid(name) for name in self.names))
        return {name: int(self._pid(name)) for name in self.names}

    def _pid(self, name: str) -> str:
        path = self.folder / name
        return path.read_text() if path.exists() else ""


def start_site(folder: Path, *extra: str) -> Site:
    command = [sys.executable, "-c", SITE, str(folder), *extra]
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(command, env=env, text=True, stderr=subprocess.PIPE)
    return Site(process, folder, ["web", "worker", *(["hung"] if extra else [])])


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = start_site(tmp_path)
    yield site
    end(site)


def end(site: Site) -> None:
    site.process.kill()
    site.process.communicate()


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


def wait_until_none_runs(pids: dict[str, int]) -> None:
    wait_until(lambda: not any(is_running(pid) for pid in pids.values()))


linux_only = pytest.mark.skipif(sys.platform != "linux", reason="only Linux ties a child to its parent")


@linux_only
def test_killing_the_parent_leaves_no_child(site: Site) -> None:
    pids = site.pids()
    site.process.kill()
    wait_until_none_runs(pids)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_being_told_to_stop_stops_every_child_and_is_no_failure(site: Site, number: signal.Signals) -> None:
    pids = site.pids()
    site.process.send_signal(number)
    assert site.process.wait(PATIENCE) == 0
    wait_until_none_runs(pids)


def test_a_child_that_dies_is_named_and_takes_the_rest_along(site: Site) -> None:
    pids = site.pids()
    os.kill(pids["worker"], signal.SIGKILL)
    _, said = site.process.communicate(timeout=PATIENCE)
    assert site.process.returncode == 1
    assert "worker ended unexpectedly (killed by SIGKILL)" in said
    wait_until_none_runs(pids)


def test_a_child_that_does_not_listen_is_killed_with_its_own_children(tmp_path: Path) -> None:
    site = start_site(tmp_path, "stubborn")
    pids = site.pids()
    site.process.terminate()
    assert site.process.wait(PATIENCE) == 0
    wait_until_none_runs(pids)
    end(site)

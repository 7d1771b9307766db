"""`make run`: the whole site on this machine, with a demo school, until Ctrl-C."""

from __future__ import annotations

import fcntl
import os
import socket
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local import children, environment
from deploy.local.machine import Unavailable
from deploy.local.services import ensure_printing
from deploy.local.supervisor import Supervisor

ROOT = environment.ROOT
HOST = "127.0.0.1"
TRUE = ("1", "true", "yes", "on", "y", "ok")  # as the settings read DEBUG
START_LIMIT = 90  # seconds for the first page
DEMO_PASSWORD = "demo-portfolio"  # noqa: S105  public on purpose: it exists only where DEBUG is on
# The same as accounts/demo_sign_ins.py, which cannot be imported before anything is installed.
DEMO_PEOPLE = {
    "student1": "學生（日間部高二）",
    "student2": "學生（進修部高二）",
    "guardian1": "家長（student1 的父母）",
    "teacher1": "任課教師",
    "homeroom1": "導師（高二）",
    "counsellor1": "課程諮詢教師",
    "registry1": "教務處註冊組長",
    "affairs1": "學務處訓育組長",
    "evening1": "進修部教務組長",
    "secretary1": "秘書",
    "admin": "系統管理者",
}


def main() -> int:
    if "MAKELEVEL" in os.environ:  # started by make: however that ends, the site ends too
        children.tie_to_parent()
    try:
        return serve()
    except Unavailable as problem:
        print(f"make run: {problem}.", file=sys.stderr)
        return 1


def serve() -> int:
    """Prepare everything, then run the site until told to stop."""
    env = site_environment()
    port, data = int(env["PORT"]), Path(env["DATA_DIR"])
    python = environment.ready(environment.RUNTIME)
    ensure_printing()
    with only_one(data), Supervisor() as supervisor:
        require_free(port)
        if prepare(python, env):
            return 1
        for name, command in processes(python, port, data).items():
            supervisor.start(name, command, env=env, cwd=ROOT)
        if supervisor.wait_for(lambda: answers(port), limit=START_LIMIT):
            print(welcome(port, demo=env["DEBUG"].lower() in TRUE), flush=True)
        return supervisor.watch()


def site_environment() -> dict[str, str]:
    """The environment of every process of the site: DEBUG unless the caller's environment says otherwise."""
    defaults = {"DEBUG": "1", "PORT": "8000", "DATA_DIR": "var", "PYTHONUNBUFFERED": "1"}
    env = defaults | os.environ
    return env | {"DATA_DIR": str(ROOT / env["DATA_DIR"]), "DJANGO_SETTINGS_MODULE": "config.settings"}


@contextmanager
def only_one(data: Path) -> Iterator[None]:
    """Two sites over one data folder would do every periodic task twice."""
    data.mkdir(parents=True, exist_ok=True)
    with (data / "run.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Unavailable(
                f"the site is already running over {data}; stop that one, or set DATA_DIR"
            ) from None
        yield


def require_free(port: int) -> None:
    """Say at once, rather than after a minute's preparation, that the port is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as problem:
            raise Unavailable(
                f"port {port} is not free ({problem.strerror}); choose another: PORT=8001 make run"
            ) from None


def prepare(python: Path, env: dict[str, str]) -> int:
    """Migrate, and load the demo school into a new database; its exit status."""
    process = children.start([python, "-m", "deploy.local.prepare"], env=env, cwd=ROOT)
    try:
        return process.wait()
    finally:
        children.stop(process)


def processes(python: Path, port: int, data: Path) -> dict[str, children.Command]:
    """The commands of the three processes.

    Worker and beat are apart, so that the end of either is noticed; a beat embedded in the worker
    would outlive a killed worker, or die unseen.
    """
    celery: list[str | Path] = [python, "-m", "celery", "--app", "config", "--quiet"]
    web: list[str | Path] = [python, "-m", "gunicorn", "config.wsgi", "--bind", f"{HOST}:{port}"]
    web += ["--worker-class", "gthread", "--workers", "2", "--threads", "8", "--graceful-timeout", "5"]
    web += ["--no-control-socket", "--log-level", "warning"]
    worker = [*celery, "worker", "--pool", "solo", "--loglevel", "WARNING"]
    worker += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    beat = [*celery, "beat", "--schedule", data / "beat-schedule", "--loglevel", "WARNING"]
    return {"web": web, "worker": worker, "beat": beat}


def answers(port: int) -> bool:
    """Whether the web process answers at all; what it answers is the site's business."""
    try:
        urllib.request.urlopen(f"http://{HOST}:{port}/healthz", timeout=5).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def welcome(port: int, *, demo: bool) -> str:
    """What the person at the terminal needs next: the address and, in a demo, who to be."""
    lines = ["", f"  學習歷程檔案  http://{HOST}:{port}/", ""]
    if demo:
        lines += [f"  Demo sign-ins (password {DEMO_PASSWORD}):"]
        lines += [f"    {names:<20} {role}" for names, role in DEMO_PEOPLE.items()]
        lines += [""]
    return "\n".join([*lines, "  Ctrl-C stops the site.", ""])


if __name__ == "__main__":
    sys.exit(main())

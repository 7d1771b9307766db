"""`make test`: everything that can be checked on this machine, tier after tier.

`python -m deploy.local.test static sqlite` runs only the tiers named.
"""

from __future__ import annotations

import base64
import os
import secrets
import shutil
import signal
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from types import FrameType

from deploy.local import children, environment
from deploy.local.machine import Unavailable
from deploy.local.services import Services, ensure_printing
from deploy.local.tiers import Result, Step, Tier, chosen, verdict

STEP_LIMIT = 20 * 60  # seconds; something that hangs must not hang for ever
# What the caller's environment says about the site must not change what is tested.
SITE_VARIABLES = ("DATABASE_URL", "CELERY_BROKER_URL", "DEBUG", "DATA_DIR", "SECRET_KEY", "ALLOWED_HOSTS")


def main(keys: list[str]) -> int:
    if "MAKELEVEL" in os.environ:  # started by make: however that ends, the tests end too
        children.tie_to_parent()
    signal.signal(signal.SIGTERM, leave)
    try:
        tiers = chosen(keys)
        python = environment.ready(environment.DEVELOPMENT)
    except (LookupError, Unavailable) as problem:
        print(f"make test: {problem}.")
        return 1
    if any(tier.prints for tier in tiers):
        ensure_printing()
    with ExitStack() as stack:
        services = Services(stack)
        results = [run_tier(tier, services, python) for tier in tiers]
    status, lines = verdict(results, require_all=os.environ.get("REQUIRE_ALL", "") not in ("", "0"))
    print("\n".join(lines), flush=True)
    return status


def leave(number: int, frame: FrameType | None) -> None:
    """Turns SIGTERM into an ordinary exit, so that services are stopped on the way out."""
    sys.exit(128 + number)


def run_tier(tier: Tier, services: Services, python: Path) -> Result:
    """Run every step of `tier`, also after one failed; or say which service is missing."""
    began = time.monotonic()
    _heading(tier.title)
    try:
        addresses = {need: getattr(services, need) for need in tier.needs}
    except (Unavailable, OSError) as problem:
        return Result(tier, missing=str(problem))
    failed = tuple(step.name for step in tier.steps if run_step(step, addresses, python))
    return Result(tier, seconds=time.monotonic() - began, failed=failed)


def run_step(step: Step, addresses: dict[str, str], python: Path) -> int:
    """The exit status of a step, run over an empty data folder."""
    began = time.monotonic()
    data = Path(tempfile.mkdtemp(prefix="portfolio-test-"))
    env = step_environment(step, addresses, data)
    try:
        status = children.run([python, *step.arguments], env=env, cwd=environment.ROOT, limit=STEP_LIMIT)
    finally:
        shutil.rmtree(data, ignore_errors=True)
    print(f"-- {step.name}: {'failed' if status else 'ok'} ({time.monotonic() - began:.0f} s)", flush=True)
    return status


def step_environment(step: Step, addresses: dict[str, str], data: Path) -> dict[str, str]:
    """The caller's environment with nothing left in it that would change the site under test."""
    env = {name: value for name, value in os.environ.items() if name not in SITE_VARIABLES}
    env |= {
        "DATA_DIR": str(data),
        "DATABASE_URL": addresses.get("postgres", f"sqlite:///{data / 'db.sqlite3'}"),
        "CELERY_BROKER_URL": addresses.get("redis", "filesystem://"),
        "CHROMIUM_PATH": addresses.get("chromium", ""),
    }
    return env | (_production_secrets() if step.production else {"DEBUG": "1"})


def _production_secrets() -> dict[str, str]:
    return {
        "SECRET_KEY": secrets.token_urlsafe(64),
        "PERSONAL_DATA_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "PERSONAL_DATA_HASH_KEY": secrets.token_urlsafe(64),
        "ALLOWED_HOSTS": "portfolio.example.edu.tw",
    }


def _heading(title: str) -> None:
    print(f"\n== {title}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""PostgreSQL, Redis and Chromium for the tests: those the environment names, else throw-away ones from
installed programs, else installed first."""

from __future__ import annotations

import os
import subprocess
from contextlib import ExitStack
from functools import cached_property

from deploy.local import machine, throwaway
from deploy.local.machine import Unavailable


class Services:
    """The services, each started when first asked for; `stack` ends them.

    Reading an attribute raises `Unavailable` when the service cannot be had.
    """

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack

    @cached_property
    def postgres(self) -> str:
        """Address of a PostgreSQL whose user may create databases (TEST_DATABASE_URL names one)."""
        return os.environ.get("TEST_DATABASE_URL") or throwaway.postgres(self._stack)

    @cached_property
    def redis(self) -> str:
        """Address of a Redis (TEST_REDIS_URL names one)."""
        return os.environ.get("TEST_REDIS_URL") or throwaway.redis(self._stack)

    @cached_property
    def chromium(self) -> str:
        """Path of a Chromium (CHROMIUM names one)."""
        ensure_chinese_font()
        return os.environ.get("CHROMIUM") or str(machine.program("chromium", package="chromium"))


def ensure_chinese_font() -> None:
    """Without such a font pages still work, but pictures of them show boxes."""
    try:
        fonts = machine.program("fc-list", package="fontconfig")
        if not subprocess.run([fonts, ":lang=zh-tw"], capture_output=True).stdout:
            machine.install("fonts-noto-cjk")
    except Unavailable as problem:
        print(f"No font with Chinese characters for the browser: {problem}", flush=True)

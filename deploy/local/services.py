"""PostgreSQL, Redis and Chromium for the tests: those the environment names, else throw-away ones from
installed programs, else installed first."""

from __future__ import annotations

import ctypes
import os
import subprocess
from contextlib import ExitStack
from functools import cached_property

from deploy.local import machine, throwaway
from deploy.local.machine import Unavailable

# What lays out PDFs to print: the library that is loaded, and Debian's package that has it.
PRINTING = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}


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


def ensure_printing() -> None:
    """Without these libraries everything works but the sheets to print."""
    missing = [package for library, package in PRINTING.items() if not _loads(library)]
    try:
        if missing:
            machine.install(*missing)
    except Unavailable as problem:
        print(f"No PDFs to print: {problem}", flush=True)
    else:
        ensure_chinese_font()


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def ensure_chinese_font() -> None:
    """Without such a font pages still work, but pictures of them, and PDFs, show boxes."""
    try:
        fonts = machine.program("fc-list", package="fontconfig")
        if not subprocess.run([fonts, ":lang=zh-tw"], capture_output=True).stdout:
            machine.install("fonts-noto-cjk")
    except Unavailable as problem:
        print(f"No font with Chinese characters: {problem}", flush=True)

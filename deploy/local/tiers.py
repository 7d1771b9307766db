"""What `make test` consists of, how a tier went, and what that amounts to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """One command, given as words after the environment's Python."""

    name: str
    arguments: tuple[str, ...]
    production: bool = False  # with production settings and throw-away secrets


@dataclass(frozen=True)
class Tier:
    """Steps that need the same services (attributes of `services.Services`)."""

    key: str
    title: str
    steps: tuple[Step, ...]
    needs: tuple[str, ...] = ()
    prints: bool = True  # whether PDFs are made in it


@dataclass(frozen=True)
class Result:
    """How a tier went: not run, for the reason in `missing`; or run, and which of its steps failed."""

    tier: Tier
    seconds: float = 0
    failed: tuple[str, ...] = ()
    missing: str = ""

    @property
    def line(self) -> str:
        """One line for the summary."""
        if self.missing:
            return f"NOT RUN  {self.tier.title}: {self.missing}"
        word, which = ("FAILED ", f": {', '.join(self.failed)}") if self.failed else ("passed ", "")
        return f"{word}  {self.tier.title} ({self.seconds:.0f} s){which}"


def _python(name: str, *arguments: str, production: bool = False) -> Step:
    return Step(name, arguments, production)


def _pytest(marker: str, *, workers: int = 2) -> tuple[Step, ...]:
    """pytest says with status 5 that it found no test, which fails here like any other status."""
    return (_python("pytest", "-m", "pytest", "-q", "-n", str(workers), "-m", marker),)


STATIC = (
    _python("ruff check", "-m", "ruff", "check", "--quiet", "."),
    _python("ruff format", "-m", "ruff", "format", "--check", "--quiet", "."),
    _python("import contracts", ".venv/bin/lint-imports", "--no-logo"),
    _python("mypy", "-m", "mypy"),
    _python("manage.py check", "manage.py", "check"),
    _python("migrations", "manage.py", "makemigrations", "--check", "--dry-run"),
    _python(
        "manage.py check --deploy",
        "manage.py",
        "check",
        "--deploy",
        "--fail-level",
        "WARNING",
        production=True,
    ),
)

TIERS = (
    Tier("static", "lint, types, import contracts, settings", STATIC, prints=False),
    Tier("sqlite", "tests on SQLite", _pytest("not browser and not postgres")),
    Tier(
        "postgres", "tests on PostgreSQL + Redis", _pytest("not browser and not once"), ("postgres", "redis")
    ),
    Tier("browser-sqlite", "browser tests on SQLite", _pytest("browser and not postgres"), ("chromium",)),
    Tier(
        "browser-postgres",
        "a year in a browser on PostgreSQL + Redis",
        _pytest("browser and not once"),
        ("chromium", "postgres", "redis"),
    ),
)
# By name only: what is alike on every database, on the other one as well.
FURTHER = (
    Tier("postgres-once", "pages and permissions on PostgreSQL + Redis", _pytest("once"), TIERS[-1].needs),
)


def chosen(keys: Sequence[str]) -> tuple[Tier, ...]:
    """The tiers with these keys, all when none is given.

    Raises:
        LookupError: there is no such tier; the text names those there are.
    """
    by_key = {tier.key: tier for tier in (*TIERS, *FURTHER)}
    if unknown := set(keys) - set(by_key):
        raise LookupError(f"no tier is called {', '.join(sorted(unknown))}; there are {', '.join(by_key)}")
    return tuple(by_key[key] for key in keys) or TIERS


def verdict(results: Iterable[Result], *, require_all: bool) -> tuple[int, list[str]]:
    """Exit status and summary. A tier that could not run is named last, and fails only with `require_all`."""
    ran = [result for result in results if not result.missing]
    missing = [result for result in results if result.missing]
    wrong = [result for result in ran if result.failed] + (missing if require_all else [])
    lines = ["", "Summary", *(result.line for result in ran)]
    lines += [
        f"make test {'FAILED' if wrong else 'passed'}" + (", but not everything ran:" if missing else ".")
    ]
    return (1 if wrong else 0), lines + [result.line for result in missing]

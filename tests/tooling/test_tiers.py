"""What counts as passed when part of the checks cannot run on a machine."""

from contextlib import ExitStack
from pathlib import Path

import pytest

from deploy.local import machine, test, throwaway
from deploy.local.machine import Unavailable
from deploy.local.services import Services
from deploy.local.tiers import TIERS, Result, Step, Tier, chosen, verdict

PASSED = Result(Tier("one", "tests on SQLite", ()), seconds=3.2)
FAILED = Result(Tier("two", "lint", ()), failed=("mypy", "ruff check"))
MISSING = Result(Tier("three", "tests on PostgreSQL", ()), missing="no network")


def test_everything_passed() -> None:
    status, lines = verdict([PASSED], require_all=True)
    assert status == 0
    assert lines[-1] == "make test passed."


def test_a_missing_tier_passes_and_is_the_last_thing_said() -> None:
    status, lines = verdict([MISSING, PASSED], require_all=False)
    assert status == 0
    assert lines[-2:] == [
        "make test passed, but not everything ran:",
        "NOT RUN  tests on PostgreSQL: no network",
    ]


def test_a_missing_tier_fails_where_all_are_required() -> None:
    status, lines = verdict([PASSED, MISSING], require_all=True)
    assert status == 1
    assert "make test FAILED, but not everything ran:" in lines


def test_a_failed_tier_fails_and_names_its_steps() -> None:
    status, lines = verdict([PASSED, FAILED], require_all=False)
    assert status == 1
    assert "FAILED   lint (0 s): mypy, ruff check" in lines


def test_tiers_are_chosen_by_key() -> None:
    assert [tier.key for tier in chosen(["sqlite", "static"])] == ["sqlite", "static"]
    assert chosen([]) == TIERS
    with pytest.raises(LookupError, match="oracle; there are static, sqlite"):
        chosen(["oracle"])


def test_a_tier_whose_service_cannot_be_had_is_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEST_REDIS_URL", raising=False)
    monkeypatch.setattr(machine, "find", lambda *_: None)
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    tier = Tier("t", "tests on Redis", (Step("never", ("-c", "raise SystemExit(1)")),), needs=("redis",))
    with ExitStack() as stack:
        result = test.run_tier(tier, Services(stack), Path("no-python"))
    assert result.missing == (
        "not installed here, and only root on Debian may install it (apt-get install redis-server)"
    )


def test_a_service_named_by_the_environment_is_used_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_DATABASE_URL", "postgres://school@db/school")
    with ExitStack() as stack:
        assert Services(stack).postgres == "postgres://school@db/school"


def test_a_service_is_asked_for_once_even_when_two_tiers_need_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[ExitStack] = []
    monkeypatch.delenv("TEST_REDIS_URL", raising=False)

    def start(stack: ExitStack) -> str:
        asked.append(stack)
        return "redis://here"

    monkeypatch.setattr(throwaway, "redis", start)
    with ExitStack() as stack:
        both = Services(stack)
        assert (both.redis, both.redis) == ("redis://here", "redis://here")
    assert len(asked) == 1


def test_the_callers_own_site_is_kept_out_of_the_tests(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://the-real-one")
    monkeypatch.setenv("SECRET_KEY", "the real one")
    env = test.step_environment(Step("s", ()), {}, tmp_path)
    assert env["DATABASE_URL"] == f"sqlite:///{tmp_path}/db.sqlite3"
    assert "SECRET_KEY" not in env


def test_production_settings_are_checked_with_secrets_made_for_the_occasion(tmp_path: Path) -> None:
    first, second = (test.step_environment(Step("s", (), production=True), {}, tmp_path) for _ in range(2))
    assert "DEBUG" not in first
    assert first["SECRET_KEY"] != second["SECRET_KEY"]


def test_only_root_on_debian_installs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    with pytest.raises(Unavailable, match="apt-get install chromium"):
        machine.install("chromium")

"""The virtual environment is rebuilt when, and only when, what it should hold has changed."""

from pathlib import Path

import pytest

from deploy.local import environment
from deploy.local.environment import DEVELOPMENT, RUNTIME
from deploy.local.machine import Unavailable


@pytest.fixture
def installs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """A project in an empty folder; yields the pip commands that would have run."""
    (tmp_path / RUNTIME).write_text("Django==5.2.19\n")
    (tmp_path / DEVELOPMENT).write_text("-r requirements.txt\npytest==9.2.0\n")
    commands: list[list[str]] = []

    class Done:
        returncode = 0

    def note(command: list[object], **_: object) -> Done:
        commands.append([str(word) for word in command])
        return Done()

    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setattr(environment, "VENV", tmp_path / ".venv")
    monkeypatch.setattr("subprocess.run", note)
    return commands


def pip_runs(commands: list[list[str]]) -> list[str]:
    runs = [command[-1] for command in commands if "install" in command]
    commands.clear()
    return runs


def test_nothing_is_installed_twice(installs: list[list[str]]) -> None:
    environment.ready(RUNTIME)
    assert pip_runs(installs) == [RUNTIME]
    environment.ready(RUNTIME)
    assert pip_runs(installs) == []


def test_the_development_packages_include_the_others(installs: list[list[str]]) -> None:
    environment.ready(DEVELOPMENT)
    assert pip_runs(installs) == [DEVELOPMENT]
    environment.ready(RUNTIME)
    assert pip_runs(installs) == []


def test_a_changed_requirement_is_installed_for_both(installs: list[list[str]], tmp_path: Path) -> None:
    environment.ready(DEVELOPMENT)
    (tmp_path / RUNTIME).write_text("Django==5.2.20\n")
    assert not environment.is_current(RUNTIME)
    assert not environment.is_current(DEVELOPMENT)


def test_an_old_python_is_refused_with_what_to_do() -> None:
    environment.require_python((3, 11))
    with pytest.raises(Unavailable, match=r"this is Python 3\.9; 3\.11 or newer is needed"):
        environment.require_python((3, 9))

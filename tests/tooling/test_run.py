"""`make run` says at once what stands in its way."""

import socket
from pathlib import Path

import pytest

from accounts import demo_sign_ins
from deploy.local import run
from deploy.local.machine import Unavailable


def test_a_taken_port_is_named() -> None:
    with socket.socket() as other:
        other.bind((run.HOST, 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Unavailable, match=f"port {port} is not free"):
            run.require_free(port)


def test_two_sites_over_one_data_folder_are_refused(tmp_path: Path) -> None:
    with run.only_one(tmp_path), pytest.raises(Unavailable, match="already running"), run.only_one(tmp_path):
        pass


def test_debug_is_on_unless_the_environment_says_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DEBUG", raising=False)
    assert run.site_environment()["DEBUG"] == "1"
    monkeypatch.setenv("DEBUG", "0")
    assert run.site_environment()["DEBUG"] == "0"


def test_the_demo_password_is_told_only_in_a_demo() -> None:
    assert run.DEMO_PASSWORD in run.welcome(8000, demo=True)
    assert run.DEMO_PASSWORD not in run.welcome(8000, demo=False)


def test_the_terminal_and_the_sign_in_page_name_the_same_people() -> None:
    assert {name: str(role) for name, role in demo_sign_ins.PEOPLE.items()} == run.DEMO_PEOPLE
    assert demo_sign_ins.PASSWORD == run.DEMO_PASSWORD

"""What PDFs to print need of a machine."""

import pytest

from deploy.local import machine, services


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The packages that are installed, instead of installing them."""
    packages: list[str] = []
    monkeypatch.setattr(machine, "install", lambda *wanted: packages.extend(wanted))
    monkeypatch.setattr(services, "ensure_chinese_font", lambda: None)
    return packages


def test_only_what_is_missing_is_installed(installed: list[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(services, "_loads", lambda library: library != "libharfbuzz-subset.so.0")
    services.ensure_printing()
    assert installed == ["libharfbuzz-subset0"]


def test_a_machine_that_has_everything_is_left_alone(installed: list[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(services, "_loads", lambda library: True)
    services.ensure_printing()
    assert installed == []


def test_where_nothing_can_be_installed_the_rest_goes_on_and_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def refuse(*packages: str) -> None:
        raise machine.Unavailable("only root may install it")

    monkeypatch.setattr(machine, "install", refuse)
    monkeypatch.setattr(services, "_loads", lambda library: False)
    services.ensure_printing()
    assert "No PDFs to print: only root may install it" in capsys.readouterr().out

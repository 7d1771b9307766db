"""What a monitor is told."""

import json
from pathlib import Path

import pytest
from django.test import RequestFactory
from pytest_django import Settings

from config import health


def refuse() -> None:
    raise ConnectionError("no route to host secret.internal")


def test_alive_needs_nothing(rf: RequestFactory) -> None:
    assert health.healthz(rf.get("/healthz")).status_code == 200


@pytest.mark.django_db
def test_ready_when_everything_answers(rf: RequestFactory, settings: Settings, tmp_path: Path) -> None:
    settings.PRIVATE_FILES_DIR = tmp_path / "files"
    response = health.readyz(rf.get("/readyz"))
    assert json.loads(response.content) == {"database": True, "files": True, "broker": True}
    assert response.status_code == 200
    assert list((tmp_path / "files").iterdir()) == []


@pytest.mark.django_db
def test_files_that_cannot_be_written_are_not_ready(
    rf: RequestFactory, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "in-the-way").write_text("")
    settings.PRIVATE_FILES_DIR = tmp_path / "in-the-way"
    response = health.readyz(rf.get("/readyz"))
    assert json.loads(response.content)["files"] is False
    assert response.status_code == 503


def test_what_is_wrong_is_not_told_to_the_public(rf: RequestFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "CHECKS", {"broker": refuse})
    response = health.readyz(rf.get("/readyz"))
    assert json.loads(response.content) == {"broker": False}
    assert b"secret.internal" not in response.content

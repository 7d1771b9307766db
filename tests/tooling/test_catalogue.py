"""The English interface is complete: every string has its English, with the same places to fill in."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest
from django.conf import settings

CATALOGUE = Path(settings.BASE_DIR) / "config" / "locale" / "en" / "LC_MESSAGES" / "django.po"
_PLACES = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*(?::[^}]*)?\}")
_COMMAND = ("makemessages", "-l", "en", "--no-location", "--no-wrap", "--no-obsolete")
_ELSEWHERE = ("var", ".venv", "tests", "staticfiles")


@pytest.fixture(scope="module")
def catalogue() -> polib.POFile:
    return polib.pofile(str(CATALOGUE))


def english_of(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def test_every_string_has_its_english(catalogue: polib.POFile) -> None:
    assert [entry.msgid for entry in catalogue if not entry.translated()] == []
    assert len(catalogue) > 2000


def test_the_english_fills_in_what_the_chinese_does(catalogue: polib.POFile) -> None:
    wrong = [
        entry.msgid
        for entry in catalogue
        for english in english_of(entry)
        if set(_PLACES.findall(english)) != set(_PLACES.findall(entry.msgid))
    ]
    assert wrong == []


def test_what_is_compiled_is_what_is_written(catalogue: polib.POFile) -> None:
    compiled = polib.mofile(str(CATALOGUE.with_suffix(".mo")))
    assert {(e.msgctxt, e.msgid): english_of(e) for e in compiled} == {
        (e.msgctxt, e.msgid): english_of(e) for e in catalogue
    }


@pytest.mark.skipif(shutil.which("xgettext") is None, reason="needs gettext's xgettext")
def test_no_string_of_the_code_is_missing(catalogue: polib.POFile, tmp_path: Path) -> None:
    """Reads all of the code anew, into a copy."""
    ignored = [f"--ignore={folder}" for folder in _ELSEWHERE]
    copy = tmp_path / "project"
    shutil.copytree(
        settings.BASE_DIR, copy, ignore=shutil.ignore_patterns(".*", "var", "__pycache__", "vendor")
    )
    subprocess.run(
        [sys.executable, "manage.py", *_COMMAND, *ignored], cwd=copy, check=True, capture_output=True
    )
    found = polib.pofile(str(copy / CATALOGUE.relative_to(settings.BASE_DIR)))
    known = {(entry.msgctxt, entry.msgid) for entry in catalogue}
    assert sorted(str(e.msgid) for e in found if (e.msgctxt, e.msgid) not in known) == []

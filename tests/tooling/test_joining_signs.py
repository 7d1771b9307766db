"""Signs between words follow the language too: none of one language stands outside what is translated."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
APPS = ("accounts", "portfolio", "schedules", "submissions", "config")
SIGNS = re.compile("[、：（）；，／]")
JOINED_BY_HAND = re.compile(r"""["'][、，；：]["']\.join\(""")
UNSEEN = re.compile(
    r"\{% comment %\}.*?\{% endcomment %\}|\{#.*?#\}|\{% blocktranslate .*?endblocktranslate %\}"
    r"|\{% blocktranslate %\}.*?endblocktranslate %\}|\{%.*?%\}",
    re.DOTALL,
)
# What the form reads back from the list of people: a name and the account in brackets.
READ_BACK = '<option value="{{ person }}（{{ person.username }}）">'

TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*") if path.is_file())
MODULES = sorted(path for app in APPS for path in (ROOT / app).rglob("*.py"))


def signs_in(template: str) -> list[str]:
    bare = UNSEEN.sub("", template).replace(READ_BACK, "")
    return [line.strip() for line in bare.splitlines() if SIGNS.search(line)]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_says_its_signs_in_the_pages_language(path: Path) -> None:
    assert signs_in(path.read_text()) == []


def test_code_joins_words_by_the_helpers_of_joining() -> None:
    assert [str(path) for path in MODULES if JOINED_BY_HAND.search(path.read_text())] == []


def test_a_forgotten_sign_is_found() -> None:
    assert signs_in("{{ one }}：{% translate '甲：乙' %}") == ["{{ one }}："]
    assert JOINED_BY_HAND.search('"、".join(words)')

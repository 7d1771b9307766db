"""Words are put together as the page's language does it."""

import pytest
from django.template import engines
from django.utils import translation

from accounts.domain.joining import in_clauses, in_row, joined, labelled, noted


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("zh-hant", ["甲、乙", "甲，乙", "甲；乙", "甲（乙）", "甲：乙"]),
        ("en", ["甲, 乙", "甲, 乙", "甲; 乙", "甲 (乙)", "甲: 乙"]),
    ],
)
def test_signs_follow_the_language(language: str, expected: list[str]) -> None:
    two = ["甲", "乙"]
    with translation.override(language):
        assert [joined(two), in_row(two), in_clauses(two), noted(*two), labelled(*two)] == expected


def test_in_templates_what_people_typed_stays_text() -> None:
    page = engines["django"].from_string(
        "{% load ui %}{{ one|noted:two }}{{ all|joined }}{{ one|labelled:two }}"
    )
    context = {"one": "<b>", "two": "<i>", "all": ["<a>", "&"]}
    assert page.render(context) == "&lt;b&gt;（&lt;i&gt;）&lt;a&gt;、&amp;&lt;b&gt;：&lt;i&gt;"

"""`manage.py windows`: a term's windows for people and for programs."""

import json
import unicodedata
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.domain.division import Division
from schedules.domain.activities import Activity
from schedules.models import Window
from schedules.services.overrides import override_window
from tests.factories import AdminFactory, term_113_1, term_with_dates
from tests.moments import at, day

pytestmark = pytest.mark.django_db


def printed(*arguments: str) -> str:
    out = StringIO()
    call_command("windows", *arguments, stdout=out)
    return out.getvalue()


def shown_width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def test_the_table_has_a_line_for_every_window_of_both_divisions():
    term = term_113_1()
    heading, *lines = printed("113-1").splitlines()
    assert heading.split()[:3] == ["部別", "項目", "對象"]
    assert len(lines) == Window.objects.filter(term=term).count() > 0
    assert {line.split()[0] for line in lines} == {"日間部", "進修部"}
    (upload,) = [line for line in lines if line.startswith("日間部") and "課程學習成果上傳" in line]
    assert upload.split()[2:] == [
        "一般",
        "113-1",
        "2024-08-30",
        "2025-02-03",
        "規則",
        "2024-08-30～2025-02-03",
        "第",
        "11",
        "點",
    ]


def test_its_columns_stand_below_each_other_though_signs_differ_in_width():
    term_113_1()
    starts = {shown_width(line[: line.index("第 11 點")]) for line in printed("113-1").splitlines()[1:]}
    assert len(starts) == 1


def test_an_override_is_shown_with_its_reason_beside_the_computed_days():
    term = term_113_1()
    upload = Window.objects.get(term=term, division=Division.DAY, activity=Activity.OUTCOME_UPLOAD)
    override_window(
        upload,
        opens_on=day("2024-08-30"),
        closes_on=day("2025-02-01"),
        reason="配合系統維護",
        by=AdminFactory.create(),
        at=at("2025-01-10"),
    )
    (line,) = [row for row in printed("113-1").splitlines() if "調整" in row]
    assert "2025-02-01" in line
    assert "2024-08-30～2025-02-03" in line
    assert "配合系統維護；上傳截止早於休業式日後二週" in line


def test_what_awaits_its_letter_says_so():
    term_with_dates(113, 2, opening="2025-02-11", exam_end="2025-06-27", closing="2025-06-30")
    waiting = [line for line in printed("113-2").splitlines() if "第一梯次" in line]
    assert len(waiting) == 8  # four activities in two divisions
    assert all("待來文" in line for line in waiting)


def test_one_division_alone_can_be_asked_for():
    term_113_1()
    rows = json.loads(printed("113-1", "--json", "--division", "evening"))
    assert {row["division"] for row in rows} == {"evening"}


def test_json_is_readable_chinese_with_iso_dates():
    term_113_1()
    text = printed("113-1", "--json")
    assert "課程學習成果上傳" in text
    (row,) = [r for r in json.loads(text) if (r["activity"], r["division"]) == ("outcome_upload", "day")]
    assert row["audience_name"] == "一般"
    assert row["counted"] == "休業式日 114/01/20（一） 後 2 週"
    assert (row["term"], row["opens"], row["closes"], row["override"]) == (
        "113-1",
        "2024-08-30",
        "2025-02-03",
        None,
    )


def test_the_number_of_queries_does_not_grow_with_the_windows(django_assert_num_queries):
    term_113_1()
    with django_assert_num_queries(3):
        printed("113-1", "--json")


@pytest.mark.parametrize(("term", "hint"), [("1131", "113-1"), ("113-3", "113-1"), ("114-1", "還沒有期程")])
def test_a_term_that_is_none_or_has_no_windows_is_an_error_in_words(term, hint):
    with pytest.raises(CommandError, match=hint):
        printed(term)

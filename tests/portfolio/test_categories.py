"""The ten categories of diverse performance and what may be typed into their fields."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.errors import InvalidInput
from portfolio.domain.categories import (
    CATEGORIES,
    CODE_LISTS,
    Category,
    DetailsInvalid,
    FieldKind,
    validate_description,
    validate_details,
    validate_external_link,
)

CODES = {name: [code for code, _label in entries] for name, entries in CODE_LISTS.items()}
CURRENT_TERM = (113, 1)
SAMPLES = {
    FieldKind.TEXT: "示範",
    FieldKind.DATE: "2024-10-21",
    FieldKind.INTEGER: "2",
    FieldKind.DECIMAL: "12.5",
    FieldKind.SCHOOL_YEAR: "113",
    FieldKind.TERM: "1",
}


def filled(category: Category, **changes: str) -> dict[str, str]:
    raw = {
        field.key: CODES[field.code_list][0] if field.kind is FieldKind.CODE else SAMPLES[field.kind]
        for field in category.fields
    }
    return raw | changes


def check(code: str, **changes: str) -> dict[str, str | int]:
    category = CATEGORIES[code]
    return validate_details(category, filled(category, **changes), codes=CODES, current_term=CURRENT_TERM)


def errors_of(code: str, **changes: str) -> dict[str, str]:
    with pytest.raises(DetailsInvalid) as refusal:
        check(code, **changes)
    return refusal.value.errors


def test_there_are_ten_categories_named_as_the_roster_names_its_sheets():
    assert [(category.code, category.sheet_name) for category in CATEGORIES.values()] == [
        ("cadre", "幹部經歷暨事蹟紀錄"),
        ("competition", "競賽參與紀錄"),
        ("certificate", "檢定證照紀錄"),
        ("service", "服務學習紀錄"),
        ("flexible_learning", "彈性學習時間紀錄"),
        ("group_activity", "團體活動時間紀錄"),
        ("workplace", "職場學習紀錄"),
        ("work", "作品成果紀錄"),
        ("advanced_course", "大學及技專校院先修課程紀錄"),
        ("other", "其他多元表現紀錄"),
    ]


def test_each_code_field_names_a_code_list_and_keys_are_unique():
    for category in CATEGORIES.values():
        keys = [field.key for field in category.fields]
        assert len(keys) == len(set(keys))
        assert not category.description_after or category.description_after in keys
        for field in category.fields:
            assert (field.kind is FieldKind.CODE) == (field.code_list in CODE_LISTS)


def test_code_lists_have_no_code_twice():
    for entries in CODE_LISTS.values():
        assert len({code for code, _label in entries}) == len(entries)


@pytest.mark.parametrize("code", CATEGORIES)
def test_a_filled_form_gives_exactly_the_categorys_fields_fit_for_json(code):
    values = check(code, csrfmiddlewaretoken="x", description="不屬於細項")
    assert list(values) == [field.key for field in CATEGORIES[code].fields]
    assert json.loads(json.dumps(values)) == values


@pytest.mark.parametrize("code", CATEGORIES)
def test_an_empty_form_names_every_required_field_in_form_order(code):
    category = CATEGORIES[code]
    with pytest.raises(DetailsInvalid) as refusal:
        validate_details(category, {}, codes=CODES, current_term=CURRENT_TERM)
    required = [field for field in category.fields if field.required]
    assert list(refusal.value.errors) == [field.key for field in required]
    assert all(str(field.label) in refusal.value.errors[field.key] for field in required)
    assert isinstance(refusal.value, InvalidInput)


def test_values_are_normalised_by_kind():
    values = check("service", name="  淨灘\t活動 ", hours="012.500", start_date="2024-09-01")
    assert values == {
        "name": "淨灘 活動",
        "unit": "示範",
        "start_date": "2024-09-01",
        "end_date": "2024-10-21",
        "hours": "12.5",
    }
    assert check("flexible_learning")["school_year"] == 113


def test_optional_fields_left_empty_are_absent():
    assert check("other", unit=" ", hours="") == {
        "name": "示範",
        "start_date": "2024-10-21",
        "end_date": "2024-10-21",
    }


@pytest.mark.parametrize(
    ("code", "changes", "key", "part"),
    [
        ("service", {"start_date": "2024-10-22"}, "end_date", "不可早於"),
        ("service", {"start_date": "113/10/21"}, "start_date", "西元日期"),
        ("service", {"start_date": "0113-10-21"}, "start_date", "西元日期"),
        ("service", {"start_date": "2024-02-30"}, "start_date", "西元日期"),
        ("service", {"hours": "1.2345"}, "hours", "3 位"),
        ("service", {"hours": "-1"}, "hours", "不可小於 0"),
        ("service", {"hours": "10000"}, "hours", "不可大於 9999.999"),
        ("service", {"hours": "NaN"}, "hours", "數字"),
        ("service", {"hours": "1e3"}, "hours", "數字"),
        ("service", {"hours": "9" * 5000}, "hours", "數字"),
        ("service", {"name": "字" * 101}, "name", "101 字，上限 100 字"),
        ("certificate", {"score": "1.234"}, "score", "2 位"),
        ("competition", {"level": "5"}, "level", "選單"),
        ("competition", {"participation": "團體"}, "participation", "選單"),
        ("flexible_learning", {"weeks": "19"}, "weeks", "不可大於 18"),
        ("flexible_learning", {"weeks": "0"}, "weeks", "不可小於 1"),
        ("flexible_learning", {"weekly_periods": "1_0"}, "weekly_periods", "整數"),
        ("flexible_learning", {"school_year": "2024"}, "school_year", "民國學年度"),
        ("flexible_learning", {"school_year": "114"}, "school_year", "113"),
        ("flexible_learning", {"term": "3"}, "term", "1 或 2"),
        ("flexible_learning", {"term": "2"}, "term", "113 學年度第 2 學期尚未開始"),
        ("group_activity", {"term": "2"}, "term", "尚未開始"),
    ],
)
def test_what_does_not_fit_is_refused_at_its_field(code, changes, key, part):
    errors = errors_of(code, **changes)
    assert list(errors) == [key]
    assert part in errors[key]


def test_a_past_second_term_and_the_current_first_are_accepted():
    assert check("group_activity", school_year="112", term="2")["term"] == 2
    assert check("group_activity", school_year="113", term="1")["term"] == 1


def test_full_width_digits_are_understood():
    assert check("flexible_learning", weeks="１２")["weeks"] == 12
    assert check("service", hours="１２.５０")["hours"] == "12.5"


def test_all_faults_are_told_at_once():
    errors = errors_of("competition", name="", level="x", result_date="昨天")
    assert list(errors) == ["name", "level", "result_date"]


@given(st.dates(), st.dates())
def test_a_period_is_accepted_exactly_when_it_does_not_run_backwards(start: date, end: date):
    changes = {"start_date": start.isoformat(), "end_date": end.isoformat()}
    holds = 1912 <= start.year <= 2910 and 1912 <= end.year <= 2910
    if holds and start <= end:
        assert check("service", **changes)["end_date"] == end.isoformat()
    else:
        assert errors_of("service", **changes)


@given(st.text(), st.sampled_from(sorted(CATEGORIES)), st.data())
def test_no_input_breaks_the_check(text, code, data):
    key = data.draw(st.sampled_from([field.key for field in CATEGORIES[code].fields]))
    try:
        values = check(code, **{key: text})
    except DetailsInvalid as refusal:
        assert refusal.errors
    else:
        json.dumps(values).encode("ascii")


def test_a_description_of_100_code_points_passes_and_101_do_not():
    assert validate_description("學" * 100) == "學" * 100
    assert validate_description("𠮷" * 100) == "𠮷" * 100
    with pytest.raises(DetailsInvalid) as refusal:
        validate_description("學" * 101)
    assert refusal.value.errors == {"description": "簡述共 101 字，上限 100 字（換行算一字），請再精簡。"}


def test_a_line_break_in_a_description_counts_once():
    assert validate_description("甲\r\n" * 49 + "乙丙") == "甲\n" * 49 + "乙丙"
    assert len(validate_description("甲\r\n" * 49 + "乙丙")) == 100


@pytest.mark.parametrize("text", ["", "  ", "\r\n", "\x00"])
def test_a_description_is_required(text):
    with pytest.raises(DetailsInvalid, match="請填寫簡述"):
        validate_description(text)


def test_shapeless_signs_are_taken_out_of_a_description():
    assert validate_description(' =SUM(A1)\x00 {"} \x0b') == '=SUM(A1) {"}'


@pytest.mark.parametrize(
    "link", ["", "https://youtu.be/abc?t=1", "http://影片.tw/看", "https://example.org:8443/a#b"]
)
def test_web_addresses_are_accepted_as_external_link(link):
    assert validate_external_link(f" {link} ") == link


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "youtu.be/abc",
        "https://",
        "https:///path",
        "ftp://example.org/a",
        "https://a b.org",
        "https://name:secret@example.org",
        "https://example.org:port/",
        "https://[::1",
        "https://example.org/" + "a" * 500,
    ],
)
def test_other_links_are_refused(link):
    with pytest.raises(DetailsInvalid) as refusal:
        validate_external_link(link)
    assert list(refusal.value.errors) == ["external_link"]

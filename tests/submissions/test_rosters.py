"""Roster definitions: sheets, headings and how facts become cells."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.errors import InvalidInput
from submissions.domain.rosters import (
    ROSTERS,
    ColumnSpec,
    attachment_path,
    render_row,
    roc_compact,
    roster,
    row_problems,
)

STUDENT = ["身分證號", "出生日期"]
OUTCOME_LINKS = ["課程學習成果文件檔案連結", "課程學習成果影音檔案連結"]
PERFORMANCE_LINKS = ["證明文件連結", "影音檔案連結", "外部影音連結"]

DAY_SHEETS = {
    "學期課程學習成果": "實際修課學期 課程代碼 科目名稱 開課年級 修課學分 成果簡述",
    "補修課程學習成果": (
        "應修課學年度 應修課學期 實際修課學期 課程代碼 科目名稱 開課年級 修課學分 補修方式 成果簡述"
    ),
    "重修課程學習成果": (
        "原修課學年度 原修課學期 實際修課學期 原修課課程代碼 "
        "原修課科目名稱 原修課開課年級 原修課修課學分 重修方式 成果簡述"
    ),
    "重讀課程學習成果": "實際修課學期 課程代碼 科目名稱 開課年級 修課學分 成果簡述",
    "轉學轉科課程學習成果": (
        "原修課學校代碼 原修課學年度 原修課學期 原修課課程代碼 "
        "原修課科目名稱 原修課開課年級 原修課修課學分 成果簡述"
    ),
    "借讀課程學習成果": (
        "借讀學校代碼 借讀修課學年度 借讀修課學期 借讀校課程代碼 "
        "借讀校科目名稱 借讀校開課年級 借讀校修課學分 成果簡述"
    ),
}
# As by day, counted in periods; those of make-ups, retakes and repeats only when there are any.
EVENING_SHEETS = {name: headings.replace("學分", "節數") for name, headings in DAY_SHEETS.items()}
PERFORMANCE_SHEETS = {
    "幹部經歷暨事蹟紀錄": "單位名稱 開始日期 結束日期 擔任職務 內容簡述 幹部等級",
    "競賽參與紀錄": "競賽名稱 項目 競賽等級代碼 獎項 結果公布日期 內容簡述 團體參與代碼",
    "檢定證照紀錄": "證照代碼 註1 分數 分項結果 取得證照日期 證照字號 檢定組別 內容簡述",
    "服務學習紀錄": "服務名稱 服務單位 開始日期 結束日期 時數 內容簡述",
    "彈性學習時間紀錄": (
        "彈性學習時間類別(種類)代碼 內容(開設名稱) 開設單位 開設學年度 開設學期 每週節數 開設週數 內容簡述"
    ),
    "團體活動時間紀錄": "團體活動時間類別代碼 辦理單位 團體活動內容名稱 活動學年度 活動學期 節數 內容簡述",
    "職場學習紀錄": "職場學習類別代碼 職場學習單位 職場學習職稱 開始日期 結束日期 時數 內容簡述",
    "作品成果紀錄": "名稱 日期 內容簡述",
    "大學及技專校院先修課程紀錄": "計畫專案 開設單位 課程名稱 開始日期 結束日期 學分數 總時數 內容簡述",
    "其他多元表現紀錄": "名稱 主辦單位 開始日期 結束日期 時數 內容簡述",
}


@pytest.mark.parametrize(
    ("code", "sheets", "links"),
    [
        ("25", PERFORMANCE_SHEETS, PERFORMANCE_LINKS),
        ("26", DAY_SHEETS, OUTCOME_LINKS),
        ("28", EVENING_SHEETS, OUTCOME_LINKS),
    ],
)
def test_sheets_and_headings_stand_as_the_central_database_has_them(code, sheets, links):
    written = {sheet.name: sheet.headings for sheet in roster(code).sheets}
    assert list(written) == list(sheets)
    assert written == {name: STUDENT + columns.split() + links for name, columns in sheets.items()}


def test_a_retake_lies_in_the_retake_sheet_and_a_makeup_in_the_makeup_sheet():
    """Trap T9: other platforms export them under each other's name."""
    day = roster("26")
    names = {
        key: day.sheet(key).name for key in ("regular", "makeup", "retake", "repeat", "transfer", "guest")
    }
    assert names == {
        "regular": "學期課程學習成果",
        "makeup": "補修課程學習成果",
        "retake": "重修課程學習成果",
        "repeat": "重讀課程學習成果",
        "transfer": "轉學轉科課程學習成果",
        "guest": "借讀課程學習成果",
    }


def test_a_sheet_that_a_roster_does_not_have_is_refused_by_the_rosters_name():
    with pytest.raises(InvalidInput, match="名冊 25"):
        roster("25").sheet("retake")


def test_rosters_name_their_cover_division_and_duty():
    facts = {
        code: (spec.division, spec.scope, spec.cover_term, spec.submitting_duty, spec.receipt_kind)
        for code, spec in ROSTERS.items()
        if not spec.letter_batch
    }
    assert facts == {
        "25": ("both", "year", 0, "diverse_performance", "多元表現"),
        "26": ("day", "year", 0, "course_outcomes", "課程學習成果"),
        "28": ("evening", "year", 0, "course_outcomes", "課程學習成果"),
    }
    assert roster("28").official_name == "進修部(學校)學生課程學習成果名冊"


def test_sheets_that_the_published_evening_roster_lacks_are_marked():
    unsure = {code: [sheet.name for sheet in spec.sheets if not sheet.sure] for code, spec in ROSTERS.items()}
    lacking = ["補修課程學習成果", "重修課程學習成果", "重讀課程學習成果"]
    assert {code: names for code, names in unsure.items() if names} == dict.fromkeys(
        ("28", "38", "78"), lacking
    )


def test_grade_3_has_rosters_of_its_own_by_letter_batch():
    grades = {code: (spec.division, spec.grades, spec.letter_batch) for code, spec in ROSTERS.items()}
    assert grades == {
        "25": ("both", (1, 2), None),
        "26": ("day", (1, 2), None),
        "28": ("evening", (1, 2), None),
        "35": ("both", (3,), 1),
        "36": ("day", (3,), 1),
        "38": ("evening", (3,), 1),
        "75": ("both", (3,), 2),
        "76": ("day", (3,), 2),
        "78": ("evening", (3,), 2),
    }
    assert ROSTERS["36"].sheets == ROSTERS["26"].sheets


def test_an_unknown_roster_is_refused_with_those_there_are():
    with pytest.raises(InvalidInput, match="99.*25、26、28、35"):
        roster("99")


RETAKE = {
    "student.national_id": "A123456789",
    "student.birth_date": date(2008, 1, 31),
    "course.original_school_year": 112,
    "course.original_term": 2,
    "course.term": 1,
    "course.code": "112060322H11101011010101",
    "course.name": "國語文",
    "course.grade": 1,
    "course.credits": Decimal("4.0"),
    "course.method": "3",
    "item.description": "=重修心得",
    "file.document": "A123456789_26_1.pdf",
}


def test_a_row_is_rendered_as_text_in_column_order():
    assert render_row(roster("26").sheet("retake"), RETAKE) == [
        "A123456789",
        "0970131",
        "112",
        "2",
        "1",
        "112060322H11101011010101",
        "國語文",
        "1",
        "4",
        "3",
        "=重修心得",
        "A123456789_26_1.pdf",
        "",
    ]


def test_an_evening_row_counts_periods_not_credits():
    row = render_row(roster("28").sheet("regular"), {"course.credits": 4, "course.periods": 3})
    assert row[roster("28").sheet("regular").headings.index("修課節數")] == "3"


def test_details_kept_as_json_are_rendered_by_type():
    sheet = roster("25").sheet("service")
    facts = {
        "student.national_id": "A123456789",
        "student.birth_date": "2008-01-31",
        "details.name": "淨灘",
        "details.unit": "示範協會",
        "details.start_date": "2024-09-01",
        "details.end_date": "2024-09-02",
        "details.hours": "12.5",
        "item.description": "撿了很多",
        "item.external_link": "https://example.org/v",
    }
    assert render_row(sheet, facts) == [
        "A123456789",
        "0970131",
        "淨灘",
        "示範協會",
        "1130901",
        "1130902",
        "12.500",
        "撿了很多",
        "",
        "",
        "https://example.org/v",
    ]


def test_missing_numbers_become_the_sentinel_and_missing_texts_stay_empty():
    sheet = roster("25").sheet("certificate")
    row = dict(zip(sheet.headings, render_row(sheet, {}), strict=True))
    assert row["分數"] == "-1"
    assert {row[heading] for heading in sheet.headings if heading != "分數"} == {""}


@pytest.mark.parametrize(
    "facts",
    [{"details.hours": "很多"}, {"details.start_date": "昨天"}, {"student.birth_date": date(1900, 1, 1)}],
)
def test_a_fact_that_does_not_fit_is_refused_by_sheet_and_heading(facts):
    with pytest.raises(InvalidInput, match="「服務學習紀錄」的「.+」無法寫入"):
        render_row(roster("25").sheet("service"), facts)


def test_half_a_credit_is_never_cut_off():
    with pytest.raises(InvalidInput, match="修課學分"):
        render_row(roster("26").sheet("regular"), {"course.credits": Decimal("1.5")})


def test_the_pre_check_names_empty_required_and_too_long_cells():
    sheet = roster("26").sheet("retake")
    assert row_problems(sheet, RETAKE) == []
    faulty = RETAKE | {"course.method": "", "item.description": "字" * 101}
    assert row_problems(sheet, faulty) == [
        "「重修課程學習成果」的「重修方式」不可空白。",
        "「重修課程學習成果」的「成果簡述」共 101 字，上限 100 字。",
    ]


def test_roc_dates_have_seven_digits():
    assert roc_compact(date(2024, 10, 21)) == "1131021"
    assert roc_compact(date(1912, 1, 1)) == "0010101"
    with pytest.raises(ValueError, match="ROC"):
        roc_compact(date(1911, 12, 31))


@given(st.dates(date(1912, 1, 1), date(2910, 12, 30)))
def test_roc_dates_sort_like_the_days_they_name(day):
    assert len(roc_compact(day)) == 7
    assert roc_compact(day) < roc_compact(day + timedelta(days=1))


def test_an_attachment_is_named_by_student_roster_and_number():
    assert attachment_path(" a123456789", "26", 3, ".PDF") == "A123456789_26_3.pdf"


@pytest.mark.parametrize(
    "national_id, extension", [("../A1", "pdf"), ("A1", "p/df"), ("A1", ""), ("王", "pdf")]
)
def test_an_attachments_name_cannot_leave_the_archive(national_id, extension):
    with pytest.raises(ValueError, match="letters and digits"):
        attachment_path(national_id, "26", 1, extension)


def test_every_sheet_begins_with_the_student_and_has_no_heading_twice():
    for spec in ROSTERS.values():
        for sheet in spec.sheets:
            assert sheet.headings[:2] == STUDENT
            assert len(set(sheet.headings)) == len(sheet.headings)
            assert all(isinstance(column, ColumnSpec) and column.source for column in sheet.columns)

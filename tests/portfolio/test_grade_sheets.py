"""Every sheet of the grade rosters is imported under its official headings."""

from decimal import Decimal
from typing import Any

import pytest

from accounts.domain.division import Division
from portfolio.models import Grade
from schedules.models import Term
from tests.factories import SchoolClassFactory, StudentFactory, TermFactory
from tests.portfolio.grade_lists import CODE, NOW, grades, told

pytestmark = pytest.mark.django_db

# The sheets of rosters.md 3.2–3.4 after 身分證號 and 出生日期, with a row's values and what must come of it.
BEGIN = ["身分證號", "出生日期"]
COURSE = [CODE, "程式設計", 2, 3]
SHEETS: dict[str, tuple[str, list[Any], dict[str, Any]]] = {
    "4.2 學期成績": (
        "課程代碼 科目名稱 開課年級 修課學分 學期學業成績 成績及格 補考成績 補考及格 是否採計學分 "
        "質性文字描述",
        [*COURSE, "52.35", 0, 61, 1, 1, "認真"],
        {
            "kind": "semester",
            "score": Decimal("52.35"),
            "passed": False,
            "resit_score": 61,
            "resit_passed": True,
            "counted": "1",
            "remark": "認真",
        },
    ),
    "4.3 補修成績": (
        "應修課學年度 應修課學期 課程代碼 科目名稱 開課年級 修課學分 補修成績 補修及格 補考成績 補考及格 "
        "補修方式 是否採計學分 質性文字描述",
        [112, 2, *COURSE, 70, 1, -1, -1, 3, 1, ""],
        {
            "kind": "makeup",
            "original_school_year": 112,
            "original_term": 2,
            "score": 70,
            "passed": True,
            "resit_score": None,
            "resit_passed": None,
            "method": "3",
        },
    ),
    "4.4 轉學轉科成績": (
        "對應學年度 對應學期 課程代碼 科目名稱 對應年級 修課學分 身分別 抵免後成績 成績及格 是否採計學分 "
        "質性文字描述",
        [112, 1, *COURSE, 5, -1, 1, -1, ""],
        {
            "kind": "transfer",
            "original_school_year": 112,
            "original_term": 1,
            "identity": "5",
            "score": None,
            "passed": True,
            "counted": "1",
        },
    ),
    "5.2 重修成績": (
        "原修課學年度 原修課學期 原修課課程代碼 原修課科目名稱 原修課開課年級 原修課修課學分 重修方式 "
        "重修成績 重修及格 質性文字描述",
        [112, 1, *COURSE, 3, 60, 1, ""],
        {
            "kind": "retake",
            "original_school_year": 112,
            "original_term": 1,
            "method": "3",
            "score": 60,
            "passed": True,
        },
    ),
    "5.3 重讀成績": (
        "課程代碼 科目名稱 開課年級 修課學分 再次修習成績 再次修習成績及格 補考成績 補考及格 重讀成績 "
        "成績及格 重讀註記 是否採計學分 質性文字描述",
        [*COURSE, 55, 0, 63, 1, 63, 1, 2, 1, ""],
        {
            "kind": "repeat",
            "again_score": 55,
            "again_passed": False,
            "resit_score": 63,
            "score": 63,
            "passed": True,
            "repeat_mark": "2",
        },
    ),
    "5.3 重讀成績 (108–109)": (
        "課程代碼 科目名稱 開課年級 修課學分 重讀成績 成績及格 補考成績 補考及格 重讀註記 是否採計學分 "
        "質性文字描述",
        [*COURSE, 80, 1, -1, -1, 1, 1, ""],
        {"kind": "repeat", "score": 80, "repeat_mark": "1", "again_score": None},
    ),
    "6.2 進修部學期成績": (
        "課程代碼 科目名稱 開課年級 修課節數 學期學業成績 成績及格 學年學業成績 學年及格 是否採計學時 "
        "質性文字描述",
        [*COURSE, 58, 0, 60.5, 1, 3, ""],
        {
            "kind": "semester",
            "score": 58,
            "year_score": Decimal("60.5"),
            "year_passed": True,
            "counted": "3",
        },
    ),
    "6.3 進修部補考成績": (
        "課程代碼 科目名稱 開課年級 第一學期開設修課節數 第二學期開設修課節數 第一次補考成績 第一次及格 "
        "第二次補考成績 第二次及格",
        [CODE, "程式設計", 2, 3, 2, 50, 0, 60, 1],
        {
            "kind": "resit",
            "credits": 3,
            "second_credits": 2,
            "resit_score": 50,
            "resit_passed": False,
            "second_resit_score": 60,
            "second_resit_passed": True,
            "score": None,
        },
    ),
    "6.4 進修部轉學轉科成績": (
        "對應學年度 對應學期 課程代碼 科目名稱 對應年級 修課節數 身分別 抵免後成績 成績及格 是否採計學時 "
        "質性文字描述",
        [112, 2, *COURSE, 3, 77, 1, 1, ""],
        {"kind": "transfer", "score": 77, "identity": "3", "credits": 3},
    ),
}


@pytest.fixture
def term() -> Term:
    return TermFactory.create()


@pytest.mark.parametrize("sheet", SHEETS)
def test_every_sheet_of_the_rosters_comes_in_under_its_official_headings(term: Term, sheet: str) -> None:
    headings, values, expected = SHEETS[sheet]
    division = Division.EVENING if sheet.startswith("6") else Division.DAY
    student = StudentFactory.create(school_class=SchoolClassFactory.create(division=division))
    row = [student.national_id, "0970315", *values]
    report = grades(term, row, headings=[*BEGIN, *headings.split()], accept_warnings=False)
    assert (told(report.problems), told(report.warnings), report.unused) == ([], [], [])
    grade = Grade.objects.get()
    assert {name: getattr(grade, name) for name in expected} == expected
    assert (grade.student, grade.term, grade.division) == (student, term, division)
    assert (grade.course_code, grade.subject, grade.course_grade) == (CODE, "程式設計", 2)
    assert grade.imported_at == NOW

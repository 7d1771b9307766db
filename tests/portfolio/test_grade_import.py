"""The list of a term's grades: what is taken, what is refused, what is told."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.domain.division import Division
from accounts.domain.list_workbook import ListFileInvalid
from accounts.errors import NotAllowed
from accounts.list_permissions import ListImportAct
from accounts.models import AuditEntry, Student
from accounts.models.duties import DutyCode
from accounts.services.list_import import ListReport
from portfolio.models import Grade
from schedules.models import Term
from tests.accounts.annex_staff import annex_staff
from tests.factories import (
    CourseFactory,
    SchoolClassFactory,
    StudentFactory,
    TermFactory,
    holder_of,
    term_113_1,
)
from tests.moments import at, day
from tests.portfolio.grade_lists import CODE, HEADINGS, OTHER, grades, scored, told

pytestmark = pytest.mark.django_db

COURSE = [CODE, "程式設計", 2, 3]


@pytest.fixture
def term() -> Term:
    return TermFactory.create()


@pytest.fixture
def students() -> list[Student]:
    school_class = SchoolClassFactory.create()
    return [StudentFactory.create(student_number=f"113000{n}", school_class=school_class) for n in range(3)]


def test_a_list_may_hold_all_kinds_and_says_which_in_a_column(term: Term, students: list[Student]) -> None:
    headings = ["學號", "成績類別", *HEADINGS[1:6], "應修學年度", "應修學期"]
    rows = [
        ["1130000", "學期成績", *COURSE, 80, "", ""],
        ["1130001", "補修成績", *COURSE, 81, 112, 1],
        ["1130002", "", *COURSE, 82, "", ""],
    ]
    assert grades(term, *rows, headings=headings).counts["new"] == 3
    kinds = Grade.objects.order_by("student__student_number").values_list("kind", flat=True)
    assert list(kinds) == ["semester", "makeup", "semester"]


def test_the_same_list_again_changes_nothing(term: Term, students: list[Student]) -> None:
    rows = [scored(student.student_number, f"{60 + n}.25") for n, student in enumerate(students)]
    assert grades(term, *rows).counts == {"new": 3, "changed": 0, "same": 0, "gone": 0}
    before = list(Grade.objects.order_by("pk").values())
    assert grades(term, *rows, at=at("2025-01-21")).counts == {"new": 0, "changed": 0, "same": 3, "gone": 0}
    assert list(Grade.objects.order_by("pk").values()) == before


def test_a_corrected_score_is_shown_from_what_to_what(term: Term, students: list[Student]) -> None:
    grades(term, scored("1130000", 58, passed=0))
    report = grades(term, scored("1130000", 60, passed=1))
    assert report.diff.changed[0].values == {"score": (58, 60), "passed": (False, True)}
    assert [report.kind.shown("score", value) for value in report.diff.changed[0].values["score"]] == [
        "58",
        "60",
    ]
    assert Grade.objects.get().score == 60


def test_columns_that_a_list_leaves_out_keep_what_is_on_record(term: Term, students: list[Student]) -> None:
    grades(term, scored("1130000", 58, passed=0, resit=62))
    assert grades(term, ["1130000", CODE, 59], headings=["學號", "課程代碼", "成績"]).counts["changed"] == 1
    grade = Grade.objects.get()
    assert (grade.score, grade.resit_score, grade.subject, grade.credits) == (59, 62, "程式設計", 3)


def test_what_a_row_does_not_say_of_its_course_the_course_says(term: Term, students: list[Student]) -> None:
    CourseFactory.create(code=CODE, name="電子學", grade=1, credits=4)
    headings = ["學號", "課程代碼", "成績"]
    grades(term, ["1130000", CODE, 70], headings=headings)
    assert Grade.objects.values_list("subject", "course_grade", "credits").get() == ("電子學", 1, 4)
    report = grades(term, ["1130000", OTHER, 70], headings=headings)
    expected = f"：請填這一欄，或先匯入科目「{OTHER}」。"
    assert told(report.problems) == [
        f"第 2 列「{heading}」{expected}" for heading in ("科目名稱", "開課年級", "學分／節數")
    ]


def test_a_grade_that_the_list_no_longer_names_is_kept_and_marked_until_it_comes_back(
    term: Term, students: list[Student]
) -> None:
    rows = [scored(student.student_number) for student in students]
    grades(term, *rows)
    report = grades(term, *rows[:2], at=at("2025-02-01"))
    assert report.diff.gone == [("1130002", "semester", CODE, 0, 0)]
    gone = Grade.objects.get(student__student_number="1130002")
    assert gone.gone_at == at("2025-02-01")
    grades(term, *rows[:2], at=at("2025-02-02"))
    gone.refresh_from_db()
    assert gone.gone_at == at("2025-02-01"), "since when it is gone"
    grades(term, *rows)
    assert not Grade.objects.exclude(gone_at=None).exists()


def test_other_terms_divisions_and_kinds_are_never_gone(term: Term, students: list[Student]) -> None:
    evening = StudentFactory.create(school_class=SchoolClassFactory.create(division=Division.EVENING))
    before = TermFactory.create(school_year=112, number=2)
    SchoolClassFactory.create(school_year=112)
    headings = ["部別", *HEADINGS]
    grades(before, ["日間部", *scored("1130001")], headings=headings)
    grades(term, scored("1130000"), scored(evening.student_number))
    makeup = ["應修學年度", "應修學期", *HEADINGS[:5], "補修成績"]
    grades(term, [112, 1, *scored("1130000")[:5], 70], headings=makeup)
    assert grades(term, scored("1130000", code=OTHER), scored("1130000")).counts["gone"] == 0
    assert not Grade.objects.exclude(gone_at=None).exists()


def test_a_list_of_a_few_corrections_is_a_supplement_and_says_so(term: Term, students: list[Student]) -> None:
    grades(term, *[scored(student.student_number) for student in students])
    report = grades(term, scored("1130000", 60), accept_warnings=False)
    assert told(report.warnings) == [
        "第 1 列「成績類別」：學期成績現有 3 筆，名單只提到 1 筆：視為補充名單，其他成績維持原狀。"
    ]
    assert not report.written
    assert grades(term, scored("1130000", 60)).counts == {"new": 0, "changed": 1, "same": 0, "gone": 0}
    assert not Grade.objects.exclude(gone_at=None).exists()


@pytest.mark.parametrize(
    "score, said",
    [
        ("100.01", "不是成績：請填 0 到 100"),
        ("101", "不是成績"),
        ("-2", "不是成績"),
        ("78.123", "最多兩位小數"),
        ("缺考", "沒有成績填 -1 或留空"),
        ("NaN", "不是成績"),
        ("７８", "不是成績"),
    ],
)
def test_a_score_is_a_number_from_0_to_100_with_two_places(
    term: Term, students: list[Student], score: str, said: str
) -> None:
    report = grades(term, scored("1130000"), scored("1130001", score))
    (problem,) = report.problems
    assert str(problem).startswith("第 3 列「成績」：")
    assert said in problem.message
    assert not Grade.objects.exists()


@pytest.mark.parametrize(
    "score, kept", [(0, 0), (100, 100), ("78.50", Decimal("78.5")), (-1, None), ("", None)]
)
def test_minus_one_and_an_empty_cell_are_no_score(
    term: Term, students: list[Student], score: Any, kept: Any
) -> None:
    grades(term, scored("1130000", score, passed=-1))
    assert Grade.objects.get().score == kept
    assert Grade.objects.get().passed is None


@pytest.mark.parametrize(
    "row, said",
    [
        (scored("1139999"), "「學號」：查無學號「1139999」，請先匯入人員，或檢查學號。"),
        (scored(""), "「學號」：請填學號，或填身分證號與出生日期。"),
        (scored("1130001", passed=2), "「成績及格」：「2」請填 1（及格）、0（不及格）或 -1（不適用）。"),
        (scored("1130001", code=CODE + "9"), "「課程代碼」：最多 23 字，這裡有 24 字。"),
        (scored("1130000"), "「學號、成績類別、課程代碼、應修／原修學年度、應修／原修學期」：與第 2 列相同"),
    ],
)
def test_a_bad_row_is_named_with_column_and_mend_and_nothing_is_imported(
    term: Term, students: list[Student], row: list[Any], said: str
) -> None:
    report = grades(term, scored("1130000"), row)
    assert [problem[: len("第 3 列" + said)] for problem in told(report.problems)] == ["第 3 列" + said]
    assert not Grade.objects.exists()
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    "score, passed, resit, code, doubt",
    [
        (0, 1, -1, CODE, "「成績及格」：成績 0 卻註記及格。"),
        (39.9, 1, -1, CODE, "「成績及格」：成績 39.9 卻註記及格。"),
        (60, 0, -1, CODE, "「成績及格」：成績 60 卻註記不及格。"),
        (-1, 1, -1, CODE, "「成績及格」：註記及格，但沒有成績。"),
        (75, 1, 80, CODE, "「補考成績」：先前已註記及格，仍有補考成績。"),
        (75, 1, -1, CODE[:22], f"「課程代碼」：「{CODE[:22]}」不是 23 碼的課程代碼，請對照課程計畫。"),
        (75, 1, -1, CODE[:16] + "80B0101", "「課程代碼」：團體活動與不授予學分的彈性學習不列入成績名冊。"),
    ],
)
def test_what_looks_wrong_is_a_warning_to_accept(
    term: Term, students: list[Student], score: Any, passed: Any, resit: Any, code: str, doubt: str
) -> None:
    row = scored("1130000", score, code, passed=passed, resit=resit)
    report = grades(term, row, accept_warnings=False)
    assert told(report.warnings) == [f"第 2 列{doubt}"]
    assert not Grade.objects.exists()
    assert grades(term, row).written


@pytest.mark.parametrize(
    "score, passed, code", [(40, 1, CODE), (59.9, 0, CODE), (75, 1, CODE[:16] + "90D0101")]
)
def test_a_lowered_pass_mark_and_flexible_learning_with_credits_are_nothing_unusual(
    term: Term, students: list[Student], score: Any, passed: int, code: str
) -> None:
    assert not grades(term, scored("1130000", score, code, passed=passed)).warnings


def test_a_line_break_in_a_text_is_a_warning(term: Term, students: list[Student]) -> None:
    row = [*scored("1130000")[:6], "第一行\n第二行"]
    report = grades(term, row, headings=[*HEADINGS[:6], "質性文字描述"], accept_warnings=False)
    assert told(report.warnings) == [
        "第 2 列「質性文字描述」：文字裡有換行，提交時可能被拆成兩列，請改成一行。"
    ]


@pytest.mark.parametrize(
    "kind, division, odd",
    [
        ("補考成績（進修部）", Division.DAY, True),
        ("補考成績（進修部）", Division.EVENING, False),
        ("補修成績", Division.EVENING, True),
        ("補修成績", Division.DAY, False),
    ],
)
def test_a_sheet_that_the_division_does_not_have_is_a_warning(
    term: Term, kind: str, division: Division, odd: bool
) -> None:
    student = StudentFactory.create(school_class=SchoolClassFactory.create(division=division))
    headings = ["成績類別", "應修學年度", "應修學期", "補修方式", *HEADINGS]
    row = [kind, 112, 1, 3, *scored(student.student_number)]
    warnings = told(grades(term, row, headings=headings).warnings)
    assert [f"名冊沒有「{kind}」這一張" in warning for warning in warnings] == [True] * odd


@pytest.mark.parametrize("kind", ["補修成績", "重修成績"])
@pytest.mark.parametrize(
    "method, said",
    [
        ("", "補修、重修的名冊須有修課方式。請填代碼 1、2 或 3（3 為專班辦理）。"),
        ("-1", "補修、重修的名冊須有修課方式。請填代碼 1、2 或 3（3 為專班辦理）。"),
        ("9", "「9」不是已知的修課方式代碼。請填 1、2 或 3（3 為專班辦理）。"),
    ],
)
def test_a_make_up_or_retake_without_a_known_method_is_a_warning_on_its_row(
    term: Term, students: list[Student], kind: str, method: str, said: str
) -> None:
    headings = ["成績類別", "應修學年度", "應修學期", "補修／重修方式", *HEADINGS]
    rows = [
        [kind, 112, 1, 3, *scored("1130000")],
        [kind, 112, 1, method, *scored("1130001")],
        ["學期成績", "", "", method if method != "9" else "", *scored("1130002")],
    ]
    report = grades(term, *rows, headings=headings, dry_run=True, accept_warnings=False)
    assert told(report.warnings) == [f"第 3 列「補修／重修方式」：{said}"]
    assert not report.problems


def test_a_list_without_the_column_of_the_method_keeps_the_one_on_record(
    term: Term, students: list[Student]
) -> None:
    headings = ["成績類別", "應修學年度", "應修學期", *HEADINGS]
    row = ["重修成績", 112, 1, *scored("1130000")]
    grades(term, [*row, 1], headings=[*headings, "重修方式"])
    assert not grades(term, row, headings=headings, accept_warnings=False).warnings
    assert Grade.objects.get().method == "1"


def test_a_make_up_needs_the_term_it_is_for(term: Term, students: list[Student]) -> None:
    report = grades(term, [*scored("1130000")[:5], 70], headings=[*HEADINGS[:5], "補修成績"])
    assert told(report.problems) == [
        "第 2 列「應修／原修學年度」：補修、重修、轉學轉科成績須填應修或原修的學年度與學期。"
    ]


def test_a_kind_that_the_heading_of_the_score_denies_is_refused(term: Term, students: list[Student]) -> None:
    headings = ["成績類別", *HEADINGS[:5], "重修成績"]
    report = grades(term, ["學期成績", *scored("1130000")[:5], 70], headings=headings)
    assert told(report.problems) == [
        "第 2 列「成績類別」：與成績欄位的標題（重修成績）不符，請更正其中一個。"
    ]


def test_identity_and_birth_date_must_be_the_students_and_are_never_repeated(
    term: Term, students: list[Student]
) -> None:
    first, second, __ = students
    headings = ["身分證號", "出生日期", *HEADINGS]
    rows = [
        [second.national_id, "097/03/15", *scored(first.student_number)],
        [second.national_id, "097/03/16", *scored("", code=OTHER)],
        ["A123456789", "097/03/15", *scored("")],
        [second.national_id, "", *scored("", code=CODE[:-2] + "03")],
    ]
    problems = told(grades(term, *rows, headings=headings).problems)
    assert problems == [
        "第 2 列「身分證號」：身分證號與學號不是同一位學生，請更正其中一個。",
        "第 3 列「出生日期」：出生日期與學生基本資料不同，請對照證件更正。",
        "第 4 列「身分證號」：查無這個身分證號的學生，請先匯入人員，或對照證件更正。",
        "第 5 列「學號」：請填學號，或填身分證號與出生日期。",
    ]
    assert not Grade.objects.exists()


def test_the_division_is_the_students_class_and_must_not_be_denied(
    term: Term, students: list[Student]
) -> None:
    unplaced = StudentFactory.create()
    headings = ["部別", *HEADINGS]
    report = grades(
        term, ["進修部", *scored("1130000")], ["", *scored(unplaced.student_number)], headings=headings
    )
    assert told(report.problems) == [
        "第 2 列「部別」：這位學生 113 學年度在日間部，請更正部別或移到該部別的名單。",
        "第 3 列「部別」：這位學生 113 學年度沒有編班，請填部別（日間部或進修部）。",
    ]
    grades(term, ["進修部", *scored(unplaced.student_number)], headings=headings)
    assert Grade.objects.get().division == Division.EVENING


def test_only_who_submits_the_divisions_course_records_may_import(
    term: Term, students: list[Student]
) -> None:
    evening = holder_of(DutyCode.COURSE_RECORDS, Division.EVENING)
    claimed = ["部別", *HEADINGS]
    for row, headings in ((scored("1130000"), HEADINGS), (["進修部", *scored("1130000")], claimed)):
        with pytest.raises(NotAllowed):
            grades(term, row, headings=headings, by=evening)
    with pytest.raises(NotAllowed):
        grades(term, scored("1130000"), by=holder_of(DutyCode.COURSE_PLATFORM))
    registry = holder_of(DutyCode.COURSE_RECORDS)
    assert grades(term, scored("1130000"), by=registry).written
    entry = AuditEntry.objects.get(act=ListImportAct.GRADES)
    assert (entry.actor, entry.changes["new"]) == (registry, 1)


def test_the_delegate_imports_while_the_owner_is_away(term: Term, students: list[Student]) -> None:
    staff = annex_staff()
    with pytest.raises(NotAllowed):
        grades(term, scored("1130000"), by=staff["registry-head"])
    staff.is_away("registry-clerk", "2025-01-20", "2025-01-21")
    grades(term, scored("1130000"), by=staff["registry-head"])
    entry = AuditEntry.objects.get(act=ListImportAct.GRADES)
    assert entry.on_behalf_of == staff["registry-clerk"]


def test_semester_grades_out_of_their_time_are_a_warning(students: list[Student]) -> None:
    term = term_113_1()
    row, within, late = scored("1130000"), at("2025-01-31 23:00"), at("2025-02-01 00:00")
    assert not grades(term, row, at=within).warnings
    (warning,) = grades(term, row, at=late).warnings
    assert warning.message.startswith("日間部 113-1 修課成績登錄已截止")


def queries(act: Callable[[], ListReport]) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        act()
    return [query["sql"] for query in captured if query["sql"].startswith(("SELECT", "UPDATE", "DELETE"))]


def test_reading_and_comparing_take_as_many_queries_for_ten_rows_as_for_hundreds(term: Term) -> None:
    StudentFactory.create_batch(40, school_class=SchoolClassFactory.create())
    numbers = Student.objects.values_list("student_number", flat=True)
    rows = [scored(number, 70, f"{CODE[:-2]}{n:02}") for number in numbers for n in range(12)]
    few = queries(lambda: grades(term, *rows[:10]))
    assert queries(lambda: grades(term, *rows)) == few, "with 470 new rows"
    changed = [[*row[:5], 71, *row[6:]] for row in rows]
    assert queries(lambda: grades(term, *changed)) == few, "with every row changed"
    assert queries(lambda: grades(term, *changed)) == few, "with every row the same"


def test_a_file_without_any_column_that_names_the_student_is_refused(term: Term) -> None:
    with pytest.raises(ListFileInvalid, match="學號"):
        grades(term, scored("1130000")[1:], headings=HEADINGS[1:])


def test_the_birth_date_may_stand_beside_the_number(term: Term, students: list[Student]) -> None:
    assert students[0].birth_date == day("2008-03-15")
    report = grades(term, ["0970315", *scored("1130000")], headings=["生日", *HEADINGS])
    assert report.written

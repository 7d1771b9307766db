"""The lists of courses, sections and enrolments, and the commands that import them."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from accounts.domain.division import Division
from accounts.errors import NotAllowed
from accounts.list_permissions import ListImportAct
from accounts.models import AuditEntry, Student
from accounts.models.duties import DutyCode
from accounts.services.list_import import ListReport, import_list
from portfolio.models import CadreRecord, Course, CourseSection, Enrolment, Grade
from portfolio.services.course_import import Courses, Sections
from portfolio.services.enrolment_import import Enrolments
from schedules.models import Term
from tests.accounts import lists
from tests.factories import (
    CourseFactory,
    SectionFactory,
    StudentFactory,
    TermFactory,
    UserFactory,
    holder_of,
)
from tests.moments import at

pytestmark = pytest.mark.django_db

NOW = at("2024-09-02 09:00")
COURSE_HEADINGS = ["課程代碼", "科目名稱", "開課年級", "學分數"]
SECTION_HEADINGS = ["課程代碼", "部別", "班級/組別", "任課教師"]
HEADINGS = [
    "學號",
    "課程代碼",
    "部別",
    "班級／組別",
    "修課類別",
    "原修學年度",
    "原修學期",
    "補修／重修方式",
    "原修／借讀學校代碼",
]
METHOD = {"補修／重修方式": "3"}
CODE, OTHER = "113999999V2130521100001", "113999999V2130521100002"


@pytest.fixture
def term() -> Term:
    return TermFactory.create()


def courses(*rows: list[Any]) -> ListReport:
    content = lists.xlsx([COURSE_HEADINGS, *rows])
    return import_list(Courses(), content, file_name="科目.xlsx", by=None, at=NOW)


def sections(term: Term, *rows: list[Any]) -> ListReport:
    content = lists.xlsx([SECTION_HEADINGS, *rows])
    return import_list(Sections(term), content, file_name="開課.xlsx", by=None, at=NOW)


def enrolments(term: Term, *rows: list[Any], **options: Any) -> ListReport:
    content = lists.xlsx([HEADINGS, *rows])
    return import_list(Enrolments(term), content, file_name="修課.xlsx", at=NOW, **{"by": None, **options})


def taking(student: str, code: str = CODE, group: str = "資訊二甲", **cells: Any) -> list[Any]:
    values = {"學號": student, "課程代碼": code, "部別": "日間部", "班級／組別": group, **cells}
    return [values.get(heading, "") for heading in HEADINGS]


def rows_of(model: Any) -> list[dict[str, Any]]:
    return list(model.objects.order_by("pk").values())


def test_courses_come_new_changed_and_gone_by_their_year_of_entry() -> None:
    older = CourseFactory.create(code="112999999V2130521100001")
    assert courses([CODE, "程式設計", 2, 3], [OTHER, "電子學", 2, 4]).counts["new"] == 2
    report = courses([CODE, "程式設計實習", 2, 3])
    assert report.diff.changed[0].values == {"name": ("程式設計", "程式設計實習")}
    assert report.diff.gone == [(OTHER,)]
    assert Course.objects.get(code=CODE).name == "程式設計實習"
    assert Course.objects.filter(pk=older.pk).exists()
    again = rows_of(Course)
    assert courses([CODE, "程式設計實習", 2, 3]).counts["same"] == 1
    assert rows_of(Course) == again


def test_a_bad_course_refuses_them_all() -> None:
    report = courses([CODE, "程式設計", 2, 3], [OTHER, "電子學", 4, -1])
    assert [str(problem) for problem in report.problems] == [
        "第 3 列「開課年級」：「4」須為下列之一：1、2、3。",
        "第 3 列「學分／節數」：「-1」須為整數，例如 113。",
    ]
    assert not Course.objects.exists()


def test_sections_come_with_their_teacher_and_belong_to_the_term(term: Term) -> None:
    CourseFactory.create(code=CODE)
    first, second = UserFactory.create(username="t001"), UserFactory.create(username="t002")
    other_term = SectionFactory.create(term=TermFactory.create(number=2))
    assert sections(term, [CODE, "日間部", "資訊二甲", "t001"]).counts["new"] == 1
    section = CourseSection.objects.get(term=term)
    assert section.teacher == first
    report = sections(term, [CODE, "日間部", "資訊二甲", "t002"])
    assert report.diff.changed[0].values == {"teacher": ("t001", "t002")}
    section.refresh_from_db()
    assert section.teacher == second
    assert sections(term, [CODE, "日間部", "資訊二乙", "t001"]).diff.gone == [(CODE, "day", "資訊二甲")]
    assert CourseSection.objects.filter(pk=other_term.pk).exists()


def test_what_the_certification_chain_knows_of_a_section_stays(term: Term) -> None:
    convener = UserFactory.create()
    section = SectionFactory.create(course__code=CODE, term=term, teacher__username="t001", convener=convener)
    UserFactory.create(username="t002")
    assert sections(term, [CODE, "日間部", section.group, "t002"]).counts["changed"] == 1
    section.refresh_from_db()
    assert (section.teacher.username, section.convener) == ("t002", convener)


def test_an_unknown_course_or_teacher_refuses_the_sections(term: Term) -> None:
    report = sections(term, [CODE, "日間部", "資訊二甲", "t404"])
    assert [str(problem) for problem in report.problems] == [
        f"第 2 列「課程代碼」：查無課程「{CODE}」，請先匯入科目，或檢查代碼。",
        "第 2 列「任課教師帳號」：查無教師帳號「t404」，請先匯入人員，或檢查帳號。",
    ]
    assert not CourseSection.objects.exists()


@pytest.fixture
def school(term: Term) -> None:
    SectionFactory.create(course__code=CODE, term=term, group="資訊二甲")
    for number in range(3):
        StudentFactory.create(student_number=f"113000{number}")


@pytest.mark.usefixtures("school")
def test_enrolments_come_new_changed_and_gone(term: Term) -> None:
    assert enrolments(term, taking("1130000"), taking("1130001")).counts["new"] == 2
    retaking = taking("1130000", 修課類別="重修", 原修學年度=112, 原修學期=1, **METHOD)
    report = enrolments(term, retaking)
    assert report.diff.changed[0].values == {
        "kind": ("regular", "retake"),
        "original_school_year": (None, 112),
        "original_term": (None, 1),
        "method": ("", "3"),
    }
    assert report.diff.gone == [("1130001", CODE, "day", "資訊二甲")]
    kept = Enrolment.objects.order_by("student__student_number").values_list("kind", "original_term")
    assert list(kept) == [("retake", 1), ("regular", None)]


@pytest.mark.usefixtures("school")
def test_importing_the_same_enrolments_again_changes_nothing(term: Term) -> None:
    rows = [taking("1130000"), taking("1130001", 修課類別="補修", 原修學年度=112, 原修學期=2, **METHOD)]
    enrolments(term, *rows)
    before = rows_of(Enrolment)
    assert enrolments(term, *rows).counts == {"new": 0, "changed": 0, "same": 2, "gone": 0}
    assert rows_of(Enrolment) == before


@pytest.mark.usefixtures("school")
def test_columns_that_the_list_leaves_out_keep_what_is_on_record(term: Term) -> None:
    enrolments(term, taking("1130000", 修課類別="重修", 原修學年度=112, 原修學期=1, **METHOD))
    content = lists.csv([HEADINGS[:4], taking("1130000")[:4]])
    report = import_list(Enrolments(term), content, file_name="a.csv", by=None, at=NOW)
    assert report.counts["same"] == 1
    assert Enrolment.objects.get().kind == "retake"


@pytest.mark.usefixtures("school")
@pytest.mark.parametrize(
    "row, told",
    [
        (taking("1139999"), "第 3 列「學號」：查無學號「1139999」，請先匯入人員，或檢查學號。"),
        (taking("1130001", OTHER), f"第 3 列「班級／組別」：113-1 沒有「{OTHER} 資訊二甲」這個開課"),
        (
            taking("1130001", group="資訊二乙"),
            f"第 3 列「班級／組別」：113-1 沒有「{CODE} 資訊二乙」這個開課",
        ),
        (taking("1130001", 修課類別="旁聽"), "第 3 列「修課類別」：「旁聽」須為下列之一：學期修課、"),
        (taking("1130001", 修課類別="補修"), "第 3 列「原修學年度」：補修、重修、轉學、借讀須填"),
        (taking("1130000"), "第 3 列「學號、課程代碼、部別、班級／組別」：與第 2 列相同"),
    ],
)
def test_a_bad_enrolment_is_named_with_its_column_and_nothing_is_imported(
    term: Term, row: list[Any], told: str
) -> None:
    report = enrolments(term, taking("1130000"), row)
    assert [str(problem)[: len(told)] for problem in report.problems] == [told]
    assert not Enrolment.objects.exists()
    assert not AuditEntry.objects.exists()


@pytest.mark.usefixtures("school")
@pytest.mark.parametrize(
    "cells, told",
    [
        ({"修課類別": "補修"}, "「補修／重修方式」：補修、重修的名冊須有修課方式。"),
        ({"修課類別": "重修"}, "「補修／重修方式」：補修、重修的名冊須有修課方式。"),
        ({"修課類別": "重修", "補修／重修方式": "9"}, "「補修／重修方式」：「9」不是已知的修課方式代碼。"),
        ({"修課類別": "轉學轉科"}, "「原修／借讀學校代碼」：轉學轉科、借讀的名冊須有原修或借讀學校的代碼。"),
        ({"修課類別": "借讀"}, "「原修／借讀學校代碼」：轉學轉科、借讀的名冊須有原修或借讀學校的代碼。"),
    ],
)
def test_what_the_rosters_would_miss_is_a_warning_on_its_row_before_anything_is_written(
    term: Term, cells: dict[str, str], told: str
) -> None:
    row = taking("1130001", 原修學年度=112, 原修學期=1, **cells)
    report = enrolments(term, taking("1130000"), row)
    assert [str(warning)[: len("第 3 列" + told)] for warning in report.warnings] == ["第 3 列" + told]
    assert not report.written
    assert enrolments(term, taking("1130000"), row, accept_warnings=True).written


@pytest.mark.parametrize("kind", ["補修", "重修", "重讀"])
def test_a_kind_that_the_published_evening_roster_lacks_is_a_warning(term: Term, kind: str) -> None:
    section = SectionFactory.create(course__code=CODE, term=term, division=Division.EVENING)
    StudentFactory.create(student_number="1130000")
    cells: dict[str, Any] = {"修課類別": kind, "部別": "進修部", "原修學年度": 112, "原修學期": 1, **METHOD}
    (warning,) = enrolments(term, taking("1130000", group=section.group, **cells)).warnings
    assert str(warning).startswith("第 2 列「修課類別」：公開的進修部課程學習成果名冊沒有")


@pytest.mark.usefixtures("school")
def test_only_who_manages_the_course_platform_of_the_division_may_import(term: Term) -> None:
    with pytest.raises(NotAllowed):
        enrolments(term, taking("1130000"), by=holder_of(DutyCode.COURSE_PLATFORM, Division.EVENING))
    assert not Enrolment.objects.exists()
    instruction = holder_of(DutyCode.COURSE_PLATFORM)
    assert enrolments(term, taking("1130000"), by=instruction).written
    assert AuditEntry.objects.get(act=ListImportAct.ENROLMENTS).actor == instruction


def queries(act: Callable[[], ListReport]) -> list[str]:
    """What `act` asks of the database, apart from the inserts, which are as many as the rows fill."""
    with CaptureQueriesContext(connection) as captured:
        act()
    asked = ("SELECT", "UPDATE", "DELETE")
    return [query["sql"] for query in captured if query["sql"].startswith(asked)]


def test_reading_and_comparing_take_as_many_queries_for_ten_rows_as_for_hundreds(term: Term) -> None:
    for number in range(12):
        SectionFactory.create(course__code=f"{CODE[:-2]}{number:02}", term=term)
    codes = list(Course.objects.values_list("code", flat=True))
    StudentFactory.create_batch(40)
    students = Student.objects.values_list("student_number", flat=True)
    all_rows = [taking(student, code) for student in students for code in codes]
    few = queries(lambda: enrolments(term, *all_rows[:10]))
    assert queries(lambda: enrolments(term, *all_rows)) == few, "with 470 new rows"
    assert Enrolment.objects.count() == len(all_rows) == 480
    retaken = [[*row[:4], "重修", 112, 1] for row in all_rows]
    assert queries(lambda: enrolments(term, *retaken)) == few, "with every row changed"
    assert queries(lambda: enrolments(term, *retaken)) == few, "with every row the same"


def run(command: str, *arguments: Any, **options: Any) -> str:
    out = StringIO()
    call_command(command, *arguments, stdout=out, **options)
    return out.getvalue()


OF_A_TERM = ["import_sections", "import_enrolments", "import_grades", "import_cadre"]
COMMANDS = ["import_classes", "import_people", "import_courses", *OF_A_TERM]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_template_has_headings_one_example_and_an_explanation(command: str, tmp_path: Path) -> None:
    out = tmp_path / "template.xlsx"
    assert "範本已存成" in run(command, template=out)
    book = load_workbook(out)
    headings, example = list(book["名單"].values)
    assert len(headings) == len(example) == len(set(headings))
    explained = [row[0] for row in book["說明"].values]
    assert explained[1:-1] == list(headings)


def test_the_templates_examples_fit_together_and_import(term: Term, tmp_path: Path) -> None:
    UserFactory.create(username="t001")
    for command in COMMANDS:
        file = tmp_path / f"{command}.xlsx"
        run(command, template=file)
        options = {"term": "113-1"} if command in OF_A_TERM else {}
        assert "已匯入。" in run(command, file, **options)
    assert [model.objects.count() for model in (Enrolment, Grade, CadreRecord)] == [1, 1, 1]


@pytest.mark.usefixtures("school")
def test_the_command_prints_counts_changes_and_errors(term: Term, tmp_path: Path) -> None:
    file = tmp_path / "修課.xlsx"
    file.write_bytes(lists.xlsx([HEADINGS, taking("1130000"), taking("1130001")]))
    tried = run("import_enrolments", file, term="113-1", dry_run=True)
    assert "共 2 列：新增 2、修改 0、未變動 0、名單已無（保留不動）0" in tried
    assert "試算完成，沒有寫入。" in tried
    assert not Enrolment.objects.exists()
    run("import_enrolments", file, term="113-1")
    file.write_bytes(lists.xlsx([HEADINGS, taking("1130000", 修課類別="重讀")]))
    told = run("import_enrolments", file, term="113-1")
    assert "修改 第 2 列「修課類別」：學期修課 → 重讀" in told
    assert f"名單已無 1130001 {CODE} 日間部 資訊二甲" in told
    file.write_bytes(lists.xlsx([HEADINGS, taking("1139999")]))
    with pytest.raises(CommandError, match="有 1 個錯誤，這個檔案沒有匯入任何一列"):
        run("import_enrolments", file, term="113-1")
    file.write_bytes(b"PK\x03\x04")
    with pytest.raises(CommandError, match="已損毀或不完整"):
        run("import_enrolments", file, term="113-1")


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({}, "請以 --term 指定學期"),
        ({"term": "113-2"}, "沒有 113-2 這個學期"),
        ({"term": "上學期"}, "學期請寫成「113-1」的形式"),
    ],
)
def test_the_command_asks_for_a_term_that_there_is(
    tmp_path: Path, arguments: dict[str, str], message: str
) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(lists.csv([HEADINGS]))
    with pytest.raises(CommandError, match=message):
        run("import_enrolments", file, **arguments)

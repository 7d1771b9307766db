"""The lists of people and classes: right or refused as a whole, told row by row, nothing deleted."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.demo_people import invented_national_id
from accounts.domain.division import Division
from accounts.domain.list_workbook import ListFileInvalid
from accounts.errors import NotAllowed
from accounts.list_permissions import ListImportAct
from accounts.models import AuditEntry, ClassPlacement, SchoolClass, Student, User
from accounts.models.duties import DutyCode
from accounts.services.class_import import Classes
from accounts.services.list_import import ListReport, import_list
from accounts.services.people_import import People
from tests.accounts import lists
from tests.factories import SchoolClassFactory, StudentFactory, UserFactory, holder_of
from tests.moments import at, day

pytestmark = pytest.mark.django_db

NOW = at("2024-09-02 09:00")
HEADINGS = ["身分", "姓名", "帳號", "學號", "出生日期", "身分證號", "學年度", "部別", "班級", "座號"]
CLASS_HEADINGS = ["學年度", "部別", "年級", "班級", "導師帳號"]


def pupil(
    number: int, *, seat: int, name: str = "", school_class: str = "資訊二甲", **cells: Any
) -> list[Any]:
    values = {
        "身分": "學生",
        "姓名": name or f"虛構{number}",
        "學號": f"113{number:04}",
        "出生日期": "097/03/15",
        "身分證號": invented_national_id(5000 + number),
        "學年度": 113,
        "部別": "日間部",
        "班級": school_class,
        "座號": seat,
        **cells,
    }
    return [values.get(heading, "") for heading in HEADINGS]


def teacher(username: str, name: str) -> list[Any]:
    return ["教師", name, username, *[""] * 7]


def imported(*rows: list[Any], content: bytes = b"", name: str = "人員.xlsx", **options: Any) -> ListReport:
    content = content or lists.xlsx([HEADINGS, *rows])
    return import_list(People(), content, file_name=name, at=NOW, **{"by": None, **options})


def imported_csv(*rows: list[Any], encoding: str = "utf-8") -> ListReport:
    return imported(content=lists.csv(rows, encoding=encoding), name="人員.csv")


@pytest.fixture
def school_class() -> SchoolClass:
    return SchoolClassFactory.create(name="資訊二甲")


def seats() -> dict[str, tuple[str, int]]:
    rows = ClassPlacement.objects.values_list("student__student_number", "school_class__name", "seat_number")
    return {number: (name, seat) for number, name, seat in rows}


def test_students_and_teachers_come_with_accounts_that_cannot_sign_in_yet(school_class: SchoolClass) -> None:
    report = imported(pupil(1, seat=1, name="陳宥安"), teacher("t001", "林語彤"))
    assert report.written
    assert report.counts == {"new": 2, "changed": 0, "same": 0, "gone": 0}
    student = Student.objects.get(student_number="1130001")
    assert (student.user.username, student.user.name) == ("1130001", "陳宥安")
    assert (student.birth_date, student.national_id) == (day("2008-03-15"), invented_national_id(5001))
    assert seats() == {"1130001": ("資訊二甲", 1)}
    for user in User.objects.filter(username__in=["1130001", "t001"]):
        assert not user.has_usable_password()
        assert not user.is_staff


def test_an_import_is_one_entry_on_the_trail_with_counts_and_the_files_hash(
    school_class: SchoolClass,
) -> None:
    report = imported(pupil(1, seat=1))
    entry = AuditEntry.objects.get(act=ListImportAct.PEOPLE)
    assert entry.changes == {
        "file": "人員.xlsx",
        "sha256": report.sha256,
        "new": 1,
        "changed": 0,
        "same": 0,
        "gone": 0,
        "warnings": 0,
    }


def test_a_dry_run_says_what_would_change_and_writes_nothing(school_class: SchoolClass) -> None:
    report = imported(pupil(1, seat=1), dry_run=True)
    assert (report.counts["new"], report.written) == (1, False)
    assert not Student.objects.exists()
    assert not AuditEntry.objects.exists()


def test_importing_the_same_file_again_changes_nothing(school_class: SchoolClass) -> None:
    rows = [pupil(1, seat=1), pupil(2, seat=2), teacher("t001", "林語彤")]
    imported(*rows)
    before = [
        list(model._default_manager.order_by("pk").values()) for model in (User, Student, ClassPlacement)
    ]
    report = imported(*rows)
    assert report.counts == {"new": 0, "changed": 0, "same": 3, "gone": 0}
    after = [
        list(model._default_manager.order_by("pk").values()) for model in (User, Student, ClassPlacement)
    ]
    assert after == before


def test_new_students_take_as_many_look_ups_whether_two_or_forty(school_class: SchoolClass) -> None:
    def look_ups(numbers: range) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert imported(*(pupil(number, seat=number) for number in numbers)).written
        return sum(query["sql"].startswith("SELECT") for query in captured)

    assert look_ups(range(1, 3)) == look_ups(range(3, 43))


def test_a_change_is_told_column_by_column_from_what_to_what(school_class: SchoolClass) -> None:
    imported(pupil(1, seat=1, name="陳宥安"))
    report = imported(pupil(1, seat=9, name="陳宥恩"))
    [change] = report.diff.changed
    assert change.values == {"name": ("陳宥安", "陳宥恩"), "seat_number": (1, 9)}
    assert seats() == {"1130001": ("資訊二甲", 9)}
    assert User.objects.get(username="1130001").name == "陳宥恩"


def test_two_students_may_exchange_their_seats_and_classes(school_class: SchoolClass) -> None:
    SchoolClassFactory.create(name="資訊二乙")
    imported(pupil(1, seat=1), pupil(2, seat=2), pupil(3, seat=1, school_class="資訊二乙"))
    imported(pupil(1, seat=2), pupil(2, seat=1, school_class="資訊二乙"), pupil(3, seat=1))
    assert seats() == {"1130001": ("資訊二甲", 2), "1130002": ("資訊二乙", 1), "1130003": ("資訊二甲", 1)}


def test_who_is_no_longer_in_the_list_is_reported_and_stays(school_class: SchoolClass) -> None:
    imported(pupil(1, seat=1), pupil(2, seat=2))
    report = imported(pupil(1, seat=1))
    assert report.diff.gone == [("1130002",)]
    assert set(seats()) == {"1130001", "1130002"}


def test_a_known_student_keeps_what_the_list_leaves_out(school_class: SchoolClass) -> None:
    imported(pupil(1, seat=1))
    masked = Student.objects.get().masked_national_id
    for identity in ("", masked):
        assert imported(pupil(1, seat=1, 身分證號=identity)).counts["same"] == 1
    short = imported_csv(["身分", "姓名", "學號"], ["學生", "虛構1", "1130001"])
    assert short.counts["same"] == 1


def test_a_student_whose_account_is_not_the_student_number_is_found_by_it() -> None:
    student = StudentFactory.create(student_number="1130001", user=UserFactory.create(username="student1"))
    row = ["學生", student.user.name, "", "1130001", student.birth_date, "", "", "", "", ""]
    assert imported(row).counts["same"] == 1


@pytest.mark.parametrize(
    "rows, told",
    [
        ([pupil(1, seat=1), pupil(1, seat=2)], "第 3 列「學號」：與第 2 列相同"),
        (
            [pupil(1, seat=1), pupil(2, seat=2, 身分證號=invented_national_id(5001))],
            "第 3 列「身分證號」：與第 2 列相同",
        ),
        ([pupil(1, seat=1), pupil(2, seat=1)], "第 3 列「學年度、部別、班級、座號」：與第 2 列相同"),
        ([pupil(1, seat=1, school_class="資訊二丁")], "第 2 列「班級」：查無班級「113 日間部 資訊二丁」"),
        ([pupil(1, seat=1), pupil(2, seat=2, 身分證號="")], "第 3 列「身分證號」：新的學生須填這一欄。"),
        ([pupil(1, seat=1, 出生日期="97.13.1")], "第 2 列「出生日期」：「97.13.1」不是日期"),
        ([pupil(1, seat=1, 身分="家長")], "第 2 列「身分」：「家長」須為下列之一：學生、教師。"),
        ([pupil(1, seat=1, 座號=0)], "第 2 列「座號」：「0」須在 1 到 999 之間。"),
        ([pupil(1, seat=1, 班級="")], "第 2 列「班級」：學年度、部別、班級、座號要一起填"),
        ([pupil(1, seat=1, 姓名="字" * 51)], "第 2 列「姓名」：最多 50 字，這裡有 51 字。"),
        ([pupil(1, seat=1), teacher("", "林語彤")], "第 3 列「帳號」：教師須填帳號。"),
        ([["教師", "林語彤", "t001", "1130009", *[""] * 6]], "第 2 列「學號」：教師不填這一欄"),
        ([pupil(1, seat=1), pupil(2, seat=2, 學年度=112)], "第 1 列「學年度」：一個檔案只能有一個學年度"),
    ],
)
def test_a_bad_row_is_named_with_its_column_and_nothing_is_imported(
    school_class: SchoolClass, rows: list[list[Any]], told: str
) -> None:
    report = imported(*rows)
    assert any(str(problem).startswith(told) for problem in report.problems), report.problems
    assert not report.written
    assert not Student.objects.exists()
    assert not AuditEntry.objects.exists()


def test_no_problem_repeats_an_identity_number(school_class: SchoolClass) -> None:
    wrong = "A100000000"
    report = imported(pupil(1, seat=1, 身分證號=wrong), pupil(2, seat=2, 身分證號=wrong))
    assert report.problems
    assert not any(wrong in str(problem) for problem in (*report.problems, *report.warnings))


def test_a_wrong_check_digit_is_a_warning_that_the_school_can_accept(school_class: SchoolClass) -> None:
    row = pupil(1, seat=1, 身分證號="A100000000")
    refused = imported(row)
    assert [str(warning) for warning in refused.warnings] == [
        "第 2 列「身分證號」：檢查碼不符，請對照證件；若證件確實如此，可以選擇接受。"
    ]
    assert not refused.written
    assert not Student.objects.exists()
    assert imported(row, accept_warnings=True).written
    assert Student.objects.get().national_id == "A100000000"
    assert imported(row).warnings == [], "what the school has accepted is not asked again"


def test_an_identity_number_of_somebody_else_on_record_is_refused(school_class: SchoolClass) -> None:
    StudentFactory.create(national_id=invented_national_id(5001), user__username="1129999")
    report = imported(pupil(1, seat=1))
    assert "已登錄在帳號「1129999」" in str(report.problems[0])


def test_a_seat_of_somebody_who_is_not_in_the_list_is_refused(school_class: SchoolClass) -> None:
    imported(pupil(1, seat=1))
    report = imported(pupil(2, seat=1))
    assert "這個座號目前是「1130001」的" in str(report.problems[0])


def test_an_account_with_access_to_the_admin_is_not_changed_by_a_list() -> None:
    UserFactory.create(username="admin", name="管理者", email="admin@example.edu.tw", is_staff=True)
    row = ["教師", "管理者", "admin", "other@example.org"]
    report = imported_csv(["身分", "姓名", "帳號", "電子郵件"], row)
    assert "不能以名單修改" in str(report.problems[0])
    assert User.objects.get(username="admin").email == "admin@example.edu.tw"


def test_a_teachers_account_does_not_become_a_students(school_class: SchoolClass) -> None:
    UserFactory.create(username="1130001")
    assert "這個帳號已是教師的" in str(imported(pupil(1, seat=1)).problems[0])


@pytest.mark.parametrize(
    "spoil",
    [lists.tampered, lists.truncated, lists.locked, lists.with_macros, lists.expanding],
    ids=lambda spoil: spoil.__name__,
)
def test_a_bad_workbook_imports_nothing(school_class: SchoolClass, spoil: Callable[[bytes], bytes]) -> None:
    with pytest.raises(ListFileInvalid):
        imported(content=spoil(lists.xlsx([HEADINGS, pupil(1, seat=1)])))
    assert not Student.objects.exists()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp950"])
def test_a_csv_in_big5_or_with_a_bom_imports(school_class: SchoolClass, encoding: str) -> None:
    assert imported_csv(HEADINGS, pupil(1, seat=1, name="陳宥安"), encoding=encoding).written
    assert User.objects.get(username="1130001").name == "陳宥安"


def test_headings_may_come_under_other_names_and_further_columns_are_named_as_unused(
    school_class: SchoolClass,
) -> None:
    report = imported_csv(
        ["身份", "中文姓名", "學生學號", "生日", "身分證字號", "血型"],
        ["學生", "陳宥安", "1130001", "0970315", invented_national_id(5001), "O"],
    )
    assert (report.written, report.unused) == (True, ["血型"])


def test_two_headings_for_one_column_or_a_missing_one_refuse_the_file() -> None:
    with pytest.raises(ListFileInvalid, match="「學號」與「學生學號」是同一欄"):
        imported_csv(["身分", "姓名", "學號", "學生學號"])
    with pytest.raises(ListFileInvalid, match="缺少欄位：身分"):
        imported_csv(["姓名", "學號"])


def test_only_who_acts_for_the_basic_data_of_the_division_may_import(school_class: SchoolClass) -> None:
    evening = holder_of(DutyCode.BASIC_DATA, Division.EVENING)
    with pytest.raises(NotAllowed):
        imported(pupil(1, seat=1), by=evening)
    assert not Student.objects.exists()
    registry = holder_of(DutyCode.BASIC_DATA)
    assert imported(pupil(1, seat=1), by=registry).written
    entry = AuditEntry.objects.get(act=ListImportAct.PEOPLE)
    assert (entry.actor, entry.standing) == (registry, "學生基本資料承辦")


def classes(*rows: list[Any], **options: Any) -> ListReport:
    content = lists.xlsx([CLASS_HEADINGS, *rows])
    return import_list(Classes(), content, file_name="班級.xlsx", by=None, at=NOW, **options)


def test_classes_come_with_their_homeroom_teachers_and_change_with_them() -> None:
    first, second = UserFactory.create(username="t001"), UserFactory.create(username="t002")
    assert (
        classes([113, "日間部", 2, "資訊二甲", "t001"], [113, "進修部", 2, "資訊二甲", ""]).counts["new"] == 2
    )
    school_class = SchoolClass.objects.get(division=Division.DAY)
    assert school_class.homeroom_teacher == first
    report = classes([113, "日間部", 2, "資訊二甲", "t002"])
    assert report.diff.changed[0].values == {"homeroom_teacher": ("t001", "t002")}
    assert report.diff.gone == [], "the evening division is not in this list"
    school_class.refresh_from_db()
    assert school_class.homeroom_teacher == second
    assert classes([113, "日間部", 2, "資訊二乙", ""]).diff.gone == [(113, "day", "資訊二甲")]
    assert SchoolClass.objects.count() == 3


def test_an_unknown_homeroom_teacher_or_a_student_as_one_refuses_the_classes() -> None:
    StudentFactory.create(user__username="1130001")
    report = classes([113, "日間部", 2, "資訊二甲", "t404"], [113, "日間部", 2, "資訊二乙", "1130001"])
    assert [problem.row for problem in report.problems] == [2, 3]
    assert "查無教師帳號「t404」" in str(report.problems[0])
    assert not SchoolClass.objects.exists()


# ---------------------------------------------------------------- whose data a list may change


def registrar(division: Division) -> User:
    return holder_of(DutyCode.BASIC_DATA, division)


def test_a_student_of_the_other_division_is_not_changed_by_naming_them(school_class: SchoolClass) -> None:
    imported(pupil(1, seat=1, name="陳宥安"))
    place = {"學年度": "", "部別": "", "班級": "", "座號": ""}
    report = imported(pupil(1, seat=1, name="改名", **place), by=registrar(Division.EVENING))
    assert "日間部" in report.problems[0].message
    assert imported(pupil(1, seat=1, name="改名"), by=registrar(Division.DAY)).written


def test_a_teachers_address_is_not_changed_by_a_list_and_a_students_is_told_from_to(
    school_class: SchoolClass,
) -> None:
    headings = [*HEADINGS, "電子郵件"]
    imported(pupil(1, seat=1), teacher("t001", "林語彤"))
    User.objects.filter(username__in=["t001", "1130001"]).update(email="old@example.edu.tw")
    day_registrar = registrar(Division.DAY)

    def mailed(row: list[Any]) -> ListReport:
        content = lists.xlsx([headings, [*row, "new@example.edu.tw"]])
        return imported(content=content, by=day_registrar)

    assert "電子郵件" in mailed(teacher("t001", "林語彤")).problems[0].message
    assert mailed(pupil(1, seat=1)).written
    entry = AuditEntry.objects.filter(act=ListImportAct.PEOPLE).latest("pk")
    assert entry.changes["emails"] == {"1130001": ["old@example.edu.tw", "new@example.edu.tw"]}

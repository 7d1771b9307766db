"""Lists and the enrolment history: no status begins or changes without its line."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.demo_people import invented_national_id
from accounts.models import EnrolmentChange, Student, User
from accounts.models.duties import DutyCode
from accounts.models.students import EnrolmentStatus
from accounts.services.list_import import ListReport, import_list
from accounts.services.people_import import People
from tests.accounts import lists
from tests.factories import AdminFactory, StudentFactory, holder_of
from tests.moments import at, day

pytestmark = pytest.mark.django_db

NOW = at("2024-09-02 00:30")
HEADINGS = ["身分", "姓名", "學號", "出生日期", "身分證號", "學籍狀態"]


def pupil(number: int, status: str = "", **cells: Any) -> list[Any]:
    values = {
        "身分": "學生",
        "姓名": f"虛構{number}",
        "學號": f"113{number:04}",
        "出生日期": "097/03/15",
        "身分證號": invented_national_id(5000 + number),
        "學籍狀態": status,
        **cells,
    }
    return [values[heading] for heading in HEADINGS]


def imported(*rows: list[Any], by: User | None = None, **options: Any) -> ListReport:
    content = lists.xlsx([HEADINGS, *rows])
    return import_list(People(), content, file_name="人員.xlsx", by=by, at=NOW, **options)


def history(number: int = 1) -> list[str]:
    changes = EnrolmentChange.objects.filter(student__student_number=f"113{number:04}").order_by("pk")
    return list(changes.values_list("kind", flat=True))


def test_a_new_student_enters_on_the_day_of_the_import_by_whoever_imports() -> None:
    registry = holder_of(DutyCode.BASIC_DATA)
    imported(pupil(1), by=registry)
    change = EnrolmentChange.objects.get()
    assert (change.kind, change.effective_on, change.recorded_at) == ("enrolled", day("2024-09-02"), NOW)
    assert (change.recorded_by, change.note) == (registry, "名單匯入：人員.xlsx")


def test_the_command_line_enters_students_for_nobody() -> None:
    imported(pupil(1))
    assert EnrolmentChange.objects.get().recorded_by is None


def test_a_teacher_has_no_history() -> None:
    content = lists.xlsx([["身分", "姓名", "帳號"], ["教師", "林語彤", "t001"]])
    assert import_list(People(), content, file_name="a.xlsx", by=None, at=NOW).written
    assert not EnrolmentChange.objects.exists()


@pytest.mark.parametrize(
    "before, after, kind",
    [
        (EnrolmentStatus.ENROLLED, "休學", "suspended"),
        (EnrolmentStatus.SUSPENDED, "在學", "returned"),
        (EnrolmentStatus.ENROLLED, "畢業", "graduated"),
        (EnrolmentStatus.SUSPENDED, "轉出", "transferred_out"),
        (EnrolmentStatus.SUSPENDED, "離校", "withdrawn"),
        (EnrolmentStatus.TRANSFERRED_OUT, "在學", "transferred_in"),
    ],
)
def test_a_new_status_comes_with_the_change_that_leads_to_it(
    before: EnrolmentStatus, after: str, kind: str
) -> None:
    imported(pupil(1))
    Student.objects.update(status=before)
    report = imported(pupil(1, after))
    assert report.diff.changed[0].values.keys() == {"status"}
    assert history() == ["enrolled", kind]
    assert Student.objects.get().get_status_display() == after


def test_a_new_student_who_is_suspended_enters_first() -> None:
    imported(pupil(1, "休學"))
    assert history() == ["enrolled", "suspended"]
    assert Student.objects.get().status == EnrolmentStatus.SUSPENDED


def test_importing_again_and_leaving_the_status_out_add_nothing() -> None:
    imported(pupil(1, "休學"))
    assert imported(pupil(1, "休學")).counts["same"] == 1
    assert imported(pupil(1, "")).counts["same"] == 1
    imported(pupil(1, "", 姓名="改名"))
    assert history() == ["enrolled", "suspended"]


def test_a_status_that_no_change_leads_to_refuses_the_list() -> None:
    imported(pupil(1, "休學"), pupil(2))
    report = imported(pupil(1, "畢業"), pupil(2, "畢業"))
    assert [str(problem) for problem in report.problems] == [
        "第 2 列「學籍狀態」：「休學」的學生不能直接改為「畢業」，請在學生頁面逐步登錄學籍異動。"
    ]
    assert history(2) == ["enrolled"]


def test_a_dry_run_adds_nothing() -> None:
    imported(pupil(1), dry_run=True)
    assert not EnrolmentChange.objects.exists()


@pytest.fixture
def hand_in(client_of: Callable[[User], Client]) -> Callable[[Student, str], str]:
    """Hands the admin's own list of students in, and confirms it if it may."""
    client = client_of(AdminFactory.create(username="admin"))

    def act(student: Student, status: str) -> str:
        row = [student.student_number, student.user.username, student.birth_date.isoformat(), "", status]
        content = lists.xlsx([["學號", "帳號", "出生日期", "身分證號", "學籍狀態"], row])
        file = SimpleUploadedFile("學生.xlsx", content)
        page = client.post(reverse("admin:accounts_student_import"), {"import_file": file, "resource": "0"})
        if form := page.context.get("confirm_form"):
            client.post(reverse("admin:accounts_student_process_import"), form.initial)
        return page.content.decode()

    return act


def test_the_admins_list_changes_no_status_without_its_history(
    hand_in: Callable[[Student, str], str],
) -> None:
    student = StudentFactory.create()
    hand_in(student, "休學")
    student.refresh_from_db()
    assert student.status == EnrolmentStatus.SUSPENDED
    change = EnrolmentChange.objects.get(student=student)
    assert (change.kind, change.recorded_by, change.note) == (
        "suspended",
        User.objects.get(username="admin"),
        "名單匯入：學生.xlsx",
    )
    assert "不能直接改為「畢業」" in hand_in(student, "畢業")
    student.refresh_from_db()
    assert student.status == EnrolmentStatus.SUSPENDED
    assert EnrolmentChange.objects.count() == 1

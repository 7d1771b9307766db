"""The staff page that imports lists: what it would change first, then the confirmation."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import AuditEntry, ListUpload, SchoolClass, Student, User
from accounts.models.duties import DutyCode
from portfolio.models import Enrolment
from tests.accounts import lists
from tests.factories import (
    SectionFactory,
    StudentFactory,
    UserFactory,
    holder_of,
)
from tests.portfolio.list_uploads import CLASSES, UPLOAD, confirm, hand_in, latest, page_of, said

pytestmark = pytest.mark.django_db

PEOPLE = ["身分", "姓名", "學號", "出生日期", "身分證號"]


@pytest.fixture
def registry(client_of: Callable[[User], Client]) -> Client:
    return client_of(holder_of(DutyCode.BASIC_DATA))


def test_a_list_is_shown_before_it_is_written_and_written_once(registry: Client) -> None:
    page = hand_in(registry, "import_classes", CLASSES)
    assert "共 1 列：新增 1 筆、修改 0 筆、未變動 0 筆" in said(page)
    assert not SchoolClass.objects.exists()
    assert "匯入完成：新增 1 筆" in said(confirm(registry, page))
    assert SchoolClass.objects.get().name == "資訊二甲"
    assert "匯入完成：新增 1 筆" in said(confirm(registry, page)), "pressing the button twice"
    assert AuditEntry.objects.filter(act="import_classes").count() == 1
    assert AuditEntry.objects.filter(act="confirm_list_upload").count() == 1


def test_errors_are_listed_and_leave_nothing_to_confirm(registry: Client) -> None:
    page = hand_in(registry, "import_classes", [CLASSES[0], [113, "日間部", 7, "資訊二甲"]])
    assert "有 1 個錯誤，這個檔案沒有匯入任何一列" in said(page)
    assert "須為下列之一：1、2、3" in said(page)
    assert "確認匯入" not in said(page)
    assert "沒有可以匯入的內容" in said(confirm(registry, page))
    assert not SchoolClass.objects.exists()


def test_a_warning_has_to_be_accepted(registry: Client) -> None:
    row = ["學生", "陳宥安", "1130001", "097/03/15", "A100000000"]
    page = confirm(registry, hand_in(registry, "import_people", [PEOPLE, row]))
    assert "檢查碼不符" in said(page)
    assert "請逐一核對警告" in said(page)
    assert not Student.objects.exists()
    confirm(registry, page, accept_warnings="1")
    assert Student.objects.get().national_id == "A100000000"


def test_a_bad_file_is_told_beside_the_form(registry: Client) -> None:
    file = SimpleUploadedFile("名單.xlsx", lists.with_macros(lists.xlsx(CLASSES)))
    page = registry.post(UPLOAD, {"act": "import_classes", "file": file})
    assert "含有巨集" in said(page)
    assert not ListUpload.objects.exists()


def test_a_list_of_a_term_asks_for_the_term(client_of: Callable[[User], Client]) -> None:
    client = client_of(holder_of(DutyCode.COURSE_PLATFORM))
    section = SectionFactory.create()
    student = StudentFactory.create()
    rows = [
        ["學號", "課程代碼", "部別", "班級／組別"],
        [student.student_number, section.course.code, "日間部", section.group],
    ]
    assert "請選擇學期" in said(hand_in(client, "import_enrolments", rows))
    page = hand_in(client, "import_enrolments", rows, term=section.term.pk)
    assert "新增 1 筆" in said(page)
    confirm(client, page)
    assert Enrolment.objects.get().student == student


@pytest.mark.parametrize("part", ["", "template/import_people/", "headings/import_people/"])
def test_the_page_is_not_there_for_others(client_of: Callable[[User], Client], part: str) -> None:
    address = f"{UPLOAD}{part}"
    assert client_of(UserFactory.create()).get(address).status_code == 404
    assert client_of(StudentFactory.create().user).get(address).status_code == 404
    assert Client().get(address).status_code == 302


def test_an_office_gets_its_own_lists_and_their_templates_only(registry: Client) -> None:
    shown = said(registry.get(UPLOAD))
    assert 'value="import_people"' in shown
    assert 'value="import_enrolments"' not in shown
    assert registry.get("/people/import/template/import_people/").content.startswith(b"PK")
    assert registry.get("/people/import/template/import_enrolments/").status_code == 404


def test_another_division_is_refused(registry: Client) -> None:
    page = hand_in(registry, "import_classes", [CLASSES[0], [113, "進修部", 2, "資訊二甲"]])
    assert page.status_code == 403
    assert not ListUpload.objects.exists(), "nothing waits to be confirmed"
    assert not SchoolClass.objects.exists()


def test_a_long_report_comes_in_pages(registry: Client) -> None:
    rows = [CLASSES[0], *([113, "日間部", 2, f"班{number}"] for number in range(150))]
    page = hand_in(registry, "import_classes", rows)
    assert len(page.context["lines"]) == 100
    second = registry.get(page_of(latest()), {"page": "2"})
    assert [line.row for line in second.context["lines"]] == list(range(102, 152))

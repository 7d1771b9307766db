"""Granting more time on the page (rules D16, trap T12): to classes and students, with reasons."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.domain.division import Division
from accounts.models import Notice, SchoolClass, Student, User
from accounts.models.duties import DutyCode
from schedules.domain.activities import Activity, Audience
from schedules.models import Extension, Window
from schedules.services.extensions import grant_extension
from tests.admin_pages import said
from tests.conftest import SetClock
from tests.factories import (
    AdminFactory,
    SchoolClassFactory,
    StudentFactory,
    UserFactory,
    holder_of,
    place,
    term_113_1,
)
from tests.moments import at, day

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]
PAGE = "/schedule/extensions/"


@pytest.fixture
def registry(set_clock: SetClock) -> User:
    """Whoever answers for the day division's course outcomes, while 113-1's upload is open."""
    set_clock(at("2025-01-20 09:00"))
    term_113_1()
    return holder_of(DutyCode.COURSE_OUTCOMES)


@pytest.fixture
def client(client_of: ClientOf, registry: User) -> Client:
    return client_of(registry)


@pytest.fixture
def school_class() -> SchoolClass:
    made: SchoolClass = SchoolClassFactory.create()
    return made


def upload_window(division: Division = Division.DAY) -> Window:
    return Window.objects.get(
        activity=Activity.OUTCOME_UPLOAD,
        division=division,
        audience=Audience.GENERAL,
        term__school_year=113,
        term__number=1,
    )


def typed(**changes: Any) -> dict[str, Any]:
    return {
        "window": upload_window().pk,
        "closes_on": "2025-02-10",
        "reason": "校外實習",
        "article": "",
        "students": "",
        **changes,
    }


def new_student(school_class: SchoolClass) -> Student:
    student: Student = StudentFactory.create()
    place(student, school_class)
    return student


# ---------------------------------------------------------------- who


@pytest.mark.parametrize(
    "person",
    [
        UserFactory.create,
        lambda: StudentFactory.create().user,
        lambda: holder_of(DutyCode.CADRE_RECORDS),
    ],
    ids=["teacher", "student", "another duty"],
)
def test_who_plans_no_time_finds_no_page(
    registry: User, client_of: ClientOf, person: Callable[[], User]
) -> None:
    client = client_of(person())
    assert client.get(PAGE).status_code == 404
    assert client.post(PAGE, typed()).status_code == 404


def test_signed_out_one_is_asked_to_sign_in() -> None:
    assert Client().get(PAGE)["Location"].startswith("/accounts/login/")


def test_each_division_grants_for_its_own_windows_and_classes(registry: User, client_of: ClientOf) -> None:
    evening_class = SchoolClassFactory.create(division=Division.EVENING, name="夜資二甲")
    SchoolClassFactory.create(name="日資二甲")
    client = client_of(holder_of(DutyCode.COURSE_OUTCOMES, Division.EVENING))
    page = said(client, client.get(PAGE))
    assert "夜資二甲" in page and "日資二甲" not in page
    assert "進修部 113-1 課程學習成果上傳" in page and "日間部 113-1" not in page
    refused = client.post(PAGE, typed(classes=[evening_class.pk]))
    assert refused.status_code == 200
    assert not Extension.objects.exists()


def test_an_extension_of_the_other_division_is_neither_listed_nor_withdrawn(
    registry: User, client: Client, client_of: ClientOf, school_class: SchoolClass
) -> None:
    client.post(PAGE, typed(classes=[school_class.pk]))
    evening = client_of(holder_of(DutyCode.COURSE_OUTCOMES, Division.EVENING))
    assert "目前沒有展延" in said(evening, evening.get(PAGE))
    extension = Extension.objects.get()
    assert evening.post(f"{PAGE}{extension.pk}/withdraw/").status_code == 404
    assert Extension.objects.active().count() == 1


def test_the_link_to_the_page_is_on_the_schedule_for_those_alone(
    registry: User, client: Client, client_of: ClientOf
) -> None:
    assert f'href="{PAGE}"' in client.get("/schedule/").content.decode()
    for other in (client_of(UserFactory.create()), Client()):
        assert f'href="{PAGE}"' not in other.get("/schedule/").content.decode()


# ---------------------------------------------------------------- granting


def test_a_class_and_single_students_get_more_time_in_one_act_and_are_told(
    client: Client, school_class: SchoolClass
) -> None:
    classmate, other = new_student(school_class), new_student(SchoolClassFactory.create())
    data = typed(classes=[school_class.pk], students=f" {other.student_number}\r\n")
    page = said(client, client.post(PAGE, data))
    assert "已展延 2 個對象並通知。" in page
    assert "114/02/10（一） 24:00 止".replace(" ", "") in page.replace(" ", "")
    assert "校外實習" in page and "第 11 點" in page
    told = set(Notice.objects.filter(subject__contains="已展延").values_list("user", flat=True))
    assert told == {classmate.user_id, other.user_id}


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"reason": ""}, "理由"),
        ({"closes_on": "2025-02-03"}, "須晚於原截止日（114/02/03（一）24:00 止）"),
        ({"classes": []}, "請選擇班級或填寫學生學號。"),
        ({"students": "nobody-1\r\nnobody-2"}, "查無學號：nobody-1、nobody-2"),
        ({"window": ""}, "期程"),
        ({"closes_on": "2025-02-30"}, "日期"),
    ],
)
def test_what_cannot_be_granted_is_said_and_everything_typed_is_kept(
    client: Client, school_class: SchoolClass, changes: dict[str, Any], words: str
) -> None:
    data = typed(classes=[school_class.pk]) | changes
    response = client.post(PAGE, data)
    assert response.status_code == 200
    page = response.content.decode()
    assert words in page[page.index("error-summary") :]
    assert '<details class="sheet" open>' in page
    for name in ("reason", "students"):
        assert data[name].replace("\r\n", "\n") in page.replace("\r\n", "\n")
    assert not Extension.objects.exists()


def test_one_student_of_another_division_stops_the_whole_act(
    client: Client, school_class: SchoolClass
) -> None:
    own = new_student(school_class)
    other = new_student(SchoolClassFactory.create(division=Division.EVENING))
    data = typed(students=f"{own.student_number}\n{other.student_number}")
    response = client.post(PAGE, data)
    assert f"這段期程不適用於：{other}" in response.content.decode()
    assert not Extension.objects.exists()


def test_a_class_of_another_year_is_refused(client: Client) -> None:
    Window.objects.filter(activity=Activity.SELECTION).update(closes_at=at("2025-03-01"))
    earlier = SchoolClassFactory.create(school_year=112)
    response = client.post(PAGE, typed(classes=[earlier.pk]))
    assert "這段期程不適用於：" in response.content.decode()
    assert not Extension.objects.exists()


def test_granting_the_same_again_changes_nothing(client: Client, school_class: SchoolClass) -> None:
    """T12: two clerks who grant the same do not undo each other."""
    data = typed(classes=[school_class.pk])
    client.post(PAGE, data)
    client.post(PAGE, data)
    assert Extension.objects.count() == 1
    assert Extension.objects.active().count() == 1


def test_withdrawing_twice_withdraws_and_never_grants_again(
    client: Client, school_class: SchoolClass
) -> None:
    """T12: two clerks who withdraw the same leave it withdrawn."""
    client.post(PAGE, typed(classes=[school_class.pk]))
    extension = Extension.objects.get()
    for __ in range(2):
        page = said(client, client.post(f"{PAGE}{extension.pk}/withdraw/"))
        assert "展延已撤銷。" in page
    assert "已撤銷" in page
    assert not Extension.objects.active().exists()


def test_a_withdrawal_needs_to_be_sent_not_read(client: Client, school_class: SchoolClass) -> None:
    client.post(PAGE, typed(classes=[school_class.pk]))
    assert client.get(f"{PAGE}{Extension.objects.get().pk}/withdraw/").status_code == 405
    assert Extension.objects.active().count() == 1


def test_a_past_one_is_shown_as_over_and_offers_nothing(
    client: Client, school_class: SchoolClass, set_clock: SetClock
) -> None:
    client.post(PAGE, typed(classes=[school_class.pk]))
    set_clock(at("2025-02-11 00:00"))
    page = client.get(PAGE).content.decode()
    assert "已到期" in page
    assert "/withdraw/" not in page


def test_the_list_costs_the_same_for_few_and_for_many(client: Client, registry: User) -> None:
    window = upload_window()

    def cost(number: int) -> int:
        while Extension.objects.count() < number:
            grant_extension(
                window,
                new_student(SchoolClassFactory.create())
                if Extension.objects.count() % 2
                else SchoolClassFactory.create(),
                closes_on=day("2025-02-10"),
                reason="理由",
                by=registry,
                at=at("2025-01-20 09:00"),
            )
        with CaptureQueriesContext(connection) as queries:
            assert client.get(PAGE).status_code == 200
        return len(queries)

    cost(1)  # what is read once in a process does not count
    assert cost(10) == cost(200)


# ---------------------------------------------------------------- what the student sees


def test_the_students_own_pages_show_the_extension_with_its_reason(
    client: Client, client_of: ClientOf, school_class: SchoolClass, set_clock: SetClock
) -> None:
    student = new_student(school_class)
    classless = new_student(SchoolClassFactory.create())
    client.post(PAGE, typed(classes=[school_class.pk]))
    set_clock(at("2025-02-08 09:00"))
    for address in ("/portfolio/", "/portfolio/outcomes/new/", "/"):
        own = client_of(student.user)
        page = said(own, own.get(address))
        assert "開放至 114/02/10（一）24:00 止" in page, address
        assert "還有 2 天 15 小時" in page, address
        assert "已展延。理由：校外實習（第 11 點）" in page, address
        other = client_of(classless.user)
        assert "已展延" not in said(other, other.get(address)), address


def test_an_administrator_grants_for_both_divisions(registry: User, client_of: ClientOf) -> None:
    client = client_of(AdminFactory.create())
    page = said(client, client.get(PAGE))
    assert "日間部 113-1 課程學習成果上傳" in page and "進修部 113-1 課程學習成果上傳" in page

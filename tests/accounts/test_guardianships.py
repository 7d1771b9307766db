"""Parents and legal guardians in the admin and as a list: natural keys, every change on the trail."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.acts import AccountAct
from accounts.models import AuditEntry, Guardianship, Student, User
from tests.accounts.test_admin_import import imported, offered, xlsx
from tests.admin_pages import said, save
from tests.conftest import SetClock
from tests.factories import AdminFactory, StudentFactory, UserFactory
from tests.moments import at, day

pytestmark = pytest.mark.django_db

ADD = reverse("admin:accounts_guardianship_add")
HEADINGS = ["學號", "家長帳號", "關係", "起日", "迄日"]


@pytest.fixture
def client(client_of: Callable[[User], Client], set_clock: SetClock) -> Client:
    set_clock(at("2024-11-15 09:00"))
    return client_of(AdminFactory.create())


@pytest.fixture
def student() -> Student:
    return StudentFactory.create(student_number="11300001")


@pytest.fixture
def guardian() -> User:
    return UserFactory.create(username="guardian1")


def typed(student: Student, guardian: User, **changes: str) -> dict[str, object]:
    given = {"relation": "parent", "starts_on": "2024-09-01", "ends_on": ""}
    return {"student": student.pk, "guardian": guardian.pk, **given, **changes}


def test_a_guardian_is_added_and_ended_on_the_trail(client: Client, student: Student, guardian: User) -> None:
    save(client, ADD, **typed(student, guardian))
    row = Guardianship.objects.get()
    assert AuditEntry.objects.get(act=AccountAct.ADMIN_ADD).object_id == str(row.pk)
    address = reverse("admin:accounts_guardianship_change", args=[row.pk])
    save(client, address, ends_on="2024-12-31")
    row.refresh_from_db()
    assert row.ends_on == day("2024-12-31")
    changes = AuditEntry.objects.get(act=AccountAct.ADMIN_CHANGE).changes
    assert changes == {"ends_on": {"before": None, "after": "2024-12-31"}}


def test_a_guardianship_is_ended_rather_than_deleted(
    client: Client, student: Student, guardian: User
) -> None:
    save(client, ADD, **typed(student, guardian))
    address = reverse("admin:accounts_guardianship_delete", args=[Guardianship.objects.get().pk])
    assert client.post(address, {"post": "yes"}).status_code == 403
    assert Guardianship.objects.exists()


@pytest.mark.parametrize("ends_on, said_so", [("2024-08-31", "迄日不可早於起日"), ("2024-09-01", "")])
def test_it_does_not_end_before_it_begins(
    client: Client, student: Student, guardian: User, ends_on: str, said_so: str
) -> None:
    page = said(client, save(client, ADD, **typed(student, guardian, ends_on=ends_on)))
    assert (said_so in page) if said_so else Guardianship.objects.exists()
    assert Guardianship.objects.exists() is not bool(said_so)


def test_a_students_account_is_nobodys_guardian(client: Client, student: Student) -> None:
    other = StudentFactory.create()
    page = said(client, save(client, ADD, **typed(student, other.user)))
    assert "不能使用學生的帳號" in page
    assert not Guardianship.objects.exists()


def test_a_list_adds_guardians_and_finds_them_again(client: Client, student: Student, guardian: User) -> None:
    row = [student.student_number, "guardian1", "父母", "2024-09-01", ""]
    assert "新增 1 筆" in imported(client, Guardianship, [HEADINGS, row])
    ended = [student.student_number, "guardian1", "法定代理人", "2024-09-01", "2025-01-31"]
    assert "新增 0 筆、修改 1 筆" in imported(client, Guardianship, [HEADINGS, ended])
    found = Guardianship.objects.get()
    assert (found.guardian, found.student, found.relation) == (guardian, student, "legal_guardian")
    assert found.ends_on == day("2025-01-31")


@pytest.mark.parametrize(
    "row, words",
    [
        (["11399999", "guardian1", "父母", "2024-09-01", ""], "檢查學號"),
        (["11300001", "nobody", "父母", "2024-09-01", ""], "檢查帳號名稱"),
        (["11300001", "guardian1", "叔叔", "2024-09-01", ""], "父母、法定代理人"),
        (["11300001", "guardian1", "父母", "2024-09-01", "2024-08-01"], "迄日不可早於起日"),
    ],
)
def test_a_wrong_row_is_refused_in_words(
    client: Client, student: Student, guardian: User, row: list[str], words: str
) -> None:
    good = [StudentFactory.create().student_number, "guardian1", "父母", "2024-09-01", ""]
    page = said(client, offered(client, Guardianship, xlsx([HEADINGS, good, row])))
    assert words in page
    assert not Guardianship.objects.exists()


def test_the_list_is_searched_by_student_and_by_guardian(
    client: Client, student: Student, guardian: User
) -> None:
    save(client, ADD, **typed(student, guardian))
    address = reverse("admin:accounts_guardianship_changelist")
    for words in (student.student_number, "guardian1"):
        assert guardian.name in said(client, client.get(address, {"q": words}))
    assert guardian.name not in said(client, client.get(address, {"q": "11399999"}))

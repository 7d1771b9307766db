"""Who looks at a list of people is on the trail once, with what the list was narrowed down to (B2)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib import admin
from django.test import Client

from accounts import acts
from accounts.acts import AccountAct
from accounts.admin_base import RecordedViews
from accounts.models import AuditEntry, Student, User
from accounts.models.duties import DutyCode
from tests.factories import AdminFactory, SchoolClassFactory, StudentFactory, holder_of
from tests.moments import at

pytestmark = pytest.mark.django_db
NOW = at("2024-10-01 09:00")
STUDENTS = "/admin/accounts/student/"
PEOPLE = {
    "User",
    "Student",
    "ClassPlacement",
    "Guardianship",
    "PostHolding",
    "Absence",
    "AuditEntry",
    "Notice",
}
PEOPLE |= {"SignInFailures", "Enrolment", "Grade", "CadreRecord", "CourseOutcome", "DiversePerformance"}
PEOPLE |= {"Certification", "Selection", "BatchRow", "ReceiptRecord", "ReceiptConfirmation"}


@pytest.fixture
def client(client_of: Callable[[User], Client], set_clock: Callable) -> Client:
    set_clock(NOW)
    StudentFactory.create_batch(3)
    return client_of(AdminFactory.create())


def looks() -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(act=AccountAct.VIEW_LIST).order_by("pk"))


def test_a_list_is_one_entry_with_its_filters_however_many_are_on_it(client: Client) -> None:
    client.get(STUDENTS, {"q": "1130001", "status": "enrolled"})
    (entry,) = looks()
    assert (entry.object_type, entry.object_id, entry.object_label) == ("accounts.student", "", "學生")
    assert entry.changes == {"filters": {"q": ["1130001"], "status": ["enrolled"]}}


def test_a_national_id_that_was_searched_for_is_not_on_the_trail_in_clear(client: Client) -> None:
    client.get(STUDENTS, {"q": "A123456789"})
    (entry,) = looks()
    assert entry.changes == {"filters": {"q": ["A12****789"]}}


def test_the_same_list_within_ten_minutes_is_one_look_another_is_another(
    client: Client, set_clock: Callable
) -> None:
    for query in ({}, {"q": "王"}, {}, {"q": "王"}):
        client.get(STUDENTS, query)
    assert [entry.changes["filters"] for entry in looks()] == [{}, {"q": ["王"]}]
    set_clock(NOW + timedelta(minutes=10))
    client.get(STUDENTS)
    assert len(looks()) == 3


def test_a_list_that_was_not_shown_is_no_look(client: Client) -> None:
    assert client.get(STUDENTS, {"nonsense": "1"}).status_code == 302
    assert looks() == []


def test_many_lists_looked_at_are_a_sign_of_intrusion_like_many_records() -> None:
    assert AccountAct.VIEW_LIST in acts.revealing()


@pytest.mark.parametrize("name", sorted(PEOPLE))
def test_every_admin_list_of_people_is_recorded(client: Client, name: str) -> None:
    page = next(page for model, page in admin.site._registry.items() if model.__name__ == name)
    assert isinstance(page, RecordedViews)
    client.get(f"/admin/{page.opts.app_label}/{page.opts.model_name}/")
    assert [entry.object_type for entry in looks()] == [page.opts.label_lower]


def test_every_admin_list_with_a_student_in_it_is_a_list_of_people() -> None:
    about = {
        model.__name__
        for model in admin.site._registry
        if any(field.related_model is Student for field in model._meta.fields)
    }
    assert about <= PEOPLE


def test_reviewing_accounts_is_looking_at_them(client: Client) -> None:
    client.get("/admin/accounts/review/accounts/", {"group": "staff"})
    assert [(entry.object_type, entry.changes) for entry in looks()] == [
        ("accounts.user", {"filters": {"group": ["staff"]}})
    ]


def test_so_is_the_offices_list_of_students(client: Client, client_of: Callable) -> None:
    SchoolClassFactory.create()
    client_of(holder_of(DutyCode.BASIC_DATA)).get("/people/students/", {"q": "113"})
    assert [entry.changes for entry in looks()] == [{"filters": {"q": ["113"]}}]


def test_taking_a_list_out_says_by_which_filters(client: Client) -> None:
    client.post(f"{STUDENTS}export/?status=enrolled", {"format": "0"})
    entry = AuditEntry.objects.get(act="export_list")
    assert entry.changes == {"list": "學生", "rows": 3, "filters": {"status": ["enrolled"]}}

"""A schedule becomes public by an act of its own (article 4, rules D17): drafts are for staff alone."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import AuditEntry, Office, Post, PostHolding, School, User
from accounts.models.duties import DutyCode
from schedules.models import SelfCheck, Term
from schedules.permissions import ScheduleAct
from tests.admin_pages import said
from tests.conftest import SetClock
from tests.factories import (
    AdminFactory,
    SchoolClassFactory,
    StudentFactory,
    UserFactory,
    holder_of,
    school,
    term_113_1,
)
from tests.moments import at, day

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]
DRAFT, PUBLISH = "/schedule/113-1/", "/schedule/113-1/publish/"


@pytest.fixture
def draft(set_clock: SetClock) -> Term:
    """113-1, planned but not published, on the day after it opened."""
    set_clock(at("2024-08-31 09:00"))
    term = term_113_1()
    Term.objects.update(published_at=None)
    return Term.objects.get(pk=term.pk)


@pytest.fixture
def executive_secretary() -> User:
    office = Office.objects.create(code="academic", name="教務處", division="day")
    post = Post.objects.create(code="academic-director", name="教務主任", office=office)
    School.objects.filter(pk=school().pk).update(executive_secretary=post)
    person: User = UserFactory.create()
    PostHolding.objects.create(post=post, user=person, starts_on=day("2020-08-01"))
    return person


def student() -> User:
    user: User = StudentFactory.create(school_class=SchoolClassFactory.create()).user
    return user


@pytest.mark.parametrize("address", ["/schedule/113-1/", "/schedule/113-1.ics", "/schedule/113-1.json"])
def test_a_draft_is_there_neither_for_the_public_nor_for_students(
    draft: Term, client_of: ClientOf, address: str
) -> None:
    for client in (Client(), client_of(student())):
        assert client.get(address).status_code == 404


def test_a_draft_is_not_in_the_list_of_terms_of_the_public(draft: Term, client_of: ClientOf) -> None:
    for client in (Client(), client_of(student())):
        page = said(client, client.get("/schedule/"))
        assert "期程還沒有公告" in page and "113-1" not in page


def test_no_calendar_nor_data_of_a_draft_go_out_even_to_staff(draft: Term, client_of: ClientOf) -> None:
    client = client_of(AdminFactory.create())
    assert ".ics" not in client.get(DRAFT).content.decode()
    assert client.get("/schedule/113-1.ics").status_code == 404
    assert client.get("/schedule/113-1.json").status_code == 404


def test_staff_see_the_draft_marked_as_one(draft: Term, client_of: ClientOf) -> None:
    client = client_of(UserFactory.create())
    page = said(client, client.get(DRAFT))
    assert "草案，尚未公告" in page
    assert "由執行秘書公告後，所有人才看得到（第 4 點）。" in page
    assert "公告期程" not in page, "a button for those who may"


def test_the_executive_secretary_publishes_it_for_everybody(
    draft: Term, client_of: ClientOf, executive_secretary: User
) -> None:
    client = client_of(executive_secretary)
    assert "可以公告。 公告期程" in said(client, client.get(DRAFT))
    assert "113-1 期程已公告。" in said(client, client.post(PUBLISH))
    page = said(Client(), Client().get(DRAFT))
    assert "113 學年度第一學期期程" in page and "113/08/31（六） 公告。" in page
    assert "草案" not in page
    assert Client().get("/schedule/113-1.ics").status_code == 200
    entry = AuditEntry.objects.get(act=ScheduleAct.PUBLISH_SCHEDULE)
    assert entry.actor == executive_secretary


def test_publishing_it_twice_changes_nothing(
    draft: Term, client_of: ClientOf, executive_secretary: User, set_clock: SetClock
) -> None:
    client = client_of(executive_secretary)
    client.post(PUBLISH)
    set_clock(at("2024-09-05 09:00"))
    client.post(PUBLISH)
    assert Term.objects.get(pk=draft.pk).published_at == at("2024-08-31 09:00")
    assert AuditEntry.objects.filter(act=ScheduleAct.PUBLISH_SCHEDULE).count() == 1


def test_nobody_else_publishes_it(draft: Term, client_of: ClientOf, executive_secretary: User) -> None:
    for person in (UserFactory.create(), holder_of(DutyCode.COURSE_OUTCOMES), student()):
        response = client_of(person).post(PUBLISH)
        assert response.status_code == 403
        assert "期程由執行秘書公告（第 4 點）。" in response.content.decode()
    assert Client().post(PUBLISH)["Location"].startswith("/accounts/login/")
    assert not Term.objects.filter(published_at__isnull=False).exists()


def test_what_is_missing_is_named_and_keeps_it_from_being_published(
    draft: Term, client_of: ClientOf, executive_secretary: User
) -> None:
    draft.windows.filter(activity="grades", division="day").update(closes_at=None, opens_at=None)
    SelfCheck.objects.filter(window__activity="grades", division="day").update(due_on=None)
    client = client_of(executive_secretary)
    page = said(client, client.get(DRAFT))
    assert "公告前還缺： 「113-1 日間部 修課成績登錄」的起訖時間" in page
    response = client.post(PUBLISH)
    assert response.status_code == 409
    assert "不能公告" in response.content.decode()
    assert Term.objects.get(pk=draft.pk).published_at is None


def test_reading_the_address_of_publishing_publishes_nothing(
    draft: Term, client_of: ClientOf, executive_secretary: User
) -> None:
    assert client_of(executive_secretary).get(PUBLISH).status_code == 405
    assert Term.objects.get(pk=draft.pk).published_at is None


def test_publishing_a_term_that_is_not_there_is_not_found(
    client_of: ClientOf, executive_secretary: User
) -> None:
    assert client_of(executive_secretary).post("/schedule/99-1/publish/").status_code == 404

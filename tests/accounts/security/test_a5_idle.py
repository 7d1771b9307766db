"""Baseline A5: who stands idle too long is signed out, after a warning that can be answered (WCAG 2.2.1)."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.acts import AccountAct
from accounts.models import AuditEntry, MailPreference, SecurityPolicy, User
from accounts.models.duties import DutyCode
from accounts.session_middleware import IdleSignOutMiddleware
from tests.accounts.security.signing_in import LOGIN, is_signed_in, try_to_sign_in
from tests.admin_pages import said
from tests.factories import (
    PASSWORD,
    AdminFactory,
    SchoolClassFactory,
    StudentFactory,
    UserFactory,
    holder_of,
)
from tests.moments import at
from tests.portfolio.list_uploads import CLASSES, hand_in, latest, page_of

pytestmark = pytest.mark.django_db
NOW = at("2026-11-16 09:00")
IDLE = reverse("accounts:idle")


@pytest.fixture
def machine() -> Iterator[time_machine.Traveller]:
    """The machine's own clock, by which sessions are measured."""
    with time_machine.travel(NOW, tick=False) as machine:
        yield machine


@pytest.fixture
def teacher(machine) -> User:
    return UserFactory.create()


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def left(client: Client) -> int:
    seconds: int = client.get(IDLE).json()["left"]
    return seconds


@pytest.mark.parametrize("away, stays", [(29.9, True), (30, False)])
def test_a5_staff_are_signed_out_after_thirty_minutes(machine, teacher, client_of, away, stays):
    client = client_of(teacher)
    machine.shift(minutes(away))
    assert (client.get(reverse("home")).status_code == 200) is stays
    assert is_signed_in(client) is stays


def test_a5_it_leads_to_the_sign_in_page_with_the_reason_and_back_again(machine, teacher, client_of):
    client = client_of(teacher)
    machine.shift(minutes(31))
    response = client.get("/accounts/notices/?page=2")
    assert response.url == f"{LOGIN}?next=/accounts/notices/%3Fpage%3D2"
    assert "閒置時間過長，已自動登出" in said(client, response)
    again = {"username": teacher.username, "password": PASSWORD, "next": "/accounts/notices/?page=2"}
    assert client.post(LOGIN, again).url == again["next"]


def test_a5_what_is_sent_too_late_is_not_done_and_leads_back_to_its_page(machine, teacher, client_of):
    client = client_of(teacher)
    machine.shift(minutes(31))
    referer = "http://testserver/accounts/notices/?page=2"
    response = client.post("/accounts/notices/mail/", {"choice": "none"}, headers={"Referer": referer})
    assert response.url == f"{LOGIN}?next=/accounts/notices/%3Fpage%3D2"
    assert not MailPreference.objects.exists()


def test_a5_a_part_of_a_page_leads_the_whole_page_there(machine, teacher, client_of):
    client = client_of(teacher)
    machine.shift(minutes(31))
    headers = {"HX-Request": "true", "Referer": "http://testserver/schedule/"}
    assert client.get("/people/absences/", headers=headers)["HX-Redirect"] == f"{LOGIN}?next=/schedule/"


def test_a5_every_request_begins_the_time_anew(machine, teacher, client_of):
    client = client_of(teacher)
    for _ in range(5):
        machine.shift(minutes(28))
        assert client.get(reverse("home")).status_code == 200


def test_a5_students_and_guardians_have_a_limit_of_their_own(machine, client_of):
    client = client_of(StudentFactory.create(school_class=SchoolClassFactory.create()).user)
    machine.shift(minutes(59))
    assert client.get(reverse("home")).status_code == 200
    machine.shift(minutes(60))
    assert client.get(reverse("home")).status_code == 302


def test_a5_the_limits_are_the_schools_own(machine, teacher, client_of):
    SecurityPolicy.objects.update(staff_idle_minutes=5)
    client = client_of(teacher)
    machine.shift(minutes(5))
    assert client.get(reverse("home")).status_code == 302


def test_a5_it_holds_in_the_admin_too(machine, client_of):
    client = client_of(AdminFactory.create())
    machine.shift(minutes(31))
    assert client.get("/admin/").url == f"{LOGIN}?next=/admin/"


def test_a5_the_sign_out_is_on_the_trail_with_its_reason(machine, teacher, client_of):
    client = client_of(teacher)
    machine.shift(minutes(31))
    client.get("/")
    entry = AuditEntry.objects.get(act=AccountAct.SIGN_OUT)
    assert (entry.actor, entry.reason) == (teacher, "閒置逾時，自動登出")


def test_a5_the_public_pages_ask_nobody_to_sign_in_again(machine, client):
    client.get("/schedule/")
    machine.shift(timedelta(days=1))
    assert client.get("/schedule/").status_code == 200


def test_a5_pages_say_how_long_is_left_and_carry_the_warning(machine, teacher, client_of):
    page = client_of(teacher).get("/").content.decode()
    assert "閒置 30 分鐘後自動登出" in page
    assert 'data-idle-seconds="1800"' in page
    assert 'role="status"' in page
    assert "js/idle.js" in page
    assert "idle-seconds" not in Client().get("/schedule/").content.decode()


def test_a5_asking_how_long_is_left_does_not_extend_it_and_the_button_does(machine, teacher, client_of):
    client = client_of(teacher)
    machine.shift(minutes(28))
    assert left(client) == 120
    machine.shift(minutes(1))
    assert left(client) == 60
    assert client.post(IDLE).json()["left"] == 1800
    machine.shift(minutes(29))
    assert client.get("/").status_code == 200


def test_a5_what_a_page_asks_for_by_itself_does_not_keep_the_session_up(machine, client_of):
    client = client_of(holder_of(DutyCode.BASIC_DATA))
    hand_in(client, "import_classes", CLASSES)
    by_itself = {"HX-Request": "true", "X-By-Itself": "true"}
    for _ in range(15):
        machine.shift(minutes(2))
        answer = client.get(page_of(latest(), "progress/"), headers=by_itself)
    assert answer["HX-Redirect"].startswith(LOGIN)
    assert not is_signed_in(client)


def test_a5_every_element_that_asks_by_itself_says_so():
    """A template that polls without saying so would keep sessions up for ever."""
    polling = [
        tag
        for page in (settings.BASE_DIR / "templates").rglob("*.html")
        for tag in re.findall(
            r"<[^>]*hx-trigger=\"[^\"]*every [^>]*>", _without_logic(page.read_text("utf-8"))
        )
    ]
    assert len(polling) >= 3
    assert all("""hx-headers='{"X-By-Itself": "true"}'""" in tag for tag in polling), polling


def _without_logic(page: str) -> str:
    return re.sub(r"{%.*?%}|{{.*?}}", "", page)


def test_a5_the_button_cannot_bring_an_ended_session_back(machine, teacher, client_of):
    client = client_of(teacher)
    machine.shift(minutes(30))
    assert client.post(IDLE).json()["left"] == 0
    assert not is_signed_in(client)
    assert "閒置時間過長" in said(client, client.get(LOGIN))


def test_a5_going_to_the_sign_in_page_too_late_stays_there(machine, teacher, client_of):
    client = client_of(teacher)
    machine.shift(minutes(30))
    response = client.get(LOGIN, {"next": "/accounts/notices/"})
    assert response.status_code == 200
    assert "閒置時間過長" in said(client, response)
    assert not is_signed_in(client)


def test_a5_the_session_is_written_at_most_once_a_minute(machine, teacher, client_of):
    client = client_of(teacher)
    for away, written in ((59, False), (1, True)):
        machine.shift(timedelta(seconds=away))
        with CaptureQueriesContext(connection) as queries:
            client.get("/healthz")
        writes = [each for each in queries if "django_session" in each["sql"] and "UPDATE" in each["sql"]]
        assert bool(writes) is written


def test_a5_watching_the_time_costs_no_query(machine, teacher, client_of, django_assert_num_queries):
    request = RequestFactory().get("/")
    request.session = client_of(teacher).session
    assert list(request.session.keys())  # read, as it is for whoever is signed in
    answer = IdleSignOutMiddleware(lambda request: HttpResponse())
    with django_assert_num_queries(0):
        assert answer(request).status_code == 200


def test_a5_signing_in_begins_a_session_of_a_new_key(machine, teacher, client):
    client.get(LOGIN)
    session = client.session
    session["known"] = "to somebody who had the key before"
    session.save()
    key = session.session_key
    try_to_sign_in(client, teacher.username)
    assert is_signed_in(client)
    assert client.session.session_key != key

"""Calendars and open data: those of published terms for all, each person's own behind a secret address."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from icalendar import Calendar

from accounts.models import User
from accounts.models.duties import DutyCode
from schedules.models import CalendarFeed, Term, Window
from schedules.services.overrides import override_window
from tests.admin_pages import said
from tests.conftest import SetClock
from tests.factories import (
    AdminFactory,
    SchoolClassFactory,
    StudentFactory,
    UserFactory,
    holder_of,
    term_113_1,
)
from tests.moments import at, day

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]
MY = "/schedule/my/"


@pytest.fixture
def term(set_clock: SetClock) -> Term:
    set_clock(at("2025-01-20 09:00"))
    return term_113_1()


def student() -> User:
    user: User = StudentFactory.create(school_class=SchoolClassFactory.create()).user
    return user


def names_in(address: str) -> set[str]:
    """What the calendar at `address` holds, as someone who is not signed in reads it."""
    response = Client().get(address)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    events = Calendar.from_ical(response.content).walk("VEVENT")
    return {str(event["SUMMARY"]) for event in events}


def address_of(user: User) -> str:
    return f"/schedule/feed/{CalendarFeed.objects.get(user=user).token}.ics"


def test_anybody_subscribes_to_the_terms_calendar(term: Term) -> None:
    names = names_in("/schedule/113-1.ics")
    assert any("課程學習成果上傳" in name for name in names)
    assert any("修課成績登錄" in name for name in names)


def test_the_calendar_of_one_division_holds_that_one(term: Term) -> None:
    content = Client().get("/schedule/113-1.ics?division=evening").content
    events = Calendar.from_ical(content).walk("VEVENT")
    assert len(events) == Window.objects.filter(division="evening", closes_at__isnull=False).count()
    assert all("進修部" in str(event["DESCRIPTION"]) for event in events)


def test_a_calendar_of_no_division_of_ours_is_empty(term: Term) -> None:
    assert Calendar.from_ical(Client().get("/schedule/113-1.ics?division=night").content).walk("VEVENT") == []


def test_the_last_day_counts_whole(term: Term) -> None:
    events = Calendar.from_ical(Client().get("/schedule/113-1.ics?division=day").content).walk("VEVENT")
    upload: Any
    (upload,) = [event for event in events if "課程學習成果上傳" in str(event["SUMMARY"])]
    assert upload["DTSTART"].dt == day("2024-08-30")
    assert upload["DTEND"].dt == day("2025-02-04"), "the day after the last, as calendars count"


def test_open_data_say_both_days_the_reason_and_the_article(term: Term) -> None:
    window = Window.objects.get(activity="grades", division="day")
    override_window(
        window,
        opens_on=day("2025-01-17"),
        closes_on=day("2025-02-07"),
        reason="配合春節",
        by=AdminFactory.create(),
        at=at("2025-01-18 09:00"),
    )
    response = Client().get("/schedule/113-1.json")
    data = json.loads(response.content)
    assert data["term"] == "113-1"
    (grades,) = [row for row in data["windows"] if (row["activity"], row["division"]) == ("grades", "day")]
    assert (grades["opens"], grades["closes"]) == ("2025-01-17", "2025-02-07")
    assert (grades["computed_closes"], grades["article"]) == ("2025-01-31", "第 11 點")
    assert grades["override"]["reason"] == "配合春節"
    assert "decided_by" not in response.content.decode(), "no names in what is open to all"


@pytest.mark.parametrize("address", ["/schedule/112-1.ics", "/schedule/112-1.json", "/schedule/113-3.ics"])
def test_a_term_without_a_schedule_has_neither(term: Term, address: str) -> None:
    assert Client().get(address).status_code == 404


def test_a_students_own_calendar_holds_what_they_keep_to_and_no_more(term: Term, client_of: ClientOf) -> None:
    user = student()
    client = client_of(user)
    page = said(client, client.get(MY))
    assert "113-1 課程學習成果上傳" in page and "修課成績登錄" not in page
    names = names_in(address_of(user))
    assert any("課程學習成果上傳" in name for name in names)
    assert not any("修課成績登錄" in name or "認證" in name for name in names)


def test_an_offices_own_calendar_holds_its_duties(term: Term, client_of: ClientOf) -> None:
    registry = holder_of(DutyCode.COURSE_RECORDS)
    client_of(registry).get(MY)
    assert any("修課成績登錄" in name for name in names_in(address_of(registry)))


def test_who_has_nothing_to_keep_to_is_told_so(term: Term, client_of: ClientOf) -> None:
    client = client_of(UserFactory.create())
    assert "目前沒有與您有關的期程。" in said(client, client.get(MY))


def test_ones_own_address_is_for_the_signed_in_and_stays_the_same(term: Term, client_of: ClientOf) -> None:
    assert Client().get(MY)["Location"].startswith(f"/accounts/login/?next={MY}")
    user = student()
    client = client_of(user)
    client.get(MY)
    first = address_of(user)
    client.get(MY)
    assert address_of(user) == first
    assert first in client.get(MY).content.decode()


def test_a_new_address_makes_the_old_one_end(term: Term, client_of: ClientOf) -> None:
    user = student()
    client = client_of(user)
    client.get(MY)
    old = address_of(user)
    assert client.get("/schedule/my/renew/").status_code == 405
    client.post("/schedule/my/renew/")
    assert address_of(user) != old
    assert Client().get(old).status_code == 404
    assert Client().get(address_of(user)).status_code == 200


def test_an_address_that_was_guessed_gives_nothing(term: Term) -> None:
    assert Client().get("/schedule/feed/guessed.ics").status_code == 404


def test_the_calendar_ends_with_the_account(term: Term, client_of: ClientOf) -> None:
    user = student()
    client_of(user).get(MY)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert Client().get(address_of(user)).status_code == 404


def test_a_persons_calendar_is_kept_by_no_shared_cache(term: Term, client_of: ClientOf) -> None:
    user = student()
    client_of(user).get(MY)
    assert "private" in Client().get(address_of(user))["Cache-Control"]

"""The calendars: valid, stable UIDs, sequence numbers that grow only when something moves (RFC 5545)."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from icalendar import Calendar

from accounts.models import User
from schedules.domain.activities import Activity, Audience
from schedules.ics import calendar_of
from schedules.models import Term, Window
from schedules.queries import student_windows, windows_of
from schedules.services.extensions import grant_extension, withdraw_extension
from schedules.services.overrides import override_window, withdraw_override
from schedules.services.planning import replan
from schedules.services.terms import save_letter, save_term_dates
from tests.factories import (
    AdminFactory,
    SchoolClassFactory,
    StudentFactory,
    school,
    term_113_1,
    term_with_dates,
)
from tests.moments import at, day
from tests.schedules.test_replan import letter_for

pytestmark = pytest.mark.django_db

NOW = at("2025-01-10 09:00")


@pytest.fixture
def admin() -> User:
    return AdminFactory.create()


@pytest.fixture
def term() -> Term:
    school()
    return term_113_1()


def upload_of(term: Term, audience: Audience = Audience.GENERAL) -> Window:
    return Window.objects.get(term=term, activity=Activity.OUTCOME_UPLOAD, audience=audience, division="day")


def events_of(content: bytes) -> dict[str, Any]:
    """The events by UID, once the calendar has been read back without complaint."""
    calendar = Calendar.from_ical(content)
    assert calendar.errors == []
    events: list[Any] = list(calendar.walk("VEVENT"))
    assert all(event.errors == [] for event in events)
    by_uid = {str(event["uid"]): event for event in events}
    assert len(by_uid) == len(events)
    return by_uid


def published(client: Client, term: Term, query: str = "") -> dict[str, Any]:
    response = client.get(f"/schedule/{term}.ics{query}")
    assert response["Content-Type"].startswith("text/calendar")
    return events_of(response.content)


def event_of(events: dict[str, Any], window: Window) -> Any:
    (event,) = [event for uid, event in events.items() if uid.startswith(f"window-{window.pk}@")]
    return event


def days(event: Any) -> tuple[date, date]:
    return event.decoded("dtstart"), event.decoded("dtend")


def sequences(events: dict[str, Any]) -> dict[str, int]:
    return {uid: int(event["sequence"]) for uid, event in events.items()}


def test_a_calendar_says_what_it_must(term: Term, client: Client) -> None:
    content = client.get(f"/schedule/{term}.ics").content
    calendar = Calendar.from_ical(content)
    assert (calendar["version"], calendar["method"]) == ("2.0", "PUBLISH")
    assert calendar["prodid"]
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT6H" in content
    for event in calendar.walk("VEVENT"):
        assert {"UID", "DTSTAMP", "SEQUENCE", "SUMMARY", "DTSTART", "DTEND"} <= set(event)
    assert all(len(line) <= 75 for line in content.split(b"\r\n")), "long lines are folded"


def test_windows_are_all_day_events_whose_end_is_the_day_after_the_last(term: Term, client: Client) -> None:
    event = event_of(published(client, term), upload_of(term))
    assert days(event) == (day("2024-08-30"), day("2025-02-04"))
    assert all(not isinstance(value, datetime) for value in days(event))
    assert event["summary"] == "113-1 課程學習成果上傳（日間部）"
    assert "休業式日 114/01/20（一） 後 2 週" in event["description"]


def test_one_division_may_be_taken_alone(term: Term, client: Client) -> None:
    both, evening = published(client, term), published(client, term, "?division=evening")
    assert len(both) == 2 * len(evening)
    assert set(evening) < set(both)
    assert all("進修部" in event["summary"] for event in evening.values())


def test_an_unpublished_term_has_no_calendar_and_no_data(client: Client) -> None:
    term = term_113_1()
    Term.objects.update(published_at=None)
    assert client.get(f"/schedule/{term}.ics").status_code == 404
    assert client.get(f"/schedule/{term}.json").status_code == 404


def test_reading_it_again_gives_the_same_to_the_byte(term: Term, client: Client) -> None:
    first = client.get(f"/schedule/{term}.ics").content
    replan(term, at=NOW)
    assert client.get(f"/schedule/{term}.ics").content == first


def test_when_dates_change_uids_stay_and_only_what_moved_counts_up(
    term: Term, client: Client, admin: User
) -> None:
    before = published(client, term)
    dates = term.dates.get(division="day")
    dates.closing_ceremony = day("2025-01-27")
    save_term_dates(dates, by=admin, at=NOW)
    after = published(client, term)
    assert set(after) == set(before)
    grown = {uid for uid, number in sequences(after).items() if number == sequences(before)[uid] + 1}
    assert {uid for uid in after if sequences(after)[uid] != sequences(before)[uid]} == grown
    assert grown == {uid for uid in after if days(after[uid]) != days(before[uid])}
    assert len(grown) == 3
    moved = event_of(after, upload_of(term))
    assert moved.decoded("dtstamp") == NOW
    assert moved.decoded("last-modified") == NOW


def test_an_override_and_taking_it_back_are_two_changes_of_the_same_event(
    term: Term, client: Client, admin: User
) -> None:
    upload = upload_of(term)
    override_window(
        upload, opens_on=day("2024-08-30"), closes_on=day("2025-02-12"), reason="颱風", by=admin, at=NOW
    )
    event = event_of(published(client, term), upload)
    assert (days(event)[1], event["sequence"]) == (day("2025-02-13"), 1)
    withdraw_override(upload, by=admin, at=NOW)
    event = event_of(published(client, term), upload)
    assert (days(event)[1], event["sequence"]) == (day("2025-02-04"), 2)


def test_an_override_to_the_days_that_hold_anyway_counts_nothing(
    term: Term, client: Client, admin: User
) -> None:
    upload = upload_of(term)
    override_window(
        upload, opens_on=day("2024-08-30"), closes_on=day("2025-02-03"), reason="確認", by=admin, at=NOW
    )
    assert event_of(published(client, term), upload)["sequence"] == 0


def test_what_awaits_its_letter_comes_in_when_the_letter_does(client: Client, admin: User) -> None:
    second = term_with_dates(113, 2, opening="2025-02-11", exam_end="2025-06-27", closing="2025-06-30")
    waiting = upload_of(second, Audience.GRADE3_FIRST)
    before = published(client, second)
    assert not any(uid.startswith(f"window-{waiting.pk}@") for uid in before)
    save_letter(letter_for(second), by=admin, at=at("2025-03-03"))
    event = event_of(published(client, second), waiting)
    assert days(event) == (day("2025-02-11"), day("2025-05-08"))
    assert event["summary"].endswith("（日間部，高三下學期第一梯次）"), "no brackets within brackets"


def own_event(student: Any, window: Window) -> Any:
    windows = student_windows(student, window.term.code)
    return event_of(events_of(calendar_of("個人", windows)), window)


def test_for_a_student_the_event_ends_with_the_extension_and_every_change_counts(
    term: Term, client: Client, admin: User
) -> None:
    school_class = SchoolClassFactory.create()
    student = StudentFactory.create(school_class=school_class)
    upload = upload_of(term)
    seen = [own_event(student, upload)]

    def grant(target: Any, closes: str) -> Any:
        given = grant_extension(upload, target, closes_on=day(closes), reason="住院", by=admin, at=NOW)
        seen.append(own_event(student, upload))
        return given

    of_class = grant(school_class, "2025-02-10")
    own = grant(student, "2025-02-07")
    for extension in (own, of_class):
        withdraw_extension(extension, by=admin, at=NOW + timedelta(hours=1))
        seen.append(own_event(student, upload))
    ends = [(days(event)[1] - timedelta(days=1)).isoformat() for event in seen]
    assert ends == ["2025-02-03", "2025-02-10", "2025-02-07", "2025-02-10", "2025-02-03"]
    assert [int(event["sequence"]) for event in seen] == [0, 1, 2, 3, 4]
    assert len({str(event["uid"]) for event in seen}) == 1
    assert seen[-1].decoded("dtstamp") == NOW + timedelta(hours=1)
    # Nobody else's calendar has heard of it.
    other = StudentFactory.create(school_class=SchoolClassFactory.create())
    assert (days(own_event(other, upload))[1], own_event(other, upload)["sequence"]) == (day("2025-02-04"), 0)
    public = event_of(published(client, term), upload)
    assert (days(public)[1], public["sequence"]) == (day("2025-02-04"), 0)


def test_a_move_of_the_window_still_counts_for_whom_it_is_extended(term: Term, admin: User) -> None:
    student = StudentFactory.create(school_class=SchoolClassFactory.create())
    upload = upload_of(term)
    grant_extension(upload, student, closes_on=day("2025-02-05"), reason="住院", by=admin, at=NOW)
    dates = term.dates.get(division="day")
    dates.closing_ceremony = day("2025-01-27")
    save_term_dates(dates, by=admin, at=NOW)
    event = own_event(student, upload)
    assert (days(event)[1], event["sequence"]) == (day("2025-02-11"), 2)


def test_open_data_hold_the_dates_and_nobodys_name(term: Term, client: Client, admin: User) -> None:
    override_window(
        upload_of(term),
        opens_on=day("2024-08-30"),
        closes_on=day("2025-02-12"),
        reason="颱風停課",
        by=admin,
        at=NOW,
    )
    response = client.get(f"/schedule/{term}.json")
    content = response.json()
    assert content["term"] == "113-1"
    assert len(content["windows"]) == windows_of(term.code).count()
    (upload,) = [w for w in content["windows"] if (w["activity"], w["division"]) == ("outcome_upload", "day")]
    assert (upload["opens"], upload["closes"], upload["by"]) == ("2024-08-30", "2025-02-12", "override")
    assert upload["override"]["reason"] == "颱風停課"
    text = response.content.decode()
    assert all(name not in text for user in User.objects.all() for name in (user.name, user.username))

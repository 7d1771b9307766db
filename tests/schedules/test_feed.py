"""A person's own calendar: only what concerns them, at an address that only they know."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from icalendar import Calendar

from accounts.domain.division import Division
from accounts.models import User
from accounts.models.duties import DutyCode
from schedules.domain.activities import Activity, Audience
from schedules.feed import feed_of, renew_feed, windows_for
from schedules.models import CalendarFeed, Window
from schedules.services.extensions import grant_extension
from schedules.services.terms import save_letter
from tests.conftest import SetClock
from tests.factories import (
    AdminFactory,
    EnrolmentFactory,
    SchoolClassFactory,
    SectionFactory,
    StudentFactory,
    UserFactory,
    holder_of,
    place,
    term_113_1,
    term_with_dates,
)
from tests.moments import at, day
from tests.schedules.test_replan import letter_for
from tests.submissions.scene import OPENED, Scene

pytestmark = pytest.mark.django_db

NOW = at("2025-03-10 09:00")


@pytest.fixture(autouse=True)
def year(set_clock: SetClock) -> None:
    """Both terms of 113, with the letter for grade 3's first batch."""
    set_clock(NOW)
    term_113_1()
    second = term_with_dates(113, 2, opening="2025-02-11", exam_end="2025-06-27", closing="2025-06-30")
    save_letter(letter_for(second), by=AdminFactory.create(), at=at("2025-03-03"))


def in_class(**fields: Any) -> Any:
    return StudentFactory.create(school_class=SchoolClassFactory.create(**fields))


def held(user: User) -> set[tuple[str, str, str, str]]:
    return {
        (window.division, window.activity, window.audience, str(window.term))
        for window in windows_for(user, NOW)
    }


def address(user: User) -> str:
    return f"/schedule/feed/{feed_of(user, NOW).token}.ics"


def test_a_student_finds_the_windows_of_the_own_division_and_grade() -> None:
    second, third = in_class(grade=2), in_class(grade=3, division=Division.EVENING)
    assert held(second.user) == {
        ("day", Activity.OUTCOME_UPLOAD, Audience.GENERAL, "113-1"),
        ("day", Activity.OUTCOME_UPLOAD, Audience.GENERAL, "113-2"),
        ("day", Activity.PERFORMANCE_UPLOAD, Audience.GENERAL, "113-2"),
    }
    assert held(third.user) == {
        ("evening", Activity.OUTCOME_UPLOAD, Audience.GENERAL, "113-1"),
        ("evening", Activity.OUTCOME_UPLOAD, Audience.GRADE3_FIRST, "113-2"),
        ("evening", Activity.PERFORMANCE_UPLOAD, Audience.GRADE3_FIRST, "113-2"),
        ("evening", Activity.SELECTION, Audience.GRADE3_FIRST, "113-2"),
    }


def test_a_student_selects_for_last_year_by_last_years_class() -> None:
    student = in_class(grade=2)
    place(student, SchoolClassFactory.create(school_year=112, grade=1))
    assert ("day", Activity.SELECTION, Audience.GENERAL, "113-1") in held(student.user)


def test_what_is_long_past_is_left_out() -> None:
    term_with_dates(111, 1, opening="2022-08-30", exam_end="2023-01-16", closing="2023-01-19")
    student = in_class(grade=3)
    place(student, SchoolClassFactory.create(school_year=111, grade=1))
    assert all(term.startswith("113") for *__, term in held(student.user))


def test_an_extended_end_shows_in_the_students_own_calendar_only(client: Client) -> None:
    extended, other = in_class(), in_class()
    window = Window.objects.get(
        activity=Activity.OUTCOME_UPLOAD, division="day", term__number=2, audience=Audience.GENERAL
    )
    grant_extension(
        window, extended, closes_on=day("2025-07-20"), reason="住院", by=AdminFactory.create(), at=NOW
    )

    def end(user: User) -> Any:
        events: Any = Calendar.from_ical(client.get(address(user)).content).walk("VEVENT")
        (event,) = [event for event in events if event["uid"].startswith(f"window-{window.pk}@")]
        return event.decoded("dtend")

    assert end(extended.user) == day("2025-07-21")
    assert end(other.user) == day("2025-07-15")


def test_a_teacher_finds_the_certifications_of_the_own_courses_students() -> None:
    section = SectionFactory.create(term=Window.objects.filter(term__number=2)[0].term)
    EnrolmentFactory.create(section=section, student=in_class(grade=3))
    assert held(section.teacher) == {("day", Activity.CERTIFICATION, Audience.GRADE3_FIRST, "113-2")}
    assert held(UserFactory.create()) == set()


def test_an_office_finds_the_windows_of_the_duties_it_acts_for() -> None:
    evening = holder_of(DutyCode.BASIC_DATA, Division.EVENING)
    assert held(evening) == {
        ("evening", Activity.BASIC_DATA, Audience.GENERAL, term) for term in ("113-1", "113-2")
    }
    registry = holder_of(DutyCode.CENTRAL_DATABASE)
    assert held(registry) == {("day", Activity.SUBMISSION, Audience.GRADE3_FIRST, "113-2")}


def test_a_student_finds_the_receipts_to_confirm(set_clock: SetClock) -> None:
    set_clock(OPENED)
    scene = Scene()
    asked, unasked = scene.students_with_outcomes(1)[0], scene.student()
    period = scene.period()
    assert period.window in windows_for(asked.user, OPENED)
    assert period.window not in windows_for(unasked.user, OPENED)


def test_everybody_may_show_the_own_address_and_it_stays_the_same(
    client_of: Callable[[User], Client],
) -> None:
    student = in_class()
    page = client_of(student.user).get("/schedule/my/").content.decode()
    assert address(student.user) in page
    assert address(student.user) == address(student.user)
    assert len(feed_of(student.user, NOW).token) >= 43, "as hard to guess as a key"


def test_nobody_needs_to_be_signed_in_to_read_it_by_its_address(client: Client) -> None:
    response = client.get(address(in_class().user))
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/calendar")


def test_an_unknown_address_is_not_found(client: Client) -> None:
    assert client.get("/schedule/feed/" + "x" * 43 + ".ics").status_code == 404


def test_a_disabled_account_has_no_calendar(client: Client) -> None:
    student = in_class()
    feed = address(student.user)
    User.objects.filter(pk=student.user.pk).update(is_active=False)
    assert client.get(feed).status_code == 404


def test_a_new_address_kills_the_old_one(client: Client, client_of: Callable[[User], Client]) -> None:
    student = in_class()
    old = address(student.user)
    client_of(student.user).post("/schedule/my/renew/")
    new = address(student.user)
    assert new != old
    assert client.get(old).status_code == 404
    assert client.get(new).status_code == 200


def test_a_new_address_of_one_person_leaves_the_others_alone() -> None:
    first, second = in_class(), in_class()
    kept = feed_of(second.user, NOW).token
    renew_feed(first.user, NOW)
    assert CalendarFeed.objects.get(user=second.user).token == kept


def test_the_address_is_renewed_by_a_post_only(client_of: Callable[[User], Client], client: Client) -> None:
    student = in_class()
    before = address(student.user)
    assert client_of(student.user).get("/schedule/my/renew/").status_code == 405
    assert client.post("/schedule/my/renew/").status_code == 302, "to the sign-in page"
    assert address(student.user) == before

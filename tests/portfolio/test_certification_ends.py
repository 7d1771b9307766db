"""More time to certify: wherever a teacher looks, each item has its own end (D16)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from accounts.models import Notice, School, SchoolClass, Student, User
from portfolio.certification_ends import CertificationEnds, certification_windows, not_over
from portfolio.departure_queries import latest_certification_close
from portfolio.models import CourseOutcome, CourseSection
from portfolio.models.outcomes import OutcomeState
from portfolio.services.certification import certify
from portfolio.services.reminders import remind_certifiers
from schedules.domain.activities import Activity, Audience
from schedules.feed import feed_of
from schedules.models import Extension, Window
from schedules.services.extensions import grant_extension, withdraw_extension
from tests.admin_pages import said
from tests.conftest import SetClock
from tests.factories import (
    AdminFactory,
    EnrolmentFactory,
    OutcomeFactory,
    SchoolClassFactory,
    SectionFactory,
    StudentFactory,
    school,
    term_113_1,
)
from tests.moments import at, day

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]
QUEUE = "/certification/"
# Certification of 113-1 lasts to the end of 10 February, with more time to the end of the 20th.
OPEN, CLOSED, OWN_END = at("2025-02-05 09:00"), at("2025-02-11 00:00"), at("2025-02-21 00:00")
MICROSECOND, HOUR = timedelta(microseconds=1), timedelta(hours=1)


@pytest.fixture
def school_class(set_clock: SetClock) -> SchoolClass:
    set_clock(OPEN)
    school()
    term_113_1()
    made: SchoolClass = SchoolClassFactory.create(name="資訊二甲")
    return made


@pytest.fixture
def section(school_class: SchoolClass) -> CourseSection:
    made: CourseSection = SectionFactory.create()
    return made


def window() -> Window:
    return Window.objects.get(
        activity=Activity.CERTIFICATION, division="day", audience=Audience.GENERAL, term__number=1
    )


def extend(target: SchoolClass | Student, until: str = "2025-02-20") -> Extension:
    return grant_extension(
        window(), target, closes_on=day(until), reason="住院治療", by=AdminFactory.create(), at=OPEN
    )


def outcome_of(
    section: CourseSection, school_class: SchoolClass, state: OutcomeState = OutcomeState.WAITING
) -> CourseOutcome:
    student = StudentFactory.create(school_class=school_class)
    made: CourseOutcome = OutcomeFactory.create(
        enrolment=EnrolmentFactory.create(student=student, section=section), state=state
    )
    return made


@pytest.fixture
def extended(section: CourseSection, school_class: SchoolClass) -> CourseOutcome:
    """One outcome whose student has more time; two of classmates who have not."""
    for __ in range(2):
        outcome_of(section, school_class)
    outcome = outcome_of(section, school_class)
    extend(outcome.student)
    return outcome


def ends_of(section: CourseSection) -> list[tuple[datetime | None, int]]:
    ends = CertificationEnds([section])
    return [(one.ends_at, ends.waiting(one)) for one in ends.windows]


# ---------------------------------------------------------------- the rule


def test_every_outcome_has_its_own_end_and_every_end_its_number(
    section: CourseSection, extended: CourseOutcome
) -> None:
    assert ends_of(section) == [(CLOSED, 2), (OWN_END, 1)]
    certify(extended, by=section.teacher, at=OWN_END - MICROSECOND)
    assert ends_of(section) == [(CLOSED, 2)], "decided"


def test_a_class_has_more_time_and_a_persons_own_beats_it(
    section: CourseSection, school_class: SchoolClass
) -> None:
    outcomes = [outcome_of(section, school_class) for __ in range(3)]
    extend(school_class)
    extend(outcomes[0].student, "2025-02-15")
    assert ends_of(section) == [(CLOSED, 0), (at("2025-02-16"), 1), (OWN_END, 2)]


def test_what_was_taken_back_counts_no_more(section: CourseSection, school_class: SchoolClass) -> None:
    outcome = outcome_of(section, school_class)
    withdraw_extension(extend(outcome.student), by=AdminFactory.create(), at=OPEN)
    assert ends_of(section) == [(CLOSED, 1)]


def test_an_extension_of_other_students_is_none_of_the_teachers_business(
    section: CourseSection, school_class: SchoolClass
) -> None:
    outcome_of(section, school_class)
    extend(outcome_of(SectionFactory.create(), school_class).student)
    assert ends_of(section) == [(CLOSED, 1)]


def test_a_returned_piece_may_come_back_and_a_certified_one_does_not(
    section: CourseSection, school_class: SchoolClass
) -> None:
    extend(outcome_of(section, school_class, OutcomeState.CERTIFIED).student)
    assert ends_of(section) == [(CLOSED, 0)]
    extend(outcome_of(section, school_class, OutcomeState.RETURNED).student)
    assert ends_of(section) == [(CLOSED, 0), (OWN_END, 0)]


def test_a_section_is_over_with_its_last_outcomes_end_which_also_keeps_a_leavers_account(
    section: CourseSection, extended: CourseOutcome
) -> None:
    assert not_over([section], OWN_END - MICROSECOND) == [section]
    assert not_over([section], OWN_END) == []
    assert latest_certification_close([section]) == day("2025-02-20")


def test_reading_all_ends_costs_the_same_for_few_and_many(
    section: CourseSection, school_class: SchoolClass
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            certification_windows([section])
        return len(queries)

    extend(outcome_of(section, school_class).student)
    before = cost()
    for number in range(10):
        extend(outcome_of(section, school_class).student, f"2025-02-{number + 12}")
    assert cost() == before


# ---------------------------------------------------------------- the teacher's pages


def test_the_queues_head_says_until_when_how_many_and_each_item_its_own_end(
    extended: CourseOutcome, section: CourseSection, client_of: ClientOf
) -> None:
    client = client_of(section.teacher)
    page = said(client, client.get(QUEUE))
    general, longer = (
        page.index("開放至 114/02/10（一）24:00 止"),
        page.index("開放至 114/02/20（四）24:00 止"),
    )
    assert general < page.index("待認證 2 件") < longer < page.index("待認證 1 件")
    assert page.count("展延，可認證至 114/02/20（四）24:00 止") == 1
    assert "住院" not in page, "why a student has more time is not for a list"


def test_once_the_general_window_is_over_what_has_more_time_can_still_be_certified(
    extended: CourseOutcome, section: CourseSection, client_of: ClientOf, set_clock: SetClock
) -> None:
    client = client_of(section.teacher)
    set_clock(CLOSED)
    assert "還有 10 天 0 小時" in said(client, client.get(QUEUE))
    home = said(client, client.get("/"))
    assert "1 件課程學習成果等您認證" in home
    assert "還有 10 天 0 小時" in home
    page = said(client, client.get(f"{QUEUE}{extended.pk}/"))
    assert "開放至 114/02/20（四）24:00 止" in page
    assert client.post(f"{QUEUE}{extended.pk}/certify/").status_code == 302
    set_clock(OWN_END)
    assert "目前沒有待認證的課程學習成果" in said(client, client.get("/"))


def test_the_home_page_counts_what_can_be_certified_now(
    extended: CourseOutcome, section: CourseSection, client_of: ClientOf, set_clock: SetClock
) -> None:
    client = client_of(section.teacher)
    assert "3 件課程學習成果等您認證" in said(client, client.get("/"))
    set_clock(OWN_END)
    assert "目前沒有待認證的課程學習成果" in said(client, client.get("/"))


def test_the_queue_costs_the_same_for_few_and_many_extensions(
    section: CourseSection, school_class: SchoolClass, client_of: ClientOf
) -> None:
    client = client_of(section.teacher)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(QUEUE).status_code == 200
        return len(queries)

    extend(outcome_of(section, school_class).student)
    cost()
    before = cost()
    for number in range(10):
        extend(outcome_of(section, school_class).student, f"2025-02-{number + 12}")
    assert cost() == before


# ---------------------------------------------------------------- the teacher's calendar


def events(client: Client, user: User) -> dict[str, Any]:
    feed = client.get(f"/schedule/feed/{feed_of(user, OPEN).token}.ics").content
    return {str(event["uid"]): event for event in Calendar.from_ical(feed).walk("VEVENT")}


def test_the_teachers_calendar_has_the_general_end_and_the_extended_one(
    extended: CourseOutcome, section: CourseSection, client: Client
) -> None:
    found = events(client, section.teacher)
    ends = {uid.split("@")[0]: event.decoded("dtend") for uid, event in found.items()}
    pk = window().pk
    assert ends == {f"window-{pk}": day("2025-02-11"), f"window-{pk}-20250220": day("2025-02-21")}
    (longer,) = [event for uid, event in found.items() if "-20250220@" in uid]
    assert longer["summary"] == "113-1 課程學習成果認證（日間部，展延）"
    assert "住院" not in str(longer["description"])


def test_another_student_with_the_same_end_changes_no_event(
    extended: CourseOutcome, section: CourseSection, school_class: SchoolClass, client: Client
) -> None:
    before = events(client, section.teacher)
    extend(outcome_of(section, school_class).student)
    after = events(client, section.teacher)
    assert {uid: event.to_ical() for uid, event in after.items()} == {
        uid: event.to_ical() for uid, event in before.items()
    }


# ---------------------------------------------------------------- reminders


def reminders(user: User) -> list[tuple[datetime, str]]:
    told = []
    for number in range(24 * 20):
        now = at("2025-02-03") + number * HOUR
        before = set(Notice.objects.values_list("pk", flat=True))
        remind_certifiers(now)
        told += [(now, notice.subject) for notice in Notice.objects.filter(user=user).exclude(pk__in=before)]
    return told


@pytest.fixture
def leads(school_class: SchoolClass) -> None:
    School.objects.update(reminder_days="3,1")


@pytest.mark.usefixtures("leads")
def test_a_teacher_is_reminded_of_every_end_that_something_waits_for(
    extended: CourseOutcome, section: CourseSection
) -> None:
    told = reminders(section.teacher)
    assert [now for now, __ in told] == [
        at("2025-02-08"),
        at("2025-02-10"),
        at("2025-02-18"),
        at("2025-02-20"),
    ]
    assert ["114/02/10" in subject for __, subject in told] == [True, True, False, False]
    assert ["114/02/20" in subject for __, subject in told] == [False, False, True, True]


@pytest.mark.usefixtures("leads")
def test_with_nothing_but_extended_items_the_general_end_is_nobodys_news(
    section: CourseSection, school_class: SchoolClass
) -> None:
    extend(outcome_of(section, school_class).student)
    Notice.objects.all().delete()
    assert all("114/02/20" in subject for __, subject in reminders(section.teacher))


@pytest.mark.usefixtures("leads")
def test_once_an_extended_item_is_decided_its_end_is_no_news(
    extended: CourseOutcome, section: CourseSection
) -> None:
    certify(extended, by=section.teacher, at=OPEN)
    assert all("114/02/10" in subject for __, subject in reminders(section.teacher))


# ---------------------------------------------------------------- what the student sees


def test_the_students_pages_say_until_when_the_teacher_may_certify(
    extended: CourseOutcome, client_of: ClientOf, set_clock: SetClock
) -> None:
    set_clock(CLOSED)
    for address in ("/portfolio/", f"/portfolio/outcomes/{extended.pk}/"):
        client = client_of(extended.student.user)
        page = said(client, client.get(address))
        assert "教師認證" in page, address
        assert "114/02/20（四）24:00 止" in page, address
        assert "還有 10 天 0 小時" in page, address


def test_where_nothing_is_to_be_decided_the_overview_says_nothing_of_certification(
    section: CourseSection, school_class: SchoolClass, client_of: ClientOf
) -> None:
    outcome = outcome_of(section, school_class, OutcomeState.CERTIFIED)
    client = client_of(outcome.student.user)
    assert "教師認證" not in said(client, client.get("/portfolio/"))

"""An upload started before the closing counts for a while after it, and no other does (upload fairness)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import signing
from django.test import Client

from accounts.errors import WindowClosed
from accounts.models import School, Student, User
from portfolio.domain.categories import CATEGORIES
from portfolio.models import CourseOutcome, DiversePerformance, Enrolment, QuotaLedger
from portfolio.services.outcomes import revise_course_outcome, upload_course_outcome
from portfolio.services.performances import upload_performance
from portfolio.tickets import give_ticket, started_at
from schedules.domain.activities import Activity
from schedules.models import Window
from schedules.models.rules import Quota, QuotaRule
from schedules.services.extensions import grant_extension
from tests.conftest import SetClock
from tests.factories import (
    AdminFactory,
    SchoolClassFactory,
    StudentFactory,
    UserFactory,
    place,
    school,
    term_113_1,
    term_with_dates,
    uploaded_pdf,
)
from tests.moments import at, day
from tests.portfolio.pieces import DOCUMENT, enrolled, filled, upload

pytestmark = pytest.mark.django_db

# The upload window of 113-1 lasts to the end of 3 February.
STARTED = at("2025-02-03 23:58")
ARRIVES = at("2025-02-04 00:05")
TOO_LATE = at("2025-02-04 00:15")
MICROSECOND = timedelta(microseconds=1)


@pytest.fixture
def enrolment() -> Enrolment:
    school()
    term_113_1()
    return enrolled()


def send(
    enrolment: Enrolment, *, started: datetime | None = STARTED, arrives: datetime = ARRIVES
) -> CourseOutcome:
    return upload_course_outcome(
        enrolment,
        description="九九乘法表",
        files={DOCUMENT: uploaded_pdf()},
        by=enrolment.student.user,
        at=arrives,
        started_at=started,
    )


def perform(student: Student, *, started: datetime | None, arrives: datetime) -> DiversePerformance:
    return upload_performance(
        student,
        CATEGORIES["work"],
        details=filled(CATEGORIES["work"]),
        files={DOCUMENT: uploaded_pdf()},
        by=student.user,
        at=arrives,
        started_at=started,
    )


def test_what_was_started_in_time_and_arrives_soon_counts_and_says_so(enrolment: Enrolment) -> None:
    outcome = send(enrolment)
    outcome.refresh_from_db()
    assert (outcome.uploaded_at, outcome.started_at) == (ARRIVES, STARTED)


def test_what_arrives_in_time_says_nothing_of_its_start(enrolment: Enrolment) -> None:
    assert send(enrolment, arrives=at("2025-02-03 23:59:59.999999")).started_at is None


def test_a_quarter_of_an_hour_later_it_is_refused(enrolment: Enrolment) -> None:
    with pytest.raises(WindowClosed, match="114/02/03"):
        send(enrolment, arrives=TOO_LATE)
    assert not CourseOutcome.objects.exists()
    assert send(enrolment, arrives=TOO_LATE - MICROSECOND).started_at == STARTED


@pytest.mark.parametrize(
    "started", [None, at("2025-02-04 00:00"), at("2024-08-29 23:59")], ids=["none", "closed", "too early"]
)
def test_a_start_outside_the_window_gives_no_grace(enrolment: Enrolment, started: datetime | None) -> None:
    with pytest.raises(WindowClosed):
        send(enrolment, started=started)


def test_the_grace_is_the_schools_setting(enrolment: Enrolment) -> None:
    School.objects.update(upload_grace_minutes=5)
    with pytest.raises(WindowClosed):
        send(enrolment, arrives=at("2025-02-04 00:05"))
    assert send(enrolment, arrives=at("2025-02-04 00:04:59"))
    School.objects.update(upload_grace_minutes=0)
    with pytest.raises(WindowClosed):
        send(enrolment, arrives=at("2025-02-04 00:00"))


def test_a_correction_started_in_time_counts_too(enrolment: Enrolment) -> None:
    outcome = upload(enrolment)
    change: dict[str, Any] = {"files": {}, "by": enrolment.student.user, "at": ARRIVES}
    with pytest.raises(WindowClosed):
        revise_course_outcome(outcome, description="改", **change)
    revised = revise_course_outcome(outcome, description="改", started_at=STARTED, **change)
    assert (revised.description, revised.started_at) == ("改", STARTED)


def test_with_an_extension_the_grace_follows_the_extended_end(enrolment: Enrolment) -> None:
    grant_extension(
        Window.objects.get(activity=Activity.OUTCOME_UPLOAD, division="day"),
        enrolment.student,
        closes_on=day("2025-02-10"),
        reason="住院",
        by=AdminFactory.create(),
        at=STARTED,
    )
    started = at("2025-02-10 23:50")
    assert send(enrolment, started=started, arrives=at("2025-02-11 00:14")).started_at == started
    with pytest.raises(WindowClosed):
        send(enrolment, started=started, arrives=at("2025-02-11 00:15"))


@pytest.fixture
def student_of_two_years() -> Student:
    """In the last days of year 113, whose performances may be uploaded until 31 July, and after."""
    school()
    term_with_dates(113, 2, opening="2025-02-11", exam_end="2025-06-27", closing="2025-06-30")
    term_with_dates(114, 1, opening="2025-09-01", exam_end="2026-01-16", closing="2026-01-20")
    student: Student = StudentFactory.create(school_class=SchoolClassFactory.create(grade=1))
    place(student, SchoolClassFactory.create(school_year=114, grade=2))
    return student


NEW_YEAR = at("2025-08-01 00:05")


def test_what_was_started_on_31_july_belongs_to_the_old_year(student_of_two_years: Student) -> None:
    performance = perform(student_of_two_years, started=at("2025-07-31 23:58"), arrives=NEW_YEAR)
    assert (performance.school_year, performance.started_at) == (113, at("2025-07-31 23:58"))
    (ledger,) = QuotaLedger.objects.all()
    assert (ledger.quota, ledger.school_year, ledger.used) == (Quota.PERFORMANCES_PER_YEAR, 113, 1)


@pytest.mark.parametrize(
    ("started", "arrives"),
    [
        (None, NEW_YEAR),
        (at("2025-07-31 23:58"), at("2025-08-01 00:15")),  # too late for the old year, in time for the new
        (at("2025-08-01 00:01"), NEW_YEAR),
    ],
)
def test_what_cannot_count_for_the_old_year_counts_for_the_new(
    student_of_two_years: Student, started: datetime | None, arrives: datetime
) -> None:
    performance = perform(student_of_two_years, started=started, arrives=arrives)
    assert (performance.school_year, performance.started_at) == (114, None)


def test_who_was_in_no_class_when_the_form_was_opened_may_still_upload_now() -> None:
    school()
    term_with_dates(114, 1, opening="2025-09-01", exam_end="2026-01-16", closing="2026-01-20")
    newcomer = StudentFactory.create(school_class=SchoolClassFactory.create(school_year=114, grade=1))
    performance = perform(newcomer, started=at("2025-07-31 23:58"), arrives=NEW_YEAR)
    assert (performance.school_year, performance.started_at) == (114, None)


def test_the_old_years_limit_applies_to_what_was_started_in_it(student_of_two_years: Student) -> None:
    QuotaRule.objects.filter(quota=Quota.PERFORMANCES_PER_YEAR).update(limit=1)
    perform(student_of_two_years, started=None, arrives=at("2025-07-31 23:57"))
    assert perform(student_of_two_years, started=None, arrives=NEW_YEAR).school_year == 114


def test_a_ticket_says_when_and_only_to_whom_it_was_given() -> None:
    owner, other = UserFactory.create_batch(2)
    ticket = give_ticket(owner, STARTED)
    assert started_at(ticket, owner) == STARTED
    assert started_at(ticket, other) is None


def forged(owner: User) -> list[str]:
    content = {"user": owner.pk, "at": STARTED.isoformat()}
    genuine = give_ticket(owner, ARRIVES)
    return [
        "",
        "x",
        STARTED.isoformat(),
        signing.dumps(content, key="another key", salt="upload-ticket"),
        signing.dumps(content, salt="another-purpose"),
        genuine[:-1] + ("A" if genuine[-1] != "A" else "B"),
        give_ticket(owner, STARTED).split(":", 1)[0] + ":" + genuine.split(":", 1)[1],
    ]


def test_no_forged_or_altered_ticket_is_believed() -> None:
    owner = UserFactory.create()
    assert [started_at(ticket, owner) for ticket in forged(owner)] == [None] * 7


@pytest.fixture
def browse(
    enrolment: Enrolment, client_of: Callable[[User], Client], set_clock: SetClock
) -> Callable[..., Any]:
    """The upload page as the student's browser sends it, with a ticket."""
    client = client_of(enrolment.student.user)

    def post(ticket: str, when: datetime) -> Any:
        set_clock(when)
        sent = {"enrolment": enrolment.pk, "description": "九九", "document": uploaded_pdf()}
        return client.post("/portfolio/outcomes/new/", sent | {"ticket": ticket})

    return post


def test_the_page_gives_a_ticket_that_lets_a_slow_upload_through(
    enrolment: Enrolment, client_of: Callable[[User], Client], set_clock: SetClock, browse: Callable[..., Any]
) -> None:
    set_clock(STARTED)
    ticket = client_of(enrolment.student.user).get("/portfolio/outcomes/new/").context["ticket"]
    response = browse(ticket, ARRIVES)
    assert response.status_code == 302
    assert CourseOutcome.objects.get().started_at == STARTED


@pytest.mark.parametrize("kind", ["forged", "another's", "given after the closing", "none"])
def test_the_page_lets_nothing_else_through(
    enrolment: Enrolment, browse: Callable[..., Any], kind: str
) -> None:
    user = enrolment.student.user
    ticket = {
        "forged": forged(user)[3],
        "another's": give_ticket(UserFactory.create(), STARTED),
        "given after the closing": give_ticket(user, at("2025-02-04 00:00")),
        "none": "",
    }[kind]
    response = browse(ticket, ARRIVES)
    assert response.status_code == 200
    assert "已截止" in response.content.decode()
    assert not CourseOutcome.objects.exists()


def test_a_form_opened_after_the_closing_cannot_be_backdated_by_sending_it_twice(
    enrolment: Enrolment, browse: Callable[..., Any]
) -> None:
    refused = browse("", ARRIVES)
    browse(refused.context["ticket"], ARRIVES + timedelta(minutes=1))
    assert not CourseOutcome.objects.exists()

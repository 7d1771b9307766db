"""A form opened before the closing, sent a little after it: accepted, and said so (upload fairness)."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import School, Student, User
from portfolio.domain.categories import CATEGORIES
from portfolio.models import CourseOutcome, DiversePerformance, Enrolment
from portfolio.services.certification import return_to_student
from portfolio.services.outcomes import upload_course_outcome
from portfolio.tickets import give_ticket
from schedules.domain.activities import Activity, Audience
from schedules.models import Window
from schedules.services.extensions import grant_extension
from tests.admin_pages import said
from tests.conftest import SetClock
from tests.factories import (
    AdminFactory,
    EnrolmentFactory,
    SchoolClassFactory,
    SectionFactory,
    StudentFactory,
    school,
    term_113_1,
    uploaded_pdf,
)
from tests.moments import at, day
from tests.portfolio.pieces import DOCUMENT, filled

pytestmark = pytest.mark.django_db

NEW = "/portfolio/outcomes/new/"
OPENED, CLOSING = at("2025-02-03 23:58"), at("2025-02-04 00:00")
IN_GRACE, LAST_GRACE, TOO_LATE = at("2025-02-04 00:03"), at("2025-02-04 00:14:59"), at("2025-02-04 00:15")
COUNTED = "截止前已開始上傳，於寬限時間內送達，予以採計。"


@pytest.fixture
def student(set_clock: SetClock) -> Student:
    """Two minutes before 113-1's upload closes, in a school with 15 minutes of grace."""
    set_clock(OPENED)
    term_113_1()
    School.objects.filter(pk=school().pk).update(upload_grace_minutes=15)
    made: Student = StudentFactory.create(school_class=SchoolClassFactory.create())
    return made


@pytest.fixture
def enrolment(student: Student) -> Enrolment:
    made: Enrolment = EnrolmentFactory.create(student=student, section=SectionFactory.create())
    return made


@pytest.fixture
def client(student: Student, client_of: Callable[[User], Client]) -> Client:
    return client_of(student.user)


def ticket_of(client: Client, address: str = NEW) -> str:
    found = re.search(r'name="ticket" value="([^"]+)"', client.get(address).content.decode())
    assert found
    return found[1]


def send(client: Client, enrolment: Enrolment, ticket: str):
    data = {"enrolment": enrolment.pk, "description": "九九乘法表", "document": uploaded_pdf()}
    return client.post(NEW, data | {"ticket": ticket})


@pytest.mark.parametrize("arrives", [CLOSING, IN_GRACE, LAST_GRACE])
def test_an_upload_begun_before_the_closing_counts_within_the_grace_and_its_receipt_says_so(
    client: Client, enrolment: Enrolment, set_clock: SetClock, arrives
) -> None:
    ticket = ticket_of(client)
    set_clock(arrives)
    response = send(client, enrolment, ticket)
    assert response.status_code == 302
    page = said(client, response)
    assert f"開始上傳 114/02/03（一）23:58 {COUNTED}" in page
    outcome = CourseOutcome.objects.get()
    assert (outcome.started_at, outcome.uploaded_at) == (OPENED, arrives)


def test_after_the_grace_the_same_upload_is_refused_and_nothing_is_stored(
    client: Client, enrolment: Enrolment, set_clock: SetClock
) -> None:
    ticket = ticket_of(client)
    set_clock(TOO_LATE)
    response = send(client, enrolment, ticket)
    assert response.status_code == 200
    assert "error-summary" in response.content.decode()
    assert not CourseOutcome.objects.exists()


def test_an_upload_in_time_needs_no_grace_and_its_receipt_says_nothing_of_it(
    client: Client, enrolment: Enrolment
) -> None:
    page = said(client, send(client, enrolment, ticket_of(client)))
    assert "開始上傳" not in page
    assert CourseOutcome.objects.get().started_at is None


@pytest.mark.parametrize("ticket", ["", "forged", "eyJ1c2VyIjoxfQ:1tabcd:forged"])
def test_without_a_ticket_of_ours_the_closing_holds(
    client: Client, enrolment: Enrolment, set_clock: SetClock, ticket: str
) -> None:
    set_clock(IN_GRACE)
    assert send(client, enrolment, ticket).status_code == 200
    assert not CourseOutcome.objects.exists()


def test_somebody_elses_ticket_does_not_count(
    client: Client, enrolment: Enrolment, set_clock: SetClock
) -> None:
    lent = give_ticket(StudentFactory.create().user, OPENED)
    set_clock(IN_GRACE)
    assert send(client, enrolment, lent).status_code == 200
    assert not CourseOutcome.objects.exists()


def test_a_form_opened_after_the_closing_does_not_count(
    client: Client, student: Student, enrolment: Enrolment, set_clock: SetClock
) -> None:
    set_clock(CLOSING)
    assert send(client, enrolment, give_ticket(student.user, CLOSING)).status_code == 200
    assert not CourseOutcome.objects.exists()


def test_a_refusal_keeps_the_ticket_so_that_the_corrected_form_still_counts(
    client: Client, enrolment: Enrolment, set_clock: SetClock
) -> None:
    ticket = ticket_of(client)
    set_clock(at("2025-02-03 23:59:50"))
    refused = client.post(NEW, {"enrolment": enrolment.pk, "description": "", "ticket": ticket})
    assert f'name="ticket" value="{ticket}"' in refused.content.decode()
    set_clock(IN_GRACE)
    assert send(client, enrolment, ticket).status_code == 302


def test_the_school_sets_how_long_the_grace_is(
    client: Client, enrolment: Enrolment, set_clock: SetClock
) -> None:
    School.objects.update(upload_grace_minutes=0)
    ticket = ticket_of(client)
    set_clock(CLOSING)
    assert send(client, enrolment, ticket).status_code == 200
    assert not CourseOutcome.objects.exists()


def test_the_grace_runs_from_the_end_of_ones_own_extension(
    client: Client, student: Student, enrolment: Enrolment, set_clock: SetClock
) -> None:
    window = Window.objects.get(activity=Activity.OUTCOME_UPLOAD, division="day", audience=Audience.GENERAL)
    grant_extension(
        window, student, closes_on=day("2025-02-05"), reason="住院", by=AdminFactory.create(), at=OPENED
    )
    set_clock(at("2025-02-05 23:59"))
    ticket = ticket_of(client)
    set_clock(at("2025-02-06 00:10"))
    assert COUNTED in said(client, send(client, enrolment, ticket))


def test_revising_a_returned_piece_has_the_same_grace(
    client: Client, enrolment: Enrolment, set_clock: SetClock
) -> None:
    outcome = upload_course_outcome(
        enrolment, description="初稿", files={DOCUMENT: uploaded_pdf()}, by=enrolment.student.user, at=OPENED
    )
    return_to_student(outcome, reason="請補圖說", by=enrolment.section.teacher, at=OPENED)
    address = f"/portfolio/outcomes/{outcome.pk}/edit/"
    ticket = ticket_of(client, address)
    set_clock(IN_GRACE)
    response = client.post(
        address, {"description": "定稿", "document": uploaded_pdf("定稿"), "ticket": ticket}
    )
    assert response.status_code == 302
    assert COUNTED in said(client, response)


def test_a_diverse_performance_has_the_same_grace(client: Client, set_clock: SetClock) -> None:
    address = "/portfolio/performances/new/work/"
    window = Window.objects.get(
        activity=Activity.PERFORMANCE_UPLOAD, division="day", audience=Audience.GENERAL
    )
    assert window.closes_at == CLOSING
    data = filled(CATEGORIES["work"]) | {"document": uploaded_pdf(), "ticket": ticket_of(client, address)}
    set_clock(IN_GRACE)
    assert COUNTED in said(client, client.post(address, data))
    assert DiversePerformance.objects.get().started_at == OPENED

"""Lists cost the same number of queries for 10 and for 200 rows."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Student, User
from portfolio.models.certifications import Decision
from portfolio.models.outcomes import OutcomeState
from tests.factories import (
    EnrolmentFactory,
    OutcomeFactory,
    PerformanceFactory,
    SchoolClassFactory,
    SectionFactory,
    StudentFactory,
    attach_pdf,
    select,
    term_113_1,
    term_with_dates,
)
from tests.moments import at

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]


def queries_of(client: Client, address: str, rows: int, mark: str) -> int:
    """How many queries the page costs, once it is sure that it shows `mark` in each of its `rows`."""
    with CaptureQueriesContext(
        connection,
    ) as captured:
        page = client.get(address).content.decode()
    assert page.count(mark) == rows, f"{rows} rows are on the page"
    return len(captured)


def add_pieces(student: Student, count: int) -> None:
    """Outcomes in every state, half of what is added, and performances; with files and decisions."""
    section = SectionFactory.create()
    enrolment = EnrolmentFactory.create(student=student, section=section)
    states = [OutcomeState.CERTIFIED, OutcomeState.RETURNED]
    for number in range(count // 2):
        outcome = OutcomeFactory.create(enrolment=enrolment, state=states[number % 2])
        attach_pdf(outcome)
        outcome.certifications.create(
            decision=Decision(outcome.state),
            reason="原因",
            decided_by=section.teacher,
            decided_at=at("2024-10-05"),
        )
        performance = PerformanceFactory.create(student=student)
        attach_pdf(performance)
        if number % 4 == 0:
            select(outcome)
            select(performance)


@pytest.mark.parametrize("address", ["/portfolio/", "/portfolio/selection/"])
def test_the_students_lists(address: str, client_of: ClientOf, set_clock: Callable[[datetime], None]):
    set_clock(at("2025-09-10 10:00"))
    term_113_1()
    term_with_dates(114, 1, opening="2025-09-01", exam_end="2026-01-16", closing="2026-01-20")
    student = StudentFactory.create(school_class=SchoolClassFactory.create(school_year=113))
    client = client_of(student.user)
    shown = f"{address}?year=113"
    add_pieces(student, 10)
    few = queries_of(client, shown, 5, "手繪校園地圖。")
    add_pieces(student, 190)
    assert queries_of(client, shown, 100, "手繪校園地圖。") == few


def test_the_teachers_queue(
    client_of: ClientOf, set_clock: Callable[[datetime], None], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("portfolio.views.certification.PAGE_LENGTH", 500)
    set_clock(at("2024-11-01 10:00"))
    term_113_1()
    school_class = SchoolClassFactory.create()
    section = SectionFactory.create()
    client = client_of(section.teacher)

    def add(count: int) -> None:
        for student in StudentFactory.create_batch(count, school_class=school_class):
            attach_pdf(
                OutcomeFactory.create(enrolment=EnrolmentFactory.create(student=student, section=section))
            )

    add(10)
    few = queries_of(client, "/certification/", 10, '<th scope="row">')
    add(190)
    assert queries_of(client, "/certification/", 200, '<th scope="row">') == few

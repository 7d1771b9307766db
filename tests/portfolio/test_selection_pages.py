"""Selecting for a school year: which year, what can be ticked, what is refused, what stays at close."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from accounts.models import Student, User
from portfolio.models import CourseOutcome, Selection
from portfolio.models.outcomes import OutcomeState
from tests.factories import (
    EnrolmentFactory,
    OutcomeFactory,
    PerformanceFactory,
    SchoolClassFactory,
    SectionFactory,
    StudentFactory,
    TermFactory,
    select,
    term_113_1,
)
from tests.moments import at

pytestmark = pytest.mark.django_db

PAGE = "/portfolio/selection/"
SetClock = Callable[[datetime], None]


@pytest.fixture
def student(set_clock: SetClock) -> Student:
    """Was in grade 1 in 112; selects for it while 113 begins."""
    set_clock(at("2024-09-10 10:00"))
    term_113_1()
    return StudentFactory.create(school_class=SchoolClassFactory.create(school_year=112, grade=1))


@pytest.fixture
def client(student: Student, client_of: Callable[[User], Client]) -> Client:
    return client_of(student.user)


def outcome_of(student: Student, number: int = 1, state: str = OutcomeState.CERTIFIED) -> CourseOutcome:
    term = TermFactory.create(school_year=112, number=number)
    enrolment = EnrolmentFactory.create(student=student, section=SectionFactory.create(term=term))
    return OutcomeFactory.create(enrolment=enrolment, state=state)


def text_of(client: Client, address: str = PAGE) -> str:
    return client.get(address).content.decode()


def save(client: Client, outcomes: list[int] | None = None, performances: list[int] | None = None) -> str:
    data = {"outcomes": outcomes or [], "performances": performances or []}
    return client.post(PAGE, data, follow=True).content.decode()


def test_the_open_window_decides_the_year(client: Client):
    page = text_of(client)
    assert "112 學年度勾選" in page
    assert "113/09/20（五）24:00 止" in page


def test_certified_outcomes_of_both_terms_and_performances_can_be_ticked(client: Client, student: Student):
    first, second = outcome_of(student, 1), outcome_of(student, 2)
    performance = PerformanceFactory.create(student=student, school_year=112)
    assert "已儲存勾選" in save(client, [first.pk, second.pk], [performance.pk])
    assert Selection.objects.filter(student=student, school_year=112).count() == 3
    page = text_of(client)
    assert f'value="{first.pk}" id="outcome-{first.pk}" checked' in page
    assert "<b>2／6</b>" in page
    assert "<b>1／10</b>" in page


def test_saving_none_is_a_valid_choice(client: Client, student: Student):
    select(outcome_of(student))
    assert "已儲存勾選" in save(client)
    assert not Selection.objects.exists()


def test_what_cannot_be_ticked_stands_apart_with_the_reason(client: Client, student: Student):
    waiting, returned = outcome_of(student, state=OutcomeState.WAITING), outcome_of(student)
    CourseOutcome.objects.filter(pk=returned.pk).update(state=OutcomeState.RETURNED)
    returned.certifications.create(
        decision="returned",
        reason="不是這門課的作品",
        decided_by=returned.enrolment.section.teacher,
        decided_at=at("2024-01-20 10:00"),
    )
    page = text_of(client)
    assert "不能勾選的課程學習成果" in page
    assert "不是這門課的作品" in page
    assert f'value="{waiting.pk}"' not in page
    assert f'value="{returned.pk}"' not in page


def test_a_seventh_outcome_is_refused_and_the_ticks_stay(client: Client, student: Student):
    ids = [outcome_of(student).pk for __ in range(7)]
    page = save(client, ids)
    assert "勾選了 7 件，上限 6 件" in page
    assert page.count(" checked>") == 7
    assert not Selection.objects.exists()


def test_an_eleventh_performance_is_refused(client: Client, student: Student):
    ids = [piece.pk for piece in PerformanceFactory.create_batch(11, student=student, school_year=112)]
    assert "勾選了 11 件，上限 10 件" in save(client, performances=ids)


@pytest.mark.parametrize("posted", ["waiting", "foreign", "text", "huge"])
def test_what_may_not_be_selected_is_refused_by_the_server(client: Client, student: Student, posted: str):
    value = {
        "waiting": lambda: outcome_of(student, state=OutcomeState.WAITING).pk,
        "foreign": lambda: outcome_of(StudentFactory.create()).pk,
        "text": lambda: "1 OR 1=1",
        "huge": lambda: "9" * 30,
    }[posted]()
    page = client.post(PAGE, {"outcomes": [value]}).content.decode()
    assert "還不能送出" in page
    assert not Selection.objects.exists()


def test_after_close_the_selection_is_shown_and_a_direct_post_is_refused(
    client: Client, student: Student, set_clock: SetClock
):
    chosen, other = outcome_of(student), outcome_of(student)
    save(client, [chosen.pk])
    set_clock(at("2024-09-21 00:00"))
    page = text_of(client)
    assert "勾選已截止" in page
    assert "已勾選 1 件" in page
    assert 'type="checkbox"' not in page
    assert "已截止" in client.post(PAGE, {"outcomes": [other.pk]}).content.decode()
    assert [selection.outcome for selection in Selection.objects.all()] == [chosen]


def test_before_it_opens_the_next_selection_is_announced(
    client: Client, student: Student, set_clock: SetClock
):
    outcome_of(student)
    set_clock(at("2024-08-20 10:00"))
    page = text_of(client)
    assert "尚未開放" in page
    assert "還沒開放勾選" in page


def test_a_year_without_a_window_is_not_found(client: Client):
    assert client.get(f"{PAGE}?year=112").status_code == 200
    assert client.get(f"{PAGE}?year=90").status_code == 404


def test_a_student_without_any_window_is_told_calmly(
    client_of: Callable[[User], Client], set_clock: SetClock
):
    set_clock(at("2024-09-10 10:00"))
    page = text_of(client_of(StudentFactory.create().user))
    assert "還沒有適用於您的勾選期程" in page

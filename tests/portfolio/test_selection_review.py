"""Putting the selection in order, comparing two pieces, and confirming: also without a script."""

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from accounts.models import AuditEntry, Student, User
from portfolio.models import CourseOutcome, Selection
from portfolio.models.outcomes import OutcomeState
from tests.factories import (
    CourseFactory,
    EnrolmentFactory,
    OutcomeFactory,
    PerformanceFactory,
    SchoolClassFactory,
    SectionFactory,
    StudentFactory,
    TermFactory,
    attach_pdf,
    term_113_1,
)
from tests.moments import at

pytestmark = pytest.mark.django_db

PAGE, COMPARE = "/portfolio/selection/", "/portfolio/selection/compare/"
NOW, CLOSED = at("2024-09-10 10:00"), at("2024-09-21 00:00")
SetClock = Callable[[datetime], None]


@pytest.fixture
def student(set_clock: SetClock) -> Student:
    """Selects of 112 while 113 begins."""
    set_clock(NOW)
    term_113_1()
    return StudentFactory.create(school_class=SchoolClassFactory.create(school_year=112, grade=1))


@pytest.fixture
def client(student: Student, client_of: Callable[[User], Client]) -> Client:
    return client_of(student.user)


def outcome_of(student: Student, name: str) -> CourseOutcome:
    section = SectionFactory.create(
        course=CourseFactory.create(name=name), term=TermFactory.create(school_year=112, number=1)
    )
    outcome: CourseOutcome = OutcomeFactory.create(
        enrolment=EnrolmentFactory.create(student=student, section=section), state=OutcomeState.CERTIFIED
    )
    attach_pdf(outcome, f"{name}報告")
    return outcome


@pytest.fixture
def three(student: Student) -> list[CourseOutcome]:
    return [outcome_of(student, name) for name in ("物理", "化學", "生物")]


def ids(pieces) -> list[int]:
    return [piece.pk for piece in pieces]


def post(client: Client, step: str, outcomes=(), performances=()) -> str:
    data = {"step": step, "outcomes": ids(outcomes), "performances": ids(performances)}
    answer = client.post(PAGE, data, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def listed(page: str) -> list[int]:
    """The ids that the review page would send on, in its order."""
    return [int(value) for value in re.findall(r'name="outcomes" value="(\d+)"', page)]


def saved(student: Student) -> list[CourseOutcome | None]:
    return [selection.outcome for selection in student.selections.exclude(outcome=None)]


def test_reviewing_shows_what_would_be_submitted_and_saves_nothing(client: Client, student: Student, three):
    page = post(client, "review", three[:2])
    assert "物理" in page
    assert "物理報告.pdf" in page
    assert "生物" not in page
    assert "確認勾選" in page
    assert not Selection.objects.exists()
    assert not AuditEntry.objects.filter(act="select").exists()


def test_the_review_says_what_changed(client: Client, student: Student, three):
    post(client, "save", three[:2])
    page = post(client, "review", [three[1], three[2]])
    changes = page.split("和已儲存的勾選相比", 1)[1].split("</section>", 1)[0]
    assert re.search(r"<b>新增</b>\s*生物", changes)
    assert re.search(r"<b>取消</b>\s*物理", changes)
    assert re.search(r'data-reordered="outcomes" hidden', changes)


def test_the_review_of_the_same_choice_says_that_nothing_changed(client: Client, student: Student, three):
    post(client, "save", three)
    page = post(client, "review", three)
    assert "<li data-unchanged>" in page
    assert "<b>新增</b>" not in page
    assert "<b>取消</b>" not in page


def test_buttons_move_a_piece_without_a_script_and_keep_the_focus(client: Client, student: Student, three):
    first, second, third = three
    page = post(client, f"up-outcomes-{third.pk}", three)
    assert listed(page) == ids([first, third, second])
    pressed = re.search(rf'value="up-outcomes-{third.pk}"[^>]*autofocus', page)
    assert pressed
    page = post(client, f"up-outcomes-{third.pk}", [first, third, second])
    assert listed(page) == ids([third, first, second])
    # At the top it goes no further up: the focus is on the other button.
    assert re.search(rf'value="up-outcomes-{third.pk}"[^>]*disabled', page)
    assert re.search(rf'value="down-outcomes-{third.pk}"[^>]*autofocus', page)
    assert not Selection.objects.exists()


def test_confirming_saves_the_order_and_the_page_keeps_it(client: Client, student: Student, three):
    first, __, third = three
    assert "已儲存勾選" in post(client, "save", [third, first])
    assert saved(student) == [third, first]
    assert AuditEntry.objects.get(act="select").changes["outcomes"] == ids([third, first])
    page = client.get(PAGE).content.decode()
    boxes = [int(value) for value in re.findall(r'name="outcomes" value="(\d+)" id="[^"]*" checked', page)]
    assert boxes == ids([third, first])


def test_another_order_alone_is_a_change_that_is_saved(client: Client, student: Student, three):
    post(client, "save", three)
    times = dict(Selection.objects.values_list("outcome", "selected_at"))
    page = post(client, "review", three[::-1])
    assert '<li data-reordered="outcomes"><b>順序</b>' in page
    post(client, "save", three[::-1])
    assert saved(student) == three[::-1]
    assert dict(Selection.objects.values_list("outcome", "selected_at")) == times


def test_going_back_to_picking_keeps_the_ticks_and_their_order_unsaved(
    client: Client, student: Student, three
):
    page = post(client, "edit", [three[2], three[0]])
    boxes = [int(value) for value in re.findall(r'name="outcomes" value="(\d+)" id="[^"]*" checked', page)]
    assert boxes == ids([three[2], three[0]])
    assert "data-unsaved-yet" in page
    assert not Selection.objects.exists()


def test_too_many_are_refused_before_the_review_and_the_ticks_stay(client: Client, student: Student):
    pieces = [outcome_of(student, f"課程{number}") for number in range(7)]
    page = post(client, "review", pieces)
    assert "勾選了 7 件，上限 6 件" in page
    assert page.count(" checked>") == 7
    assert "確認勾選" not in page


@pytest.mark.parametrize("step", ["review", "up-outcomes-{0}", "save"])
def test_somebody_elses_piece_is_refused_at_every_step(client: Client, student: Student, step: str):
    foreign = outcome_of(StudentFactory.create(), "別人的課")
    page = post(client, step.format(foreign.pk), [foreign])
    assert "還不能送出" in page
    assert "別人的課" not in page
    assert not Selection.objects.exists()


@pytest.mark.parametrize("step", ["review", "up-outcomes-1", "save"])
def test_after_the_close_every_step_is_refused(
    client: Client, student: Student, three, set_clock: SetClock, step: str
):
    post(client, "save", three[:1])
    set_clock(CLOSED)
    page = post(client, step, three)
    assert "確認勾選" not in page
    assert saved(student) == three[:1]


@pytest.mark.parametrize(
    "step",
    ["up-outcomes-999999", "up-outcomes-x", "sideways-outcomes-1", "up-secrets-1", "up-outcomes-" + "9" * 40],
)
def test_a_tampered_step_moves_nothing(client: Client, student: Student, three, step: str):
    data = {"step": step, "outcomes": ids(three)}
    answer = client.post(PAGE, data)
    assert answer.status_code in (200, 302)
    assert listed(answer.content.decode()) in ([], ids(three))


def test_after_the_close_the_frozen_selection_stands_in_its_order(
    client: Client, student: Student, three, set_clock: SetClock
):
    post(client, "save", [three[2], three[0]])
    set_clock(CLOSED)
    page = client.get(PAGE).content.decode()
    assert page.index(">生物</a>") < page.index(">物理</a>")


# ---------------------------------------------------------------- comparing


def test_two_pieces_stand_side_by_side_with_their_facts_and_files(client: Client, student: Student, three):
    work = PerformanceFactory.create(student=student, school_year=112, details={"name": "校園地圖"})
    query = {"year": "112", "first": f"outcome-{three[0].pk}", "second": f"performance-{work.pk}"}
    page = client.get(COMPARE, query).content.decode()
    for words in ("物理", "物理報告.pdf", "校園地圖", "作品名稱", "任課教師"):
        assert words in page


def test_the_same_piece_twice_or_one_alone_is_asked_for_again(client: Client, student: Student, three):
    key = f"outcome-{three[0].pk}"
    queries: list[dict[str, str]] = [{"first": key, "second": key}, {"first": key}, {}]
    for query in queries:
        page = client.get(COMPARE, {"year": "112", **query}).content.decode()
        assert "請選兩件不同的項目" in page


@pytest.mark.parametrize("key", ["outcome-{0}", "performance-{0}", "outcome-0", "x", "outcome-1 OR 1=1"])
def test_what_is_not_ones_own_is_not_found(client: Client, student: Student, three, key: str):
    foreign = outcome_of(StudentFactory.create(), "別人的課")
    query = {"year": "112", "first": key.format(foreign.pk), "second": f"outcome-{three[0].pk}"}
    assert client.get(COMPARE, query).status_code == 404

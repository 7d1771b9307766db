"""The certifier's queue and the way through it: by course, class and state; last days said in advance."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.errors import Conflict
from accounts.models import SchoolClass, User
from portfolio.models import CourseOutcome, CourseSection, OutcomeLook, PendingDecision
from portfolio.models.certifications import Decision
from portfolio.models.outcomes import OutcomeState
from portfolio.services.certification import certify, return_to_student
from portfolio.services.outcomes import revise_course_outcome
from schedules.domain.activities import Activity
from schedules.models import Window
from schedules.services.extensions import grant_extension
from tests.admin_pages import said
from tests.conftest import SetClock
from tests.factories import (
    AdminFactory,
    CourseFactory,
    SchoolClassFactory,
    SectionFactory,
    school,
    term_113_1,
)
from tests.moments import at, day
from tests.portfolio.certifying import CLOSED, NOW, look, states, waiting

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]
QUEUE = "/certification/"


@pytest.fixture
def section(set_clock: SetClock) -> CourseSection:
    set_clock(NOW)
    school()
    term_113_1()
    made: CourseSection = SectionFactory.create(course=CourseFactory.create(name="程式設計"))
    return made


@pytest.fixture
def classes(section: CourseSection) -> list[SchoolClass]:
    return [SchoolClassFactory.create(name=name) for name in ("商經二甲", "資訊二甲")]


@pytest.fixture
def client(section: CourseSection, client_of: ClientOf) -> Client:
    return client_of(section.teacher)


def listed(client: Client, query: str = "") -> list[int]:
    """The outcomes that the queue shows, in its order."""
    page = client.get(QUEUE + query).content.decode()
    return [int(pk) for pk in re.findall(r'data-open href="/certification/(\d+)/', page)]


def pks(*groups: list[CourseOutcome]) -> list[int]:
    return [one.pk for group in groups for one in group]


# ---------------------------------------------------------------- filters and progress


def test_by_course_class_and_state(section: CourseSection, classes: list[SchoolClass], client: Client):
    commerce, computing = (waiting(section, 2, school_class=one) for one in classes)
    other = SectionFactory.create(teacher=section.teacher, course=CourseFactory.create(name="微積分"))
    elsewhere = waiting(other, school_class=classes[1])
    certify(computing[0], by=section.teacher, at=NOW)
    return_to_student(computing[1], reason="缺頁", by=section.teacher, at=NOW)
    PendingDecision.objects.create(
        outcome=commerce[0], decision=Decision.CERTIFIED, decided_by=section.teacher, decided_at=NOW
    )
    assert sorted(listed(client)) == sorted(pks(commerce[1:], elsewhere))
    assert listed(client, f"?section={section.pk}") == pks(commerce[1:])
    assert listed(client, f"?class={classes[1].pk}") == pks(elsewhere)
    assert listed(client, f"?section={section.pk}&class={classes[1].pk}&state=certified") == pks(
        computing[:1]
    )
    assert listed(client, f"?class={classes[1].pk}&state=returned") == pks(computing[1:])
    assert listed(client, "?state=pending") == pks(commerce[:1])


def test_a_student_counts_in_the_class_of_the_courses_year(
    section: CourseSection, classes: list[SchoolClass], client: Client
):
    """Whoever sat elsewhere the year before is not found there."""
    outcome = waiting(section, school_class=classes[0])[0]
    before = SchoolClassFactory.create(name="商經一甲", school_year=112, grade=1)
    outcome.student.placements.create(school_class=before, seat_number=9)
    assert listed(client, f"?class={before.pk}") == []
    assert listed(client, f"?class={classes[0].pk}") == [outcome.pk]


def test_progress_of_each_course_and_class(
    section: CourseSection, classes: list[SchoolClass], client: Client
):
    commerce = waiting(section, 3, school_class=classes[0])
    waiting(section, 2, school_class=classes[1])
    certify(commerce[0], by=section.teacher, at=NOW)
    return_to_student(commerce[1], reason="缺頁", by=section.teacher, at=NOW)
    page = said(client, client.get(QUEUE))
    assert "已處理 2／5" in page
    assert "商經二甲 待認證 1 已認證 1 已退件 1" in page
    assert "資訊二甲 待認證 2 已認證 0 已退件 0" in page


@pytest.mark.parametrize("query", ["?section=999999", "?section=x", "?state=best"])
def test_what_is_not_there_is_not_found(section: CourseSection, client: Client, query: str):
    waiting(section)
    assert client.get(QUEUE + query).status_code == 404
    assert client.get(f"{QUEUE}{waiting(section)[0].pk}/{query}").status_code == 404


def test_the_queue_costs_the_same_for_ten_and_for_a_hundred_and_eighty(
    section: CourseSection, client: Client
):
    costs = []
    for count in (10, 170):
        for school_class in SchoolClassFactory.create_batch(2):
            look(waiting(section, count // 2, school_class=school_class)[:3])
        with CaptureQueriesContext(connection) as captured:
            page = client.get(f"{QUEUE}?per=200").content.decode()
        costs.append(len(captured))
    assert page.count("data-row") == 180
    assert costs[0] == costs[1]


def test_an_outcomes_page_costs_the_same_in_a_long_queue(section: CourseSection, client: Client):
    outcome = waiting(section, 3)[0]
    client.get(f"{QUEUE}{outcome.pk}/")
    costs = []
    for more in (0, 177):
        waiting(section, more)
        with CaptureQueriesContext(connection) as captured:
            page = client.get(f"{QUEUE}{outcome.pk}/").content.decode()
        costs.append(len(captured))
    assert "待認證 1／180" in page
    assert costs[0] == costs[1]


def test_as_many_on_a_page_as_one_likes(section: CourseSection, client: Client):
    waiting(section, 101)
    assert [len(listed(client, query)) for query in ("", "?per=100", "?per=100&page=2", "?per=7")] == [
        50,
        100,
        1,
        50,
    ]


# ---------------------------------------------------------------- from one to the next


def neighbours(page: str) -> list[str]:
    return re.findall(r'rel="(?:prev|next)" href="([^"]+)"', page)


def test_next_and_previous_go_through_what_is_filtered(
    section: CourseSection, classes: list[SchoolClass], client: Client
):
    commerce = waiting(section, 3, school_class=classes[0])
    waiting(section, 1, school_class=classes[1])
    query = f"?section={section.pk}&class={classes[0].pk}"
    addresses = [f"{QUEUE}{one.pk}/{query.replace('&', '&amp;')}" for one in commerce]
    pages = [client.get(f"{QUEUE}{one.pk}/{query}").content.decode() for one in commerce]
    assert [neighbours(page) for page in pages] == [
        [addresses[1]],
        [addresses[0], addresses[2]],
        [addresses[1]],
    ]
    assert "待認證 2／3" in pages[1]


def test_after_a_decision_comes_the_next_of_what_is_filtered(
    section: CourseSection, classes: list[SchoolClass], client: Client
):
    first, second = waiting(section, 2, school_class=classes[0])
    waiting(section, 1, school_class=classes[1])
    query = f"?class={classes[0].pk}"
    answer = client.post(f"{QUEUE}{second.pk}/return/{query}", {"reason": "缺頁"})
    assert answer.headers["Location"] == f"{QUEUE}{first.pk}/{query}"
    answer = client.post(f"{QUEUE}{first.pk}/certify/{query}")
    assert answer.headers["Location"] == f"{QUEUE}{query}"


def test_what_changed_since_it_was_looked_at_is_not_decided(section: CourseSection, client: Client):
    outcome = waiting(section)[0]
    page = client.get(f"{QUEUE}{outcome.pk}/").content.decode()
    seen = re.findall(r'name="seen" value="(\w+)"', page)[0]
    revise_course_outcome(outcome, description="改過", files={}, by=outcome.student.user, at=NOW)
    answer = client.post(f"{QUEUE}{outcome.pk}/certify/", {"seen": seen})
    assert answer.status_code == 409 and "修改了內容" in answer.content.decode()
    page = client.post(f"{QUEUE}{outcome.pk}/return/", {"seen": seen, "reason": "缺頁"}).content.decode()
    assert "修改了內容" in page and "缺頁" in page
    assert states([outcome]) == {OutcomeState.WAITING}
    with pytest.raises(Conflict):
        certify(outcome, by=section.teacher, at=NOW, seen=seen)
    new = re.findall(r'name="seen" value="(\w+)"', client.get(f"{QUEUE}{outcome.pk}/").content.decode())[0]
    certify(outcome, by=section.teacher, at=NOW, seen=new)


def test_a_look_is_noted_once_and_again_after_a_change(section: CourseSection, client: Client):
    outcome = waiting(section)[0]
    for __ in range(2):
        client.get(f"{QUEUE}{outcome.pk}/")
    assert OutcomeLook.objects.count() == 1
    revise_course_outcome(outcome, description="改過", files={}, by=outcome.student.user, at=NOW)
    assert not OutcomeLook.objects.exists()


# ---------------------------------------------------------------- last days


def test_what_happens_at_the_close_is_said_in_advance(
    section: CourseSection, client: Client, set_clock: SetClock
):
    waiting(section, 3)
    assert "到期仍待認證的 3 件將無法勾選提交" in said(client, client.get(QUEUE))
    set_clock(CLOSED)
    page = said(client, client.get(QUEUE))
    assert "截止時仍待認證 3 件，無法勾選提交" in page and "將無法" not in page


LAST_RESEND = "退件後重新送出仍可認證的最後一天"


def both_sides(outcome: CourseOutcome, client_of: ClientOf) -> list[str]:
    teacher = client_of(outcome.enrolment.section.teacher)
    student = client_of(outcome.student.user)
    return [
        said(teacher, teacher.get(f"{QUEUE}{outcome.pk}/")),
        said(student, student.get(f"/portfolio/outcomes/{outcome.pk}/")),
    ]


def test_both_sides_read_the_last_day_on_which_a_resend_can_still_be_certified(
    section: CourseSection, client_of: ClientOf
):
    """Uploading ends before certifying does, here on 3 February."""
    outcome = waiting(section)[0]
    for page in both_sides(outcome, client_of):
        assert f"{LAST_RESEND}：114/02/03（一）24:00 止" in page


def test_it_is_the_earlier_of_both_ends(section: CourseSection, client_of: ClientOf):
    outcome = waiting(section)[0]
    return_to_student(outcome, reason="缺頁", by=section.teacher, at=NOW)
    upload = Window.objects.get(activity=Activity.OUTCOME_UPLOAD, division="day", audience="general")
    grant_extension(
        upload,
        outcome.student,
        closes_on=day("2025-02-20"),
        reason="住院",
        by=AdminFactory.create(),
        at=NOW,
    )
    for page in both_sides(outcome, client_of):
        assert f"{LAST_RESEND}：114/02/10（一）24:00 止" in page
    page = client_of(section.teacher).get(f"{QUEUE}?state=returned").content.decode()
    assert "重新送出仍可認證：114/02/10（一）24:00 止" in page


def test_it_is_said_neither_afterwards_nor_of_what_is_certified(
    section: CourseSection, client_of: ClientOf, set_clock: SetClock
):
    late, certified = waiting(section, 2)
    certify(certified, by=section.teacher, at=NOW)
    assert not any(LAST_RESEND in page for page in both_sides(certified, client_of))
    set_clock(at("2025-02-04 00:00"))
    assert not any(LAST_RESEND in page for page in both_sides(late, client_of))

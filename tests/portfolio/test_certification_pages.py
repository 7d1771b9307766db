"""The teacher's queue and decisions: own courses only, one after the other, never a word on quality (E2)."""

from collections.abc import Callable
from datetime import datetime
from itertools import pairwise

import pytest
from django.test import Client

from accounts.models import AuditEntry, Notice, SchoolClass, User
from portfolio.models import Certification, CourseOutcome, CourseSection
from portfolio.models.outcomes import OutcomeState
from tests.factories import (
    CourseFactory,
    EnrolmentFactory,
    OutcomeFactory,
    SchoolClassFactory,
    SectionFactory,
    StudentFactory,
    UserFactory,
    attach_pdf,
    term_113_1,
)
from tests.moments import at

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]
SetClock = Callable[[datetime], None]
QUEUE = "/certification/"


@pytest.fixture
def school_class(set_clock: SetClock) -> SchoolClass:
    set_clock(at("2024-11-01 10:00"))
    term_113_1()
    return SchoolClassFactory.create(name="資訊二甲")


@pytest.fixture
def section(school_class: SchoolClass) -> CourseSection:
    return SectionFactory.create(course=CourseFactory.create(name="程式設計"))


@pytest.fixture
def client(section: CourseSection, client_of: ClientOf) -> Client:
    return client_of(section.teacher)


@pytest.fixture
def outcomes(section: CourseSection, school_class: SchoolClass) -> list[CourseOutcome]:
    """Three that wait, uploaded in the opposite order of the seats."""
    students = StudentFactory.create_batch(3, school_class=school_class)
    return [
        OutcomeFactory.create(
            enrolment=EnrolmentFactory.create(student=student, section=section),
            uploaded_at=at(f"2024-10-0{9 - number} 20:00"),
        )
        for number, student in enumerate(students)
    ]


def address(outcome: CourseOutcome, act: str = "") -> str:
    return f"/certification/{outcome.pk}/{act}"


def text_of(client: Client, where: str) -> str:
    response = client.get(where)
    assert response.status_code == 200, where
    return response.content.decode()


# ---------------------------------------------------------------- the queue


def test_the_queue_goes_by_seat_and_says_until_when(client: Client, outcomes: list[CourseOutcome]):
    page = text_of(client, QUEUE)
    places = [page.index(str(outcome.student.user)) for outcome in outcomes]
    assert places == sorted(places)
    assert "資訊二甲 1 號" in page
    assert "114/02/10（一）24:00 止" in page


def test_the_queue_shows_what_waits_unless_asked_otherwise(client: Client, outcomes: list[CourseOutcome]):
    certified = outcomes[0]
    CourseOutcome.objects.filter(pk=certified.pk).update(state=OutcomeState.CERTIFIED)
    assert address(certified) not in text_of(client, QUEUE)
    page = text_of(client, f"{QUEUE}?state=certified")
    assert address(certified) in page
    assert address(outcomes[1]) not in page
    assert client.get(f"{QUEUE}?state=excellent").status_code == 404


def test_the_queue_counts_and_filters_by_section(
    client: Client, section: CourseSection, outcomes: list[CourseOutcome]
):
    other = SectionFactory.create(teacher=section.teacher, course=CourseFactory.create(name="微積分先修"))
    elsewhere = OutcomeFactory.create(enrolment=EnrolmentFactory.create(section=other))
    page = text_of(client, QUEUE)
    assert "待認證 3" in page
    assert "待認證 1" in page
    page = text_of(client, f"{QUEUE}?section={other.pk}")
    assert address(elsewhere) in page
    assert address(outcomes[0]) not in page


def test_the_queue_holds_own_courses_only(client: Client, outcomes: list[CourseOutcome]):
    stranger = OutcomeFactory.create()
    assert address(stranger) not in text_of(client, QUEUE)
    assert client.get(f"{QUEUE}?section={stranger.enrolment.section_id}").status_code == 404


def test_withdrawn_outcomes_are_not_the_teachers_business(client: Client, outcomes: list[CourseOutcome]):
    CourseOutcome.objects.filter(pk=outcomes[0].pk).update(
        state=OutcomeState.WITHDRAWN, withdrawn_at=at("2024-10-20 10:00")
    )
    assert address(outcomes[0]) not in text_of(client, QUEUE)
    assert client.get(address(outcomes[0])).status_code == 404


def test_the_queue_is_cut_into_pages_of_fifty(
    client: Client, section: CourseSection, school_class: SchoolClass
):
    for student in StudentFactory.create_batch(51, school_class=school_class):
        OutcomeFactory.create(enrolment=EnrolmentFactory.create(student=student, section=section))
    assert text_of(client, QUEUE).count('<th scope="row">') == 50
    page = text_of(client, f"{QUEUE}?page=2")
    assert page.count('<th scope="row">') == 1
    assert "第 2／2 頁，共 51 筆" in page


# ---------------------------------------------------------------- deciding


def test_the_file_lies_beside_the_decision(client: Client, outcomes: list[CourseOutcome]):
    file = attach_pdf(outcomes[0])
    page = text_of(client, address(outcomes[0]))
    assert f'src="/portfolio/files/{file.pk}/#' in page
    assert address(outcomes[0], "certify/") in page
    assert address(outcomes[0], "return/") in page
    assert outcomes[0].description in page


def test_certifying_goes_on_to_the_next_and_then_to_the_queue(client: Client, outcomes: list[CourseOutcome]):
    for current, following in pairwise(outcomes):
        assert client.post(address(current, "certify/")).headers["Location"] == address(following)
    assert client.post(address(outcomes[2], "certify/")).headers["Location"] == QUEUE
    assert set(CourseOutcome.objects.values_list("state", flat=True)) == {OutcomeState.CERTIFIED}


def test_going_on_keeps_to_the_chosen_section(
    client: Client, section: CourseSection, outcomes: list[CourseOutcome]
):
    other = SectionFactory.create(teacher=section.teacher)
    OutcomeFactory.create(enrolment=EnrolmentFactory.create(section=other))
    last = outcomes[-1]
    CourseOutcome.objects.exclude(pk=last.pk).filter(enrolment__section=section).update(
        state=OutcomeState.CERTIFIED
    )
    response = client.post(f"{address(last, 'certify/')}?section={section.pk}")
    assert response.headers["Location"] == f"{QUEUE}?section={section.pk}"


def test_returning_needs_a_reason_and_tells_the_student(client: Client, outcomes: list[CourseOutcome]):
    page = client.post(address(outcomes[0], "return/"), {"reason": "  "})
    assert "退件須填寫原因" in page.content.decode()
    assert client.post(address(outcomes[0], "return/"), {"reason": "缺少第二頁"}).status_code == 302
    outcomes[0].refresh_from_db()
    assert outcomes[0].state == OutcomeState.RETURNED
    assert Notice.objects.get(user=outcomes[0].student.user).body == "缺少第二頁"
    assert AuditEntry.objects.get(act="return").reason == "缺少第二頁"


def test_a_reason_of_201_characters_is_refused_and_kept(client: Client, outcomes: list[CourseOutcome]):
    page = client.post(address(outcomes[0], "return/"), {"reason": "缺" * 201}).content.decode()
    assert "退件原因共 201 字，上限 200 字" in page
    assert "缺" * 201 in page
    assert not Certification.objects.exists()


def test_after_close_no_decision_is_offered_and_a_post_is_refused(
    client: Client, outcomes: list[CourseOutcome], set_clock: SetClock
):
    set_clock(at("2025-02-11 00:00"))
    assert "certify/" not in text_of(client, address(outcomes[0]))
    response = client.post(address(outcomes[0], "certify/"))
    assert response.status_code == 409
    assert "已截止：114/02/10（一）24:00 止" in response.content.decode()
    page = client.post(address(outcomes[0], "return/"), {"reason": "太晚了"}).content.decode()
    assert "已截止" in page
    assert not Certification.objects.exists()


def test_deciding_twice_is_refused(client: Client, outcomes: list[CourseOutcome]):
    client.post(address(outcomes[0], "certify/"))
    response = client.post(address(outcomes[0], "certify/"))
    assert response.status_code == 409
    assert "不是待認證" in response.content.decode()


def test_a_decision_needs_a_post(client: Client, outcomes: list[CourseOutcome]):
    assert client.get(address(outcomes[0], "certify/")).status_code == 405
    assert client.get(address(outcomes[0], "return/")).status_code == 405


@pytest.mark.parametrize("word", ["分數", "評分", "成績", "星", "優良", "評語"])
def test_certifying_has_no_room_for_quality(client: Client, outcomes: list[CourseOutcome], word: str):
    assert word not in text_of(client, address(outcomes[0])).replace("不評論好壞", "")


# ---------------------------------------------------------------- who


def test_the_teacher_of_another_course_finds_nothing_and_is_refused(
    outcomes: list[CourseOutcome], client_of: ClientOf
):
    stranger = client_of(SectionFactory.create().teacher)
    assert stranger.get(address(outcomes[0])).status_code == 404
    certifying = stranger.post(address(outcomes[0], "certify/"))
    returning = stranger.post(address(outcomes[0], "return/"), {"reason": "不是我的"})
    assert (certifying.status_code, returning.status_code) == (403, 403)
    assert "由任課教師" in certifying.content.decode()
    assert stranger.post(address(outcomes[0], "return/"), {"reason": ""}).status_code == 404
    assert not Certification.objects.exists()


@pytest.mark.parametrize("who", ["the student", "another student", "somebody of the office", "the homeroom"])
def test_who_teaches_nothing_can_neither_look_nor_decide(
    outcomes: list[CourseOutcome], client_of: ClientOf, who: str
):
    outcome = outcomes[0]
    user = {
        "the student": lambda: outcome.student.user,
        "another student": lambda: StudentFactory.create().user,
        "somebody of the office": lambda: UserFactory.create(),
        "the homeroom": lambda: outcome.student.placements.get().school_class.homeroom_teacher,
    }[who]()
    assert user
    client = client_of(user)
    assert client.get(QUEUE).status_code == 403
    assert client.get(address(outcome)).status_code == 403
    assert client.post(address(outcome, "certify/")).status_code == 403
    assert client.post(address(outcome, "return/"), {"reason": "x"}).status_code == 403
    assert not Certification.objects.exists()


def test_who_is_not_signed_in_is_asked_to(outcomes: list[CourseOutcome]):
    for where in (QUEUE, address(outcomes[0])):
        assert Client().get(where).headers["Location"].startswith("/accounts/login/")
    for act in ("certify/", "return/"):
        assert Client().post(address(outcomes[0], act)).headers["Location"].startswith("/accounts/login/")

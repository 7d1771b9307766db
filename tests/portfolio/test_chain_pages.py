"""The chain on the pages: the queue of whoever's turn it is, who decides now and why, and for whom."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry, User
from portfolio.models import CourseOutcome, CourseSection
from portfolio.models.outcomes import OutcomeState
from portfolio.services.certification import certify
from tests.factories import EnrolmentFactory, OutcomeFactory, SectionFactory, StudentFactory, attach_pdf
from tests.moments import at
from tests.portfolio.chains import CONVENER, ORIGINAL, SUBMITTER, SUCCESSOR, Links, absent, leaves, links

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]
SetClock = Callable[[datetime], None]
NOW = at("2024-12-10 09:00")
QUEUE = "/certification/"


@pytest.fixture
def chain(set_clock: SetClock) -> Links:
    set_clock(NOW)
    return links()


def take_out(*people: User) -> None:
    for person in people:
        absent(person, "2024-12-10", "2024-12-10")


def page(client: Client, address: str = QUEUE) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


@pytest.mark.parametrize("link", [ORIGINAL, SUCCESSOR, CONVENER, SUBMITTER])
def test_the_queue_is_the_acting_certifiers(chain: Links, client_of: ClientOf, link: int):
    take_out(*(chain[earlier] for earlier in range(ORIGINAL, link)))
    item = f"{QUEUE}{chain.outcome.pk}/"
    for other, person in chain.people.items():
        client = client_of(person)
        assert (item in page(client)) == (other == link)
        assert client.get(item).status_code == (200 if other == link else 404)
        if other != link:
            refusal = client.post(f"{item}certify/")
            assert refusal.status_code == 403
            assert chain[link].name in refusal.content.decode()
    assert client_of(chain[link]).post(f"{item}certify/").status_code == 302
    assert CourseOutcome.objects.get(pk=chain.outcome.pk).state == OutcomeState.CERTIFIED


def test_the_queue_comes_back_by_time_alone(chain: Links, client_of: ClientOf, set_clock: SetClock):
    take_out(chain[ORIGINAL])
    item, teacher = f"{QUEUE}{chain.outcome.pk}/", client_of(chain[ORIGINAL])
    assert item not in page(teacher)
    set_clock(at("2024-12-11 00:00"))
    assert item in page(teacher)


def test_a_section_says_who_certifies_in_the_teachers_place_and_why(chain: Links, client_of: ClientOf):
    leaves(chain[ORIGINAL], "2024-11-30", recorded_at=NOW)
    said = f"目前認證者：{chain[SUCCESSOR]}（接任授課教師），原因："
    said += f"原授課教師 {chain[ORIGINAL]}：已離職（113/11/30）"
    successor = client_of(chain[SUCCESSOR])
    assert said in page(successor)
    assert said in page(successor, f"{QUEUE}{chain.outcome.pk}/")
    assert said in page(client_of(chain.outcome.student.user), f"/portfolio/outcomes/{chain.outcome.pk}/")
    absent_teacher = page(client_of(chain[ORIGINAL]))
    assert said in absent_teacher
    assert "目前由他人認證的課程" in absent_teacher


def test_the_student_reads_that_the_courses_teacher_decides(chain: Links, client_of: ClientOf):
    text = page(client_of(chain.outcome.student.user), f"/portfolio/outcomes/{chain.outcome.pk}/")
    assert f"目前認證者：{chain[ORIGINAL]}（任課教師）" in text


def test_pages_show_who_decided_and_for_whom(chain: Links, client_of: ClientOf):
    take_out(chain[ORIGINAL])
    certify(chain.outcome, by=chain[SUCCESSOR], at=NOW)
    said = f"認證者 {chain[SUCCESSOR]}（代 {chain[ORIGINAL]}）"
    assert said in page(client_of(chain.outcome.student.user), f"/portfolio/outcomes/{chain.outcome.pk}/")
    decision = page(client_of(chain[SUCCESSOR]), f"{QUEUE}{chain.outcome.pk}/")
    assert said in decision
    assert "認證順位 2：接任授課教師" in decision


def test_files_follow_the_acting_certifier(chain: Links, client_of: ClientOf):
    file = f"/portfolio/files/{attach_pdf(chain.outcome).pk}/"
    successor, teacher = client_of(chain[SUCCESSOR]), client_of(chain[ORIGINAL])
    assert (teacher.get(file).status_code, successor.get(file).status_code) == (200, 404)
    leaves(chain[ORIGINAL], "2024-11-30", recorded_at=NOW)
    assert (client_of(chain[ORIGINAL]).get(file).status_code, successor.get(file).status_code) == (404, 200)
    entry = AuditEntry.objects.filter(act="view_file").latest("pk")
    assert (entry.actor, entry.on_behalf_of) == (chain[SUCCESSOR], chain[ORIGINAL])


def test_the_menu_and_home_follow_the_turn(chain: Links, client_of: ClientOf):
    office = client_of(chain[SUBMITTER])
    assert f'href="{QUEUE}"' not in page(office, "/")
    take_out(chain[ORIGINAL], chain[SUCCESSOR], chain[CONVENER])
    assert "1 件課程學習成果等您認證" in page(office, "/")
    assert "目前沒有待認證的課程學習成果" in page(client_of(chain[ORIGINAL]), "/")


def test_who_uploaded_for_the_student_is_warned_not_refused(chain: Links, client_of: ClientOf):
    item, teacher = f"{QUEUE}{chain.outcome.pk}/", client_of(chain[ORIGINAL])
    warning = "這件是您代學生上傳的"
    assert warning not in page(teacher, item)
    CourseOutcome.objects.update(uploaded_by=chain[ORIGINAL])
    assert warning in page(teacher, item)
    assert teacher.post(f"{item}certify/").status_code == 302


def queries_for(client: Client) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(QUEUE).status_code == 200
    return len(captured)


@pytest.mark.parametrize("link", [SUCCESSOR, SUBMITTER])
def test_the_queue_costs_the_same_for_10_and_200_sections(chain: Links, client_of: ClientOf, link: int):
    take_out(*(chain[earlier] for earlier in range(ORIGINAL, link)))
    client = client_of(chain[link])

    def add(count: int) -> None:
        for __ in range(count):
            section = SectionFactory.create(
                teacher=chain[ORIGINAL], successor=chain[SUCCESSOR], convener=chain[CONVENER]
            )
            student = StudentFactory.create(school_class=chain.outcome.student.placements.get().school_class)
            OutcomeFactory.create(enrolment=EnrolmentFactory.create(student=student, section=section))

    add(9)
    few = queries_for(client)
    add(190)
    assert CourseSection.objects.count() == 200
    assert queries_for(client) == few

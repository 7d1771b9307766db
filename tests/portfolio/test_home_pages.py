"""What the home page and the menu say about pieces, and to whom."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from accounts.models import SchoolClass, User
from tests.factories import (
    EnrolmentFactory,
    OutcomeFactory,
    SchoolClassFactory,
    SectionFactory,
    StudentFactory,
    UserFactory,
    term_113_1,
)
from tests.moments import at

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]
SetClock = Callable[[datetime], None]


@pytest.fixture
def school_class(set_clock: SetClock) -> SchoolClass:
    set_clock(at("2024-11-01 10:00"))
    term_113_1()
    return SchoolClassFactory.create()


def home(client: Client) -> str:
    return client.get("/").content.decode()


def test_a_student_reads_what_is_open_and_until_when(school_class: SchoolClass, client_of: ClientOf):
    page = home(client_of(StudentFactory.create(school_class=school_class).user))
    assert "113-1 課程學習成果上傳" in page
    assert "114/02/03（一）24:00 止" in page
    assert 'href="/portfolio/outcomes/new/"' in page
    assert 'href="/portfolio/"' in page
    assert "認證清單" not in page
    assert 'href="/certification/"' not in page


def test_a_student_is_offered_no_upload_that_is_not_open(
    school_class: SchoolClass, client_of: ClientOf, set_clock: SetClock
):
    set_clock(at("2025-02-10 10:00"))
    page = home(client_of(StudentFactory.create(school_class=school_class).user))
    assert 'href="/portfolio/outcomes/new/"' not in page
    assert "已截止" in page


def test_a_teacher_reads_how_many_wait_and_until_when(school_class: SchoolClass, client_of: ClientOf):
    section = SectionFactory.create()
    for student in StudentFactory.create_batch(3, school_class=school_class):
        OutcomeFactory.create(enrolment=EnrolmentFactory.create(student=student, section=section))
    page = home(client_of(section.teacher))
    assert "3 件課程學習成果等您認證" in page
    assert "114/02/10（一）24:00 止" in page
    assert 'href="/certification/"' in page
    assert 'href="/portfolio/"' not in page


def test_what_can_no_longer_be_certified_is_not_counted(
    school_class: SchoolClass, client_of: ClientOf, set_clock: SetClock
):
    section = SectionFactory.create()
    student = StudentFactory.create(school_class=school_class)
    OutcomeFactory.create(enrolment=EnrolmentFactory.create(student=student, section=section))
    set_clock(at("2025-02-11 00:00"))
    assert "目前沒有待認證的課程學習成果" in home(client_of(section.teacher))


def test_who_teaches_nothing_hears_nothing_of_certifying(school_class: SchoolClass, client_of: ClientOf):
    page = home(client_of(UserFactory.create()))
    assert "/certification/" not in page
    assert "/portfolio/" not in page

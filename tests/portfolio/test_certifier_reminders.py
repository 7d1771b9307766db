"""Teachers hear once that certification is about to close, if something still waits for them."""

import pytest

from accounts.domain.division import Division
from accounts.models import Notice, School, User
from portfolio.models.outcomes import OutcomeState
from portfolio.services.reminders import remind_certifiers
from portfolio.tasks import remind_certifiers as task
from schedules.models import Window
from schedules.services.planning import replan
from tests.factories import (
    EnrolmentFactory,
    OutcomeFactory,
    SchoolClassFactory,
    SectionFactory,
    StudentFactory,
    TermFactory,
    school,
    term_113_1,
    term_with_dates,
)
from tests.moments import at

pytestmark = pytest.mark.django_db

# The certification of 113-1 closes with 10 February.
IN_TIME = at("2025-02-08 09:00")


@pytest.fixture(autouse=True)
def leads() -> None:
    school()
    School.objects.update(reminder_days="3,1")


def teacher_with(*states: OutcomeState, grade: int = 2, number: int = 1, **section: object) -> User:
    """Somebody whose section has an outcome in each of `states`."""
    school_class = SchoolClassFactory.create(grade=grade, division=section.get("division", Division.DAY))
    course = SectionFactory.create(term=TermFactory.create(number=number), **section)
    for state in states:
        student = StudentFactory.create(school_class=school_class)
        OutcomeFactory.create(enrolment=EnrolmentFactory.create(student=student, section=course), state=state)
    return course.teacher


def told() -> list[User]:
    return [notice.user for notice in Notice.objects.order_by("pk")]


def test_teachers_with_waiting_outcomes_are_told_once_with_the_last_day():
    term_113_1()
    teacher = teacher_with(OutcomeState.WAITING, OutcomeState.WAITING)
    teacher_with(OutcomeState.CERTIFIED, OutcomeState.RETURNED)
    assert remind_certifiers(IN_TIME) == 1
    remind_certifiers(IN_TIME)
    assert told() == [teacher]
    notice = Notice.objects.get()
    assert "114/02/10（一）24:00 止" in notice.subject
    assert notice.url == "/certification/"


@pytest.mark.parametrize("moment", ["2025-02-07 23:59", "2025-02-11 00:00"], ids=["too early", "too late"])
def test_nobody_is_told_before_the_first_lead_time_or_after_the_end(moment: str):
    term_113_1()
    teacher_with(OutcomeState.WAITING)
    assert remind_certifiers(at(moment)) == 0
    assert not told()


def test_each_of_the_schools_lead_times_is_one_reminder():
    term_113_1()
    teacher = teacher_with(OutcomeState.WAITING)
    for moment in ("2025-02-08 00:00", "2025-02-09 23:59", "2025-02-10 00:00", "2025-02-10 23:59"):
        remind_certifiers(at(moment))
    assert told() == [teacher, teacher]
    assert {notice.created_at for notice in Notice.objects.all()} == {at("2025-02-08"), at("2025-02-10")}


def test_a_moved_closing_day_is_news():
    term = term_113_1()
    teacher = teacher_with(OutcomeState.WAITING)
    remind_certifiers(IN_TIME)
    Window.objects.filter(term=term, activity="certification").update(closes_at=at("2025-02-15"))
    remind_certifiers(at("2025-02-13 09:00"))
    assert told() == [teacher, teacher]


def test_each_division_goes_by_its_own_window():
    term = term_113_1()
    day = teacher_with(OutcomeState.WAITING)
    teacher_with(OutcomeState.WAITING, division=Division.EVENING)
    Window.objects.filter(term=term, activity="certification", division=Division.EVENING).update(
        closes_at=at("2025-03-01")
    )
    remind_certifiers(IN_TIME)
    assert told() == [day]


def test_grade_3_in_its_second_term_does_not_go_by_the_general_window():
    term = term_with_dates(113, 2, opening="2025-02-11", exam_end="2025-06-27", closing="2025-06-30")
    replan(term, at=at("2025-02-11"))
    general = teacher_with(OutcomeState.WAITING, number=2)
    teacher_with(OutcomeState.WAITING, number=2, grade=3)
    remind_certifiers(at("2025-07-20 09:00"))
    assert told() == [general]


def test_the_task_says_how_many_were_told(set_clock):
    term_113_1()
    teacher_with(OutcomeState.WAITING)
    set_clock(IN_TIME)
    assert task() == 1

"""Every way to write asks the same window; no school year is written in anywhere (traps T7, T13, T14)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.errors import WindowClosed
from portfolio.models.outcomes import OutcomeState
from portfolio.services.certification import certify, return_to_student
from portfolio.services.outcomes import revise_course_outcome, withdraw_course_outcome
from portfolio.services.performances import withdraw_performance
from portfolio.services.selection import select_items
from schedules.domain.activities import Activity, Audience, Subject
from schedules.domain.terms import TermCode
from schedules.models import OfficialLetter, Window
from schedules.queries import student_window
from schedules.services.planning import replan
from submissions.services.confirmation import confirm_receipt, report_error
from tests.factories import (
    CourseFactory,
    OutcomeFactory,
    PerformanceFactory,
    SchoolClassFactory,
    StudentFactory,
    place,
    term_with_dates,
)
from tests.moments import at, day
from tests.portfolio.pieces import enrolled, perform, rows, upload
from tests.submissions.scene import CLOSED, OPENED, Scene, own

pytestmark = pytest.mark.django_db

MICROSECOND = timedelta(microseconds=1)
Act = Callable[[datetime], object]

# A year that no code or table has heard of.
YEAR = 130
OPENING, CEREMONY = "2041-09-02", "2042-01-20"


def far_year(**in_class: Any) -> Any:
    """A student of 130-1, enrolled in a course of that term."""
    term = term_with_dates(YEAR, 1, opening=OPENING, exam_end="2042-01-17", closing=CEREMONY)
    enrolment = enrolled(in_class={"school_year": YEAR, **in_class}, term=term, course=CourseFactory.create())
    place(enrolment.student, SchoolClassFactory.create(school_year=YEAR - 1, grade=1))
    return enrolment


def acts(enrolment: Any) -> dict[str, tuple[Activity, Act]]:
    """Every act of students and teachers on pieces, with the window it belongs to."""
    student, teacher = enrolment.student, enrolment.section.teacher
    waiting = [OutcomeFactory.create(enrolment=enrolment, state=OutcomeState.WAITING) for __ in range(4)]
    piece = PerformanceFactory.create(student=student, school_year=YEAR)
    user = student.user
    return {
        "upload": (Activity.OUTCOME_UPLOAD, lambda t: upload(enrolment, when=t)),
        "revise": (
            Activity.OUTCOME_UPLOAD,
            lambda t: revise_course_outcome(waiting[0], description="改", files={}, by=user, at=t),
        ),
        "withdraw": (
            Activity.OUTCOME_UPLOAD,
            lambda t: withdraw_course_outcome(waiting[1], by=user, at=t),
        ),
        "perform": (Activity.PERFORMANCE_UPLOAD, lambda t: perform(student, when=t, date="2041-10-01")),
        "withdraw a performance": (
            Activity.PERFORMANCE_UPLOAD,
            lambda t: withdraw_performance(piece, by=user, at=t),
        ),
        "certify": (Activity.CERTIFICATION, lambda t: certify(waiting[2], by=teacher, at=t)),
        "return": (
            Activity.CERTIFICATION,
            lambda t: return_to_student(waiting[3], reason="檔案不完整", by=teacher, at=t),
        ),
        "select": (
            Activity.SELECTION,
            lambda t: select_items(student, YEAR - 1, outcomes=[], performances=[], by=user, at=t),
        ),
    }


ACTS = (
    "upload",
    "revise",
    "withdraw",
    "perform",
    "withdraw a performance",
    "certify",
    "return",
    "select",
)


@pytest.mark.parametrize("name", ACTS)
def test_every_act_is_open_to_the_last_microsecond_of_its_window_and_no_longer(name: str) -> None:
    """T14, in a year that is far away (T7)."""
    activity, act = acts(far_year())[name]
    window = Window.objects.filter(activity=activity, division="day", term__school_year=YEAR).get()
    if activity == Activity.PERFORMANCE_UPLOAD:  # it lasts the year; afterwards the next year's begins
        Window.objects.filter(pk=window.pk).update(closes_at=at("2042-01-15"))
        window.refresh_from_db()
    assert window.opens_at
    assert window.closes_at
    before = rows()
    for moment in (window.opens_at - MICROSECOND, window.closes_at, window.closes_at + MICROSECOND):
        with pytest.raises(WindowClosed):
            act(moment)
    assert rows() == before, "a refusal leaves no trace"
    act(window.closes_at - MICROSECOND)
    assert rows() != before or name == "select"


def test_the_list_of_acts_is_whole() -> None:
    assert tuple(acts(far_year())) == ACTS


def test_windows_of_a_far_year_follow_from_its_own_dates_alone() -> None:
    enrolment = far_year()
    ends = {
        activity: student_window(enrolment.student, activity, TermCode(YEAR, 1)).closes_on
        for activity in (Activity.OUTCOME_UPLOAD, Activity.CERTIFICATION)
    }
    assert ends == {
        Activity.OUTCOME_UPLOAD: day("2042-02-03"),
        Activity.CERTIFICATION: day("2042-02-10"),
    }
    selection = student_window(enrolment.student, Activity.SELECTION, TermCode(YEAR - 1, 2), whole_year=True)
    assert (selection.opens_on, selection.closes_on) == (day("2041-09-02"), day("2041-09-23"))


@pytest.mark.parametrize("act", ["confirm", "report"])
def test_receipts_are_answered_to_the_last_microsecond_and_no_longer(scene: Scene, act: str) -> None:
    (student,) = scene.students_with_outcomes(1)
    period = scene.period()

    def answer(moment: datetime) -> None:
        confirmation = own(student, period)
        if act == "confirm":
            confirm_receipt(confirmation, by=student.user, at=moment)
        else:
            report_error(confirmation, reason="missing", explanation="少了一件。", by=student.user, at=moment)

    for moment in (OPENED - MICROSECOND, CLOSED, CLOSED + MICROSECOND):
        with pytest.raises(WindowClosed):
            answer(moment)
    assert own(student, period).answer is None
    answer(CLOSED - MICROSECOND)
    assert own(student, period).answer is not None


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_grade_3_and_grade_1_differ_at_the_same_moment_in_every_act() -> None:
    """T13: one student may, the other may not, and a week before both could."""
    term = term_with_dates(YEAR, 2, opening="2042-02-11", exam_end="2042-06-27", closing="2042-06-30")
    OfficialLetter.objects.create(
        term=term,
        division="day",
        audience=Audience.GRADE3_FIRST,
        subject=Subject.THIS_TERM,
        due_on=day("2042-05-28"),
    )
    replan(term, at=at("2042-03-03"))
    first, third = (enrolled(in_class={"school_year": YEAR, "grade": grade}, term=term) for grade in (1, 3))
    together, apart = at("2042-05-07 23:59:59.999999"), at("2042-05-08 00:00")
    for one in (first, third):
        upload(one, when=together)
        perform(one.student, when=together, date="2042-03-01", school_year="130", term="2")
        certify(OutcomeFactory.create(enrolment=one), by=one.section.teacher, at=together)
    upload(first, when=apart)
    certify(OutcomeFactory.create(enrolment=first), by=first.section.teacher, at=apart)
    waiting = OutcomeFactory.create(enrolment=third)
    refused: list[Act] = [
        lambda t: upload(third, when=t),
        lambda t: perform(third.student, when=t, date="2042-03-01"),
        lambda t: certify(waiting, by=third.section.teacher, at=t),
    ]
    for act in refused:
        with pytest.raises(WindowClosed, match="131/05/07"):
            act(apart)
    # Grade 3 now selects for its last year, which grade 1 does only in the autumn.
    pick: dict[str, Any] = {"outcomes": [], "performances": [], "at": apart}
    select_items(third.student, YEAR, by=third.student.user, **pick)
    with pytest.raises(WindowClosed):
        select_items(first.student, YEAR, by=first.student.user, **pick)


def test_a_student_without_a_class_in_that_year_may_do_nothing() -> None:
    far_year()
    stranger = enrolled(student=StudentFactory.create())
    with pytest.raises(WindowClosed, match="註冊組"):
        upload(stranger, when=at("2041-10-01"))

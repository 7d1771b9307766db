"""Whom a window concerns: by division, grade and letter batch, or by the duty of the annex."""

from typing import Any

import pytest

from accounts.domain.division import Division
from accounts.models import Absence, Post, PostHolding
from accounts.models.duties import Duty, DutyCode, DutyDelegate
from accounts.models.students import EnrolmentStatus
from schedules.concerned import classes_concerned, keeps_to, people_concerned, placements_concerned
from schedules.domain.activities import STUDENT_ACTIVITIES, Activity, Audience
from schedules.models import Window
from schedules.queries import student_windows
from schedules.responsibility import duties_for
from tests.factories import (
    EnrolmentFactory,
    OutcomeFactory,
    SchoolClassFactory,
    SectionFactory,
    StudentFactory,
    TermFactory,
    UserFactory,
    holder_of,
    place,
    term_113_1,
    term_with_dates,
)
from tests.moments import at, day

pytestmark = pytest.mark.django_db

NOW = at("2025-03-10 09:00")


@pytest.fixture(autouse=True)
def year() -> None:
    term_113_1()
    term_with_dates(113, 2, opening="2025-02-11", exam_end="2025-06-27", closing="2025-06-30")
    term_with_dates(114, 1, opening="2025-09-01", exam_end="2026-01-16", closing="2026-01-20")


def every_kind_of_class() -> list[Any]:
    return [
        SchoolClassFactory.create(division=division, grade=grade, letter_batch=batch, school_year=year)
        for division in Division
        for year in (112, 113)
        for grade, batch in ((1, 1), (2, 2), (3, 1), (3, 2))
    ]


def test_whom_a_window_counts_are_just_those_who_keep_to_it() -> None:
    """The two ways round agree: from the window to its students, and from the student to the windows."""
    students = [StudentFactory.create(school_class=one) for one in every_kind_of_class()]
    for window in Window.objects.filter(activity__in=[*STUDENT_ACTIVITIES, Activity.CERTIFICATION]):
        counted = {placement.student_id for placement in placements_concerned(window)}
        keeping = {student.pk for student in students if window in windows_kept_by(student, window)}
        assert counted == keeping, window


def windows_kept_by(student: Any, window: Window) -> list[Window]:
    term = TermFactory.build(school_year=window.subject_year, number=window.subject_term or 2).code
    return student_windows(student, term, [Activity(window.activity)], whole_year=not window.subject_term)


def test_the_command_lines_filter_by_grade_agrees_with_the_classes() -> None:
    every_kind_of_class()
    for window in Window.objects.filter(subject_year=113):
        grades = set(classes_concerned(window).values_list("grade", flat=True))
        assert {grade for grade in (1, 2, 3) if keeps_to(window, grade)} == grades, window


def test_only_enrolled_students_are_counted() -> None:
    school_class = SchoolClassFactory.create()
    enrolled = StudentFactory.create(school_class=school_class)
    for status in set(EnrolmentStatus) - {EnrolmentStatus.ENROLLED}:
        StudentFactory.create(school_class=school_class, status=status)
    window = Window.objects.get(term__number=1, subject_year=113, activity="outcome_upload", division="day")
    assert people_concerned(window, NOW) == [enrolled.user]


def test_the_class_of_the_works_own_year_counts_for_selection() -> None:
    student = StudentFactory.create(school_class=SchoolClassFactory.create(school_year=112, grade=2))
    place(student, SchoolClassFactory.create(school_year=113, grade=3, division=Division.EVENING))
    selection = Window.objects.filter(activity="selection", subject_year=112)
    assert people_concerned(selection.get(division="day"), NOW) == [student.user]
    assert people_concerned(selection.get(division="evening"), NOW) == []


def certification(audience: Audience = Audience.GENERAL) -> Window:
    return Window.objects.get(term__number=2, activity="certification", division="day", audience=audience)


def test_teachers_are_concerned_by_the_certification_of_their_own_students_pieces() -> None:
    term = certification().term
    second, third, without = SectionFactory.create_batch(3, term=term)
    for section, grade in ((second, 2), (third, 3)):
        student = StudentFactory.create(school_class=SchoolClassFactory.create(grade=grade))
        OutcomeFactory.create_batch(2, enrolment=EnrolmentFactory.create(student=student, section=section))
    EnrolmentFactory.create(
        student=StudentFactory.create(school_class=SchoolClassFactory.create()), section=without
    )
    assert people_concerned(certification(), NOW) == [second.teacher]
    assert people_concerned(certification(Audience.GRADE3_FIRST), NOW) == [third.teacher]
    assert people_concerned(certification(Audience.GRADE3_SECOND), NOW) == []


def basic_data() -> Window:
    return Window.objects.get(term__school_year=113, term__number=2, activity="basic_data", division="day")


def test_an_offices_window_concerns_whoever_acts_for_the_duty() -> None:
    head = holder_of(DutyCode.BASIC_DATA)
    holder_of(DutyCode.BASIC_DATA, Division.EVENING)
    assert people_concerned(basic_data(), NOW) == [head]
    duty = Duty.objects.get(code=DutyCode.BASIC_DATA, division="day")
    post = Post.objects.create(code="clerk", name="註冊組幹事", office=duty.owner.office)
    DutyDelegate.objects.create(duty=duty, post=post)
    delegate = UserFactory.create()
    PostHolding.objects.create(post=post, user=delegate, starts_on=day("2020-08-01"))
    Absence.objects.create(
        user=head, starts_on=day("2025-03-10"), ends_on=day("2025-03-10"), reason="公假", recorded_by=head
    )
    assert people_concerned(basic_data(), NOW) == [delegate]
    assert people_concerned(basic_data(), at("2025-03-11 00:00")) == [head]


def test_a_duty_that_nobody_can_act_for_concerns_nobody() -> None:
    assert people_concerned(basic_data(), NOW) == []


@pytest.mark.parametrize("activity", list(Activity))
def test_every_activity_has_its_duty(activity: Activity) -> None:
    assert duties_for(activity)

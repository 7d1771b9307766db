"""The demo's first homeroom class: outcomes decided on, begun drafts, performances of this year."""

from datetime import datetime, timedelta
from itertools import cycle

from accounts.models import Student
from config.demo.calendar import DemoCalendar
from config.demo.courses import enrolments_in
from config.demo.items import RETURN_REASON, demo_files
from config.demo.people import DemoPeople
from config.demo.performances import PERFORMANCES
from portfolio.domain.categories import CATEGORIES
from portfolio.models import CourseOutcome, UploadDraft
from portfolio.services.certification import certify, return_to_student
from portfolio.services.outcomes import upload_course_outcome
from portfolio.services.performances import upload_performance
from schedules.domain.terms import school_year_of

UPLOADED, DECIDED = 9, 11  # days after the term began
DESCRIPTION = "讀書報告：整理三篇短文的論點，附自己的回應。"
DRAFT_TEXT = "實習紀錄：量測步驟與數據還在整理，圖表待補。"


def make_class_life(people: DemoPeople, calendar: DemoCalendar) -> None:
    """By turns: certified, returned, a draft, performances, nothing at all; student1 has theirs already."""
    students = [p.student for p in people.classes[0].placements.select_related("student__user")][1:]
    turns = cycle((_certified, _returned, _draft, _performances, _left_alone))
    for student, turn in zip(students, turns, strict=False):
        turn(student, calendar)


def _certified(student: Student, calendar: DemoCalendar) -> None:
    outcome = _uploaded(student, calendar)
    certify(outcome, by=outcome.enrolment.section.teacher, at=_moment(student, calendar, DECIDED))


def _returned(student: Student, calendar: DemoCalendar) -> None:
    outcome, at = _uploaded(student, calendar), _moment(student, calendar, DECIDED)
    return_to_student(outcome, reason=RETURN_REASON, by=outcome.enrolment.section.teacher, at=at)


def _draft(student: Student, calendar: DemoCalendar) -> None:
    UploadDraft.objects.create(
        student=student,
        enrolment=enrolments_in(student, calendar.current)[-1],
        fields={"description": DRAFT_TEXT},
        saved_at=_moment(student, calendar, UPLOADED),
    )


def _performances(student: Student, calendar: DemoCalendar) -> None:
    at = _moment(student, calendar, UPLOADED)
    for number, (category, typed) in enumerate(PERFORMANCES[3:5]):
        year = {"school_year": str(school_year_of(at.date()))} if "school_year" in typed else {}
        upload_performance(
            student,
            CATEGORIES[category],
            details=typed | year,
            files=demo_files(number * 6, typed.get("name", category)),
            by=student.user,
            at=at + timedelta(minutes=number),
        )


def _left_alone(student: Student, calendar: DemoCalendar) -> None:
    """To upload no more than one wants is everyone's right."""


def _uploaded(student: Student, calendar: DemoCalendar) -> CourseOutcome:
    """A piece for the third course, whose teacher is not the one with the demo's queue."""
    enrolment = enrolments_in(student, calendar.current)[2]
    return upload_course_outcome(
        enrolment,
        description=DESCRIPTION,
        files=demo_files(6, enrolment.section.course.name),
        by=student.user,
        at=_moment(student, calendar, UPLOADED),
    )


def _moment(student: Student, calendar: DemoCalendar, day: int) -> datetime:
    division = student.placements.get(school_year=calendar.school_year).school_class.division
    return calendar.moment_in(calendar.current, division, day=day)

"""The demo's grades and cadre records: what the offices recorded in the terms that are over, and this one."""

from datetime import datetime, timedelta

from accounts.domain.division import Division
from accounts.models import Student
from config.demo.calendar import DemoCalendar
from config.demo.courses import enrolments_in
from config.demo.people import DemoPeople
from portfolio.domain.cadre import CadrePost
from portfolio.models import CourseSection, Grade
from portfolio.models.record_reports import Finding
from portfolio.services.cadre import record_post
from portfolio.services.record_reports import answer_report, report_error
from schedules.domain.periods import start_of
from schedules.domain.terms import TermCode
from schedules.models import TermDates
from schedules.queries import placement_of

WITH_GRADES, WITH_POSTS = 4, 18
CLASS_POSTS = ("班長", "學藝股長", "衛生股長", "康樂股長", "風紀股長", "總務股長")
CLUBS = ("吉他社", "籃球社", "程式設計社")
KEEPERS = {Division.DAY: "activities-head", Division.EVENING: "evening-affairs-head"}
PASS_MARK = 60


def make_records(people: DemoPeople, calendar: DemoCalendar) -> None:
    for number, student in enumerate(people.students[:WITH_POSTS]):
        for code in (calendar.current.previous, calendar.current):
            _post(people, calendar, student, code, number)
        if number < WITH_GRADES:
            for code in calendar.past_terms:
                _grades(student, code, number)
    _reports(people, calendar)


def _reports(people: DemoPeople, calendar: DemoCalendar) -> None:
    """Two of a student's records are said to be wrong; of the cadre record that was looked into."""
    student = people.students[0]
    at = start_of(calendar.today - timedelta(days=2)) + timedelta(hours=20)
    by, grade = student.user, student.grades.order_by("pk").last()
    cadre = student.cadre_records.order_by("pk").last()
    if grade is None or cadre is None:
        return
    report_error(grade, explanation="補考後應為 60 分，這裡還是原來的分數。", by=by, at=at)
    report_error(cadre, explanation="擔任到學期末，結束日期少了一週。", by=by, at=at)
    answer_report(
        cadre.reports.get(),
        finding=Finding.RIGHT,
        answer="結束日期是休業式當天，與班級名冊相符。",
        by=people.by_username(KEEPERS[Division(cadre.reports.get().division)]),
        at=at + timedelta(hours=14),
    )


def _grades(student: Student, code: TermCode, number: int) -> None:
    sections = [enrolment.section for enrolment in enrolments_in(student, code)]
    Grade.objects.bulk_create(
        _grade(student, section, seed=number * 7 + place * 11 + code.number * 3)
        for place, section in enumerate(sections)
    )


def _grade(student: Student, section: CourseSection, *, seed: int) -> Grade:
    """Some fail at first; of those, some pass the resit."""
    score, resit = 52 + seed % 47, 50 + seed % 20
    failed = score < PASS_MARK
    return Grade(
        student=student,
        term=section.term,
        division=section.division,
        course_code=section.course.code,
        subject=section.course.name,
        course_grade=section.course.grade,
        credits=section.course.credits,
        score=score,
        passed=not failed,
        resit_score=resit if failed else None,
        resit_passed=resit >= PASS_MARK if failed else None,
        imported_at=_after_the_term(section),
    )


def _after_the_term(section: CourseSection) -> datetime:
    dates = TermDates.objects.get(term=section.term, division=section.division)
    return start_of(dates.closing_ceremony + timedelta(days=3)) + timedelta(hours=10)


def _post(people: DemoPeople, calendar: DemoCalendar, student: Student, code: TermCode, number: int) -> None:
    """In the class, and for every third student in a club; nothing for who was not here yet."""
    placement = placement_of(student, code.school_year)
    if placement is None:
        return
    division, in_club = Division(placement.school_class.division), number % 3 == 2
    dates = TermDates.objects.select_related("term").get(
        term__school_year=code.school_year, term__number=code.number, division=division
    )
    post = CadrePost(
        unit=CLUBS[number % len(CLUBS)] if in_club else placement.school_class.name,
        title="社長" if in_club else CLASS_POSTS[number % len(CLASS_POSTS)],
        level="3" if in_club else "2",
        starts_on=dates.opening,
        ends_on=dates.closing_ceremony,
    )
    keeper = people.by_username(KEEPERS[division])
    moment = calendar.moment_in(code, division, day=10, hour=11)
    record_post(student, dates.term, post, by=keeper, at=moment)

"""The demo's courses: what each group learns, who teaches it, who takes it."""

from collections.abc import Iterator
from itertools import cycle

from accounts.domain.division import Division
from accounts.models import ClassPlacement, SchoolClass, Student, User
from config.demo.calendar import DemoCalendar
from config.demo.people import DemoPeople
from portfolio.models import Course, CourseSection, Enrolment
from portfolio.models.courses import StudyKind
from schedules.domain.terms import TermCode
from schedules.models import Term

COMMON = (("國語文", 4, "11"), ("英語文", 3, "11"), ("數學", 3, "11"), ("班級活動", 0, "80"))
SPECIAL: dict[str, tuple[tuple[str, int, str], ...]] = {
    "資訊": (("程式設計實習", 3, "13"), ("數位邏輯", 3, "12")),
    "進資": (("程式設計實習", 3, "13"), ("電腦硬體裝修", 3, "13")),
    "電機": (("基本電學", 3, "12"), ("電工實習", 3, "13")),
    "商經": (("會計學", 3, "12"), ("數位科技應用", 3, "13")),
}
# Group and department of the course code, as the curriculum plan numbers them.
PLAN = {"資訊": "V23305", "進資": "S23305", "電機": "V23303", "商經": "V24401"}
RETAKING = 3  # the student (from 0) who takes a course of last year again


def make_courses(people: DemoPeople, calendar: DemoCalendar) -> None:
    """Sections and enrolments of every term that the students went through."""
    for code in (*calendar.past_terms, calendar.current):
        teachers = cycle(people.teachers)  # so that teacher1 teaches student1 in every term
        term = Term.objects.get(school_year=code.school_year, number=code.number)
        for school_class in SchoolClass.objects.filter(school_year=code.school_year).order_by("pk"):
            sections = list(_sections(school_class, term, teachers))
            _enrol(school_class, sections)
    _retake(people, calendar)


def _sections(school_class: SchoolClass, term: Term, teachers: Iterator[User]) -> Iterator[CourseSection]:
    group = school_class.name[:2]
    for number, (name, credits, kind) in enumerate((*SPECIAL[group], *COMMON)):
        yield CourseSection.objects.create(
            course=_course(school_class, group, number, name, credits, kind),
            term=term,
            division=school_class.division,
            group=school_class.name,
            teacher=next(teachers),
        )


def _course(school_class: SchoolClass, group: str, number: int, name: str, credits: int, kind: str) -> Course:
    """The course of the year that the class entered in; its code is 23 characters of the national scheme."""
    entered = school_class.school_year - school_class.grade + 1
    school_code = "999E99" if school_class.division == Division.EVENING else "999999"
    code = f"{entered}{school_code}{PLAN[group]}0{kind[0]}0{kind[1]}{number:02}{school_class.grade:02}"
    return Course.objects.get_or_create(
        code=code, defaults={"name": name, "grade": school_class.grade, "credits": credits}
    )[0]


def _enrol(school_class: SchoolClass, sections: list[CourseSection]) -> None:
    students = [p.student for p in ClassPlacement.objects.filter(school_class=school_class)]
    Enrolment.objects.bulk_create(
        (Enrolment(student=student, section=section) for section in sections for student in students),
        batch_size=1000,
    )


def _retake(people: DemoPeople, calendar: DemoCalendar) -> None:
    """A student of grade 3 takes a course of grade 1 again, last year, in a class of its own."""
    year = calendar.school_year - 1
    student = next(
        p.student
        for p in ClassPlacement.objects.filter(
            school_year=year, school_class__grade=2, school_class__division=Division.DAY
        )
        .select_related("student")
        .order_by("pk")[RETAKING:]
    )
    first_time = Enrolment.objects.filter(
        student=student, section__term__school_year=year - 1, section__course__credits__gt=0
    ).earliest("pk")
    section = CourseSection.objects.create(
        course=first_time.section.course,
        term=Term.objects.get(school_year=year, number=2),
        division=Division.DAY,
        group="重修專班",
        teacher=people.teachers[0],
    )
    original = first_time.section.term
    Enrolment.objects.create(
        student=student,
        section=section,
        kind=StudyKind.RETAKE,
        original_school_year=original.school_year,
        original_term=original.number,
        method="3",
    )


def enrolments_in(student: Student, code: TermCode) -> list[Enrolment]:
    """The student's credited courses of a term, in a fixed order."""
    enrolments = Enrolment.objects.filter(
        student=student,
        section__term__school_year=code.school_year,
        section__term__number=code.number,
        section__course__credits__gt=0,
    )
    return list(enrolments.select_related("student__user", "section__course", "section__term").order_by("pk"))

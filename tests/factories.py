"""Invented people, courses and pieces for tests; every national ID passes its check digit and is nobody's."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import factory
from django.core.files.uploadedfile import SimpleUploadedFile
from factory.django import DjangoModelFactory

from accounts.demo_people import invented_national_id
from accounts.domain.division import Division
from accounts.models import (
    ClassPlacement,
    Duty,
    Office,
    Post,
    PostHolding,
    School,
    SchoolClass,
    Student,
    User,
)
from accounts.models.duties import DutyCode
from portfolio import storage
from portfolio.demo_media import pdf
from portfolio.models import (
    Attachment,
    Course,
    CourseOutcome,
    CourseSection,
    DiversePerformance,
    Enrolment,
    Selection,
)
from portfolio.models.outcomes import OutcomeState
from schedules.models import Term, TermDates
from schedules.services.planning import replan
from tests.moments import at, day

PASSWORD = "invented-password-1"
LONG_AGO = at("2024-08-30 08:00")


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"person{n}")
    name = factory.Sequence(lambda n: f"虛構{n}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.edu.tw")
    password = factory.django.Password(PASSWORD)


class AdminFactory(UserFactory):
    is_staff = True
    is_superuser = True


class SchoolClassFactory(DjangoModelFactory[SchoolClass]):
    class Meta:
        model = SchoolClass

    school_year = 113
    division = Division.DAY
    grade = 2
    name = factory.Sequence(lambda n: f"資訊二{n}")
    homeroom_teacher = factory.SubFactory(UserFactory)


class StudentFactory(DjangoModelFactory[Student]):
    """A student; `school_class` also places them in it."""

    class Meta:
        model = Student

    user = factory.SubFactory(UserFactory)
    student_number = factory.Sequence(lambda n: f"11{n:05}")
    birth_date = date(2008, 3, 15)

    @classmethod
    def _create(cls, model_class: type[Student], *args: Any, **kwargs: Any) -> Student:
        school_class = kwargs.pop("school_class", None)
        number = kwargs.pop("national_id", None) or invented_national_id(User.objects.count())
        student = model_class(*args, **kwargs)
        student.national_id = number
        student.save()
        if school_class:
            place(student, school_class)
        return student


def place(student: Student, school_class: SchoolClass) -> ClassPlacement:
    return ClassPlacement.objects.create(
        student=student, school_class=school_class, seat_number=school_class.placements.count() + 1
    )


class TermFactory(DjangoModelFactory[Term]):
    class Meta:
        model = Term
        django_get_or_create = ("school_year", "number")

    school_year = 113
    number = 1


def term_113_1(*, opening: str = "2024-08-30", closing: str = "2025-01-20") -> Term:
    """113-1 with the minutes' dates for both divisions, and its windows."""
    return term_with_dates(113, 1, opening=opening, exam_end="2025-01-17", closing=closing)


def term_with_dates(year: int, number: int, *, opening: str, exam_end: str, closing: str) -> Term:
    """A published term with the same dates for both divisions, and the windows that follow."""
    term = TermFactory.create(school_year=year, number=number)
    for division in Division:
        TermDates.objects.create(
            term=term,
            division=division,
            opening=day(opening),
            final_exam_end=day(exam_end),
            closing_ceremony=day(closing),
        )
    planned = LONG_AGO - timedelta(days=400)
    replan(term, at=planned)
    Term.objects.filter(pk=term.pk).update(published_at=planned)
    term.refresh_from_db()
    return term


class CourseFactory(DjangoModelFactory[Course]):
    class Meta:
        model = Course

    code = factory.Sequence(lambda n: f"113999999V213052110{n:04}")
    name = factory.Sequence(lambda n: f"程式設計{n}")
    grade = 2
    credits = 3


class SectionFactory(DjangoModelFactory[CourseSection]):
    class Meta:
        model = CourseSection

    course = factory.SubFactory(CourseFactory)
    term = factory.SubFactory(TermFactory)
    division = Division.DAY
    group = "資訊二甲"
    teacher = factory.SubFactory(UserFactory)


class EnrolmentFactory(DjangoModelFactory[Enrolment]):
    class Meta:
        model = Enrolment

    student = factory.SubFactory(StudentFactory)
    section = factory.SubFactory(SectionFactory)


class OutcomeFactory(DjangoModelFactory[CourseOutcome]):
    """An outcome without files, put there directly; the services' own tests go through the services."""

    class Meta:
        model = CourseOutcome

    enrolment = factory.SubFactory(EnrolmentFactory)
    description = "以迴圈印出九九乘法表，並比較兩種寫法。"
    state = OutcomeState.WAITING
    uploaded_at = at("2024-10-01 20:00")
    uploaded_by = factory.LazyAttribute(lambda outcome: outcome.enrolment.student.user)


class PerformanceFactory(DjangoModelFactory[DiversePerformance]):
    class Meta:
        model = DiversePerformance

    student = factory.SubFactory(StudentFactory)
    school_year = 113
    category = "work"
    details = factory.LazyFunction(lambda: {"name": "校園地圖", "date": "2024-10-01"})
    description = "手繪校園地圖。"
    uploaded_at = at("2024-10-01 20:00")
    uploaded_by = factory.LazyAttribute(lambda performance: performance.student.user)


def attach_pdf(item: CourseOutcome | DiversePerformance, title: str = "作品") -> Attachment:
    """A real PDF, stored, as the item's document."""
    stored = storage.store(BytesIO(pdf(title, ["內容"])))
    owner = {"outcome": item} if isinstance(item, CourseOutcome) else {"performance": item}
    return Attachment.objects.create(
        **owner,
        slot="document",
        kind="pdf",
        sha256=stored.sha256,
        size=stored.size,
        original_name=f"{title}.pdf",
        uploaded_at=item.uploaded_at,
    )


def uploaded_pdf(title: str = "作品") -> SimpleUploadedFile:
    """A real PDF as a browser would send it."""
    return SimpleUploadedFile(f"{title}.pdf", pdf(title, ["內容"]), content_type="application/pdf")


def select(item: CourseOutcome | DiversePerformance) -> Selection:
    """Put `item` among what its student selected for its year."""
    owner = {"outcome": item} if isinstance(item, CourseOutcome) else {"performance": item}
    return Selection.objects.create(
        student=item.student,
        school_year=item.school_year,
        selected_at=item.uploaded_at,
        selected_by=item.uploaded_by,
        **owner,
    )


def school() -> School:
    return School.objects.get_or_create(
        pk=1,
        defaults={
            "name": "虛構高級中學",
            "code": "999999",
            "evening_code": "999E99",
            "contact": "註冊組 分機 123",
        },
    )[0]


def holder_of(duty: DutyCode, division: Division = Division.DAY, *, since: str = "2020-08-01") -> User:
    """Somebody who owns `duty`, by a post of their own."""
    office, __ = Office.objects.get_or_create(
        code=f"office-{division}", defaults={"name": "教務處", "division": division}
    )
    post = Post.objects.create(code=f"{duty}-{division}", name=f"{duty.label}承辦", office=office)
    Duty.objects.create(code=duty, division=division, owner=post)
    person: User = UserFactory.create()
    PostHolding.objects.create(post=post, user=person, starts_on=day(since))
    return person

"""Courses, sections, enrolments and code lists as lists."""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter

from django.utils.translation import gettext_lazy

from accounts.domain.division import Division
from accounts.list_cells import GRADES, Cell, Choice, Key, Reference, WholeNumber
from accounts.list_import import ListResource, column
from accounts.resources import person_cell, student_cell
from portfolio.models import CodeEntry, Course, CourseSection, Enrolment
from portfolio.models.courses import StudyKind
from schedules.models import Term


def _courses() -> Mapping[Key, Course]:
    return {(course.code,): course for course in Course.objects.all()}


def _terms() -> Mapping[Key, Term]:
    return {(str(term),): term for term in Term.objects.all()}


def term_cell() -> Reference:
    hint = gettext_lazy("請先在「學期」新增，或寫成 113-1 的形式")
    return Reference(("學期",), _terms, name=str, hint=hint)


def _sections() -> Mapping[Key, CourseSection]:
    return {
        (section.course.code, str(section.term), section.get_division_display(), section.group): section
        for section in CourseSection.objects.select_related("course", "term")
    }


def _course_cell() -> Reference:
    hint = gettext_lazy("請先在「科目」新增，或檢查課程代碼")
    return Reference(("課程代碼",), _courses, name=attrgetter("code"), hint=hint)


class CourseResource(ListResource):
    code = column("code", "課程代碼")
    name = column("name", "科目名稱")
    grade = column("grade", "開課年級", Choice(GRADES))
    credits = column("credits", "學分／節數", WholeNumber())

    scopes = {"code": "code"}

    class Meta:
        model = Course
        fields = ("code", "name", "grade", "credits")
        import_id_fields = ("code",)


class CourseSectionResource(ListResource):
    course = column("course", "課程代碼", _course_cell())
    course_name = column("course__name", "科目名稱", readonly=True)
    term = column("term", "學期", term_cell())
    division = column("division", "部別", Choice(Division))
    group = column("group", "班級／組別")
    teacher = column("teacher", "任課教師帳號", person_cell("任課教師帳號"))
    teacher_name = column("teacher__name", "任課教師", readonly=True)

    scopes = {"course": "course__code"}
    optional = ("course_name", "teacher_name")
    related = ("course", "term", "teacher")

    class Meta:
        model = CourseSection
        fields = ("course", "course_name", "term", "division", "group", "teacher", "teacher_name")
        import_id_fields = ("course", "term", "division", "group")


class EnrolmentResource(ListResource):
    student = column("student", "學號", student_cell())
    student_name = column("student__user__name", "姓名", readonly=True)
    course = column("section__course__code", "課程代碼", readonly=True)
    course_name = column("section__course__name", "科目名稱", readonly=True)
    term = column("section__term", "學期", readonly=True)
    division = column("section__division", "部別", Choice(Division), readonly=True)
    section = column(
        "section",
        "班級／組別",
        Reference(
            ("課程代碼", "學期", "部別", "班級／組別"),
            _sections,
            name=attrgetter("group"),
            hint=gettext_lazy("請先在「開課」新增，或檢查課程代碼、學期、部別與組別"),
        ),
    )
    kind = column("kind", "修課類別", Choice(StudyKind))
    original_school_year = column("original_school_year", "原修學年度", WholeNumber(optional=True))
    original_term = column("original_term", "原修學期", WholeNumber(optional=True))
    method = column("method", "補修／重修方式", Cell(optional=True))
    other_school_code = column("other_school_code", "原修／借讀學校代碼", Cell(optional=True))

    scopes = {"student": "student__student_number", "course": "section__course__code"}
    optional = (
        "student_name",
        "course_name",
        "original_school_year",
        "original_term",
        "method",
        "other_school_code",
    )
    related = ("student__user", "section__course", "section__term")

    class Meta:
        model = Enrolment
        fields = (
            "student",
            "student_name",
            "course",
            "course_name",
            "term",
            "division",
            "section",
            "kind",
            "original_school_year",
            "original_term",
            "method",
            "other_school_code",
        )
        import_id_fields = ("student", "section", "course", "term", "division")


class CodeEntryResource(ListResource):
    code_list = column("code_list", "代碼表")
    code = column("code", "代碼")
    label = column("label", "名稱")
    position = column("position", "順序", WholeNumber())

    class Meta:
        model = CodeEntry
        fields = ("code_list", "code", "label", "position")
        import_id_fields = ("code_list", "code")

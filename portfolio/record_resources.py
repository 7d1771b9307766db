"""Grades and cadre records as lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy

from accounts import clock
from accounts.domain.division import Division
from accounts.list_cells import GRADES, Cell, Choice, Day, Key, Reference, WholeNumber, text_of
from accounts.list_import import ListResource, Row, column
from accounts.resources import student_cell
from portfolio.domain.cadre import CODE_LIST, IN_SCHOOL_LEVELS
from portfolio.domain.grade_cells import PassFlag, Score
from portfolio.domain.grade_kinds import Counted, GradeKind
from portfolio.models import CadreRecord, CodeEntry, Grade
from portfolio.resources import term_cell

_NAMES = (
    "student",
    "student_name",
    "term",
    "division",
    "kind",
    "course_code",
    "subject",
    "course_grade",
    "credits",
    "original_school_year",
    "original_term",
    "counted",
)
_DETAILS = (
    "second_credits",
    "score",
    "passed",
    "resit_score",
    "resit_passed",
    "second_resit_score",
    "second_resit_passed",
    "year_score",
    "year_passed",
    "again_score",
    "again_passed",
    "method",
    "identity",
    "repeat_mark",
    "remark",
)


def _levels() -> Mapping[Key, CodeEntry]:
    entries = CodeEntry.objects.filter(code_list=CODE_LIST, code__in=IN_SCHOOL_LEVELS)
    return {(entry.code,): entry for entry in entries}


class _Level(Reference):
    """A level of cadre that the school keeps itself, by its code."""

    def __init__(self) -> None:
        hint = gettext_lazy("只能是校內幹部的等級，請見代碼表「幹部等級」")
        super().__init__(("幹部等級",), _levels, name=str, hint=hint)

    def clean(self, value: object, row: Mapping[str, Any] | None = None, **kwargs: Any) -> Any:
        entry: Any = super().clean(value, row, **kwargs)
        return entry.code if entry else ""


class _MayBeMissing(WholeNumber):
    """A whole number; empty is 0, as the record has it."""

    def __init__(self) -> None:
        super().__init__(optional=True)

    def empty(self) -> Any:
        return 0

    def render(self, value: object, obj: Model | None = None, **kwargs: Any) -> str:
        return text_of(value or "")


class GradeResource(ListResource):
    """A big list is imported on the staff page; here single grades are put right."""

    student = column("student", "學號", student_cell())
    student_name = column("student__user__name", "姓名", readonly=True)
    term = column("term", "學期", term_cell())
    division = column("division", "部別", Choice(Division))
    kind = column("kind", "成績類別", Choice(GradeKind))
    course_code = column("course_code", "課程代碼")
    subject = column("subject", "科目名稱")
    course_grade = column("course_grade", "開課年級", Choice(GRADES))
    credits = column("credits", "學分／節數", WholeNumber())
    second_credits = column("second_credits", "第二學期節數", WholeNumber(optional=True))
    original_school_year = column("original_school_year", "應修／原修學年度", _MayBeMissing())
    original_term = column("original_term", "應修／原修學期", _MayBeMissing())
    score = column("score", "成績", Score())
    passed = column("passed", "成績及格", PassFlag())
    resit_score = column("resit_score", "補考成績", Score())
    resit_passed = column("resit_passed", "補考及格", PassFlag())
    second_resit_score = column("second_resit_score", "第二次補考成績", Score())
    second_resit_passed = column("second_resit_passed", "第二次補考及格", PassFlag())
    year_score = column("year_score", "學年學業成績", Score())
    year_passed = column("year_passed", "學年及格", PassFlag())
    again_score = column("again_score", "再次修習成績", Score())
    again_passed = column("again_passed", "再次修習成績及格", PassFlag())
    method = column("method", "補修／重修方式", Cell(optional=True))
    identity = column("identity", "轉學轉科身分別", Cell(optional=True))
    repeat_mark = column("repeat_mark", "重讀註記", Cell(optional=True))
    counted = column("counted", "是否採計學分／學時", Choice(Counted))
    remark = column("remark", "質性文字描述", Cell(optional=True))

    scopes = {"student": "student__student_number", "course_code": "course_code"}
    related = ("student__user", "term")

    class Meta:
        model = Grade
        fields = (*_NAMES, *_DETAILS)
        import_id_fields = (
            "student",
            "term",
            "kind",
            "course_code",
            "original_school_year",
            "original_term",
        )

    optional = ("student_name", *_DETAILS)

    def after_init_instance(self, instance: Grade, new: bool, row: Row, **kwargs: Any) -> None:
        instance.imported_at = clock.now()


class CadreRecordResource(ListResource):
    """The records that stand; what was withdrawn is on its own page."""

    student = column("student", "學號", student_cell())
    student_name = column("student__user__name", "姓名", readonly=True)
    term = column("term", "學期", term_cell())
    unit = column("unit", "單位名稱")
    title = column("title", "擔任職務")
    level = column("level", "幹部等級", _Level())
    starts_on = column("starts_on", "開始日期", Day())
    ends_on = column("ends_on", "結束日期", Day())

    scopes = {"student": "student__student_number"}
    optional = ("student_name",)
    related = ("student__user", "term")

    class Meta:
        model = CadreRecord
        fields = ("student", "student_name", "term", "unit", "title", "level", "starts_on", "ends_on")
        import_id_fields = ("student", "term", "unit", "title", "starts_on")

    def filter_export(self, queryset: QuerySet[CadreRecord], **kwargs: Any) -> QuerySet[CadreRecord]:
        standing: QuerySet[CadreRecord] = super().filter_export(queryset.filter(withdrawn_at=None), **kwargs)
        return standing

    def after_init_instance(self, instance: CadreRecord, new: bool, row: Row, **kwargs: Any) -> None:
        if new:
            instance.recorded_at, instance.recorded_by = clock.now(), kwargs.get("user")

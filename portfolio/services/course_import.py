"""The lists of courses and of their sections in a term."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.domain.list_columns import Key, ListColumn, ListRow, Problem
from accounts.domain.list_diff import ListDiff
from accounts.domain.list_values import AccountName, NumberBetween, ShortText
from accounts.list_cells import GRADES, Choice
from accounts.list_permissions import ListImportAct
from accounts.services.class_import import DIVISION, staff_ids
from accounts.services.list_import import ROWS_AT_ONCE, ListKind
from portfolio.models import Course, CourseSection
from schedules.models import Term

CODE = ListColumn(
    "course",
    "課程代碼",
    ShortText(23),
    ("科目代碼", "課程編碼"),
    example="113999999V2130521100001",
    note=gettext_lazy("課程計畫的 23 碼代碼"),
)
GROUP = ListColumn(
    "group", "班級／組別", ShortText(30), ("班級", "組別", "開課班級", "班別"), example="資訊一甲"
)
_YEAR_LENGTH = 3  # a course code begins with the school year of entry that it is for


class Courses(ListKind):
    act = ListImportAct.COURSES
    columns = (
        CODE,
        ListColumn("name", "科目名稱", ShortText(60), ("課程名稱", "科目"), example="程式設計"),
        ListColumn("grade", "開課年級", Choice(GRADES), ("年級",), example="1"),
        ListColumn(
            "credits",
            "學分／節數",
            NumberBetween(0, 99),
            ("學分", "學分數", "節數"),
            example="3",
            note=gettext_lazy("0 表示不計學分，不能上傳課程學習成果"),
        ),
    )
    key = ("course",)

    def judge(self, rows: Sequence[ListRow]) -> tuple[list[Problem], list[Problem]]:
        return [], []

    def known(self) -> Mapping[Key, Mapping[str, Any]]:
        courses = Course.objects.values_list("code", "name", "grade", "credits")
        names = ("course", "name", "grade", "credits")
        self._known: dict[Key, dict[str, Any]] = {
            (course[0],): dict(zip(names, course, strict=True)) for course in courses
        }
        return self._known

    def expected(self, rows: Sequence[ListRow]) -> Collection[Key]:
        """The courses for the same years of entry."""
        years = {row.values["course"][:_YEAR_LENGTH] for row in rows}
        return [key for key in self._known if str(key[0])[:_YEAR_LENGTH] in years]

    def write(self, diff: ListDiff) -> None:
        rows = [*diff.new, *(change.row for change in diff.changed)]
        Course.objects.bulk_create(
            [_course(row.values) for row in rows],
            batch_size=ROWS_AT_ONCE,
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=["name", "grade", "credits"],
        )


def _course(values: Mapping[str, Any]) -> Course:
    return Course(
        code=values["course"], name=values["name"], grade=values["grade"], credits=values["credits"]
    )


class Sections(ListKind):
    """The sections of one term. A new teacher here is a correction; who takes over is a matter of its own."""

    act = ListImportAct.SECTIONS
    columns = (
        CODE,
        DIVISION,
        GROUP,
        ListColumn(
            "teacher",
            "任課教師帳號",
            AccountName(150),
            ("任課教師", "教師帳號", "授課教師"),
            example="t001",
            note=gettext_lazy("教師的帳號，不是姓名"),
        ),
    )
    key = ("course", "division", "group")

    def __init__(self, term: Term) -> None:
        self._term = term

    def judge(self, rows: Sequence[ListRow]) -> tuple[list[Problem], list[Problem]]:
        self._teachers = staff_ids()
        self._courses = dict(Course.objects.values_list("code", "pk"))
        problems = []
        for row in rows:
            if row.values["course"] not in self._courses:
                message = _("查無課程「%(code)s」，請先匯入科目，或檢查代碼。")
                problems.append(Problem(row.number, CODE.heading, message % {"code": row.values["course"]}))
            if row.values["teacher"] not in self._teachers:
                message = _("查無教師帳號「%(name)s」，請先匯入人員，或檢查帳號。")
                problems.append(
                    Problem(row.number, "任課教師帳號", message % {"name": row.values["teacher"]})
                )
        return problems, []

    def known(self) -> Mapping[Key, Mapping[str, Any]]:
        sections = CourseSection.objects.filter(term=self._term).values_list(
            "course__code", "division", "group", "teacher__username"
        )
        self._known: dict[Key, dict[str, Any]] = {
            (code, division, group): {
                "course": code,
                "division": division,
                "group": group,
                "teacher": teacher,
            }
            for code, division, group, teacher in sections
        }
        return self._known

    def expected(self, rows: Sequence[ListRow]) -> Collection[Key]:
        divisions = self.divisions(rows)
        return [key for key in self._known if key[1] in divisions]

    def write(self, diff: ListDiff) -> None:
        rows = [*diff.new, *(change.row for change in diff.changed)]
        CourseSection.objects.bulk_create(
            [self._section(row.values) for row in rows],
            batch_size=ROWS_AT_ONCE,
            update_conflicts=True,
            unique_fields=["course", "term", "division", "group"],
            update_fields=["teacher"],
        )

    def _section(self, values: Mapping[str, Any]) -> CourseSection:
        return CourseSection(
            course_id=self._courses[values["course"]],
            term=self._term,
            division=values["division"],
            group=values["group"],
            teacher_id=self._teachers[values["teacher"]],
        )

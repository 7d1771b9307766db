"""The list of classes with their homeroom teachers."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.domain.division import Division
from accounts.domain.list_columns import Key, ListColumn, ListRow, Problem
from accounts.domain.list_diff import ListDiff
from accounts.domain.list_values import AccountName, NumberBetween, ShortText
from accounts.list_cells import GRADES, Choice
from accounts.list_permissions import ListImportAct
from accounts.models import SchoolClass, User
from accounts.resources import LETTER_BATCHES
from accounts.services.list_import import ROWS_AT_ONCE, ListKind

YEAR = ListColumn("school_year", "學年度", NumberBetween(80, 300), ("學年",), example="113")
DIVISION = ListColumn("division", "部別", Choice(Division), ("學制", "日夜別"), example="日間部")


class Classes(ListKind):
    act = ListImportAct.CLASSES
    columns = (
        YEAR,
        DIVISION,
        ListColumn("grade", "年級", Choice(GRADES), example="1", note=gettext_lazy("1、2 或 3")),
        ListColumn("name", "班級", ShortText(20), ("班級名稱", "班名"), example="資訊一甲"),
        ListColumn(
            "homeroom_teacher",
            "導師帳號",
            AccountName(150, optional=True),
            ("導師",),
            needed=False,
            example="t001",
            note=gettext_lazy("教師的帳號，可留空"),
        ),
        ListColumn(
            "letter_batch",
            "高三提交梯次",
            Choice(LETTER_BATCHES, optional=True),
            needed=False,
            example="第一梯次",
            note=gettext_lazy("可留空"),
        ),
    )
    key = ("school_year", "division", "name")

    def prepare(self, rows: Sequence[ListRow]) -> None:
        for row in rows:
            if not row.values.get("letter_batch"):
                row.values.pop("letter_batch", None)

    def judge(self, rows: Sequence[ListRow]) -> tuple[list[Problem], list[Problem]]:
        self._teachers = staff_ids()
        message = _("查無教師帳號「%(name)s」，請先匯入人員，或檢查帳號。")
        problems = [
            Problem(row.number, "導師帳號", message % {"name": name})
            for row in rows
            if (name := row.values.get("homeroom_teacher")) and name not in self._teachers
        ]
        return problems, []

    def known(self) -> Mapping[Key, Mapping[str, Any]]:
        classes = SchoolClass.objects.select_related("homeroom_teacher")
        self._classes = {(each.school_year, each.division, each.name): each for each in classes}
        return {key: _values(each) for key, each in self._classes.items()}

    def expected(self, rows: Sequence[ListRow]) -> Collection[Key]:
        """The classes of the years and divisions that the list speaks of."""
        scopes = {(row.values["school_year"], row.values["division"]) for row in rows}
        return [key for key in self._classes if key[:2] in scopes]

    def write(self, diff: ListDiff) -> None:
        rows = [*diff.new, *(change.row for change in diff.changed)]
        SchoolClass.objects.bulk_create(
            [self._class(row) for row in rows],
            batch_size=ROWS_AT_ONCE,
            update_conflicts=True,
            unique_fields=["school_year", "division", "name"],
            update_fields=["grade", "homeroom_teacher", "letter_batch"],
        )

    def _class(self, row: ListRow) -> SchoolClass:
        known = self._classes.get((row.values["school_year"], row.values["division"], row.values["name"]))
        values = {**(_values(known) if known else {"letter_batch": 1}), **row.values}
        teacher = values.pop("homeroom_teacher", "")
        return SchoolClass(homeroom_teacher_id=self._teachers.get(teacher), **values)


def staff_ids() -> dict[str, int]:
    """Account name → id of everybody who is not a student."""
    return dict(User.objects.filter(student=None).values_list("username", "pk"))


def _values(school_class: SchoolClass) -> dict[str, Any]:
    teacher = school_class.homeroom_teacher
    return {
        "school_year": school_class.school_year,
        "division": school_class.division,
        "name": school_class.name,
        "grade": school_class.grade,
        "letter_batch": school_class.letter_batch,
        "homeroom_teacher": teacher.username if teacher else "",
    }

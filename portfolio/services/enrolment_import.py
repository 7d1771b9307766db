"""The list of who takes which course in a term: the longest there is, so everything is done set-wise."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.domain.list_columns import Key, ListColumn, ListRow, Problem, key_of
from accounts.domain.list_diff import ListDiff
from accounts.domain.list_values import NumberBetween, ShortText
from accounts.list_cells import Choice
from accounts.list_permissions import ListImportAct
from accounts.models import Student
from accounts.services.class_import import DIVISION
from accounts.services.list_import import ListKind
from portfolio.enrolment_doubts import doubts
from portfolio.models import CourseSection, Enrolment
from portfolio.models.courses import StudyKind
from portfolio.services.course_import import CODE, GROUP
from schedules.models import Term

_DETAILS = ("kind", "original_school_year", "original_term", "method", "other_school_code")
_EMPTY = {
    "kind": StudyKind.REGULAR.value,
    "original_school_year": None,
    "original_term": None,
    "method": "",
    "other_school_code": "",
}
_OF_THIS_TERM = (StudyKind.REGULAR, StudyKind.REPEAT)
_ELSEWHERE = gettext_lazy("補修、重修、轉學、借讀才需要")


class Enrolments(ListKind):
    act = ListImportAct.ENROLMENTS
    columns = (
        ListColumn("student", "學號", ShortText(20), ("學生學號", "學籍號碼"), example="1130001"),
        CODE,
        DIVISION,
        GROUP,
        ListColumn(
            "kind",
            "修課類別",
            Choice(StudyKind, optional=True),
            ("修課別",),
            needed=False,
            example="學期修課",
            note=gettext_lazy("可留空，即學期修課"),
        ),
        ListColumn(
            "original_school_year",
            "原修學年度",
            NumberBetween(80, 300, optional=True),
            ("應修學年度",),
            needed=False,
            note=_ELSEWHERE,
        ),
        ListColumn(
            "original_term",
            "原修學期",
            NumberBetween(1, 2, optional=True),
            ("應修學期",),
            needed=False,
            note=_ELSEWHERE,
        ),
        ListColumn("method", "補修／重修方式", ShortText(2, optional=True), needed=False, note=_ELSEWHERE),
        ListColumn(
            "other_school_code",
            "原修／借讀學校代碼",
            ShortText(6, optional=True),
            needed=False,
            note=_ELSEWHERE,
        ),
    )
    key = ("student", "course", "division", "group")

    def __init__(self, term: Term) -> None:
        self._term = term

    def prepare(self, rows: Sequence[ListRow]) -> None:
        for row in rows:
            if row.values.get("kind") == "":
                row.values["kind"] = StudyKind.REGULAR.value

    def judge(self, rows: Sequence[ListRow]) -> tuple[list[Problem], list[Problem]]:
        self._students = dict(Student.objects.values_list("student_number", "pk"))
        self._sections = _sections_of(self._term)
        self._known = self._on_record()
        problems = [problem for row in rows if (problem := self._problem(row))]
        return problems, [doubt for row in rows for doubt in self._doubts(row)]

    def _doubts(self, row: ListRow) -> Iterator[Problem]:
        before = self._known.get(key_of(row.values, self.key), _EMPTY)
        for name, message in doubts({**before, **row.values}):
            yield Problem(row.number, _HEADINGS[name], message)

    def _problem(self, row: ListRow) -> Problem | None:
        values = row.values
        if values["student"] not in self._students:
            message = _("查無學號「%(number)s」，請先匯入人員，或檢查學號。")
            return Problem(row.number, "學號", message % {"number": values["student"]})
        if (values["course"], values["division"], values["group"]) not in self._sections:
            message = _("%(term)s 沒有「%(code)s %(group)s」這個開課，請先匯入開課，或檢查代碼、部別與組別。")
            parts = {"term": self._term, "code": values["course"], "group": values["group"]}
            return Problem(row.number, GROUP.heading, message % parts)
        if values.get("kind", StudyKind.REGULAR) not in _OF_THIS_TERM and not (
            values.get("original_school_year") and values.get("original_term")
        ):
            return Problem(
                row.number, "原修學年度", _("補修、重修、轉學、借讀須填應修或原修的學年度與學期。")
            )
        return None

    def known(self) -> Mapping[Key, Mapping[str, Any]]:
        return self._known

    def _on_record(self) -> dict[Key, Mapping[str, Any]]:
        rows = Enrolment.objects.filter(section__term=self._term).values_list(
            "student__student_number",
            "section__course__code",
            "section__division",
            "section__group",
            *_DETAILS,
        )
        return {row[:4]: dict(zip((*self.key, *_DETAILS), row, strict=True)) for row in rows.iterator()}

    def expected(self, rows: Sequence[ListRow]) -> Collection[Key]:
        divisions = self.divisions(rows)
        return [key for key in self._known if key[2] in divisions]

    def write(self, diff: ListDiff) -> None:
        for rows in self.in_batches(diff.new):
            Enrolment.objects.bulk_create([self._enrolment(row) for row in rows])
        for changes in self.in_batches(diff.changed):
            Enrolment.objects.bulk_create(
                [self._enrolment(change.row) for change in changes],
                update_conflicts=True,
                unique_fields=["student", "section"],
                update_fields=_DETAILS,
            )

    def _enrolment(self, row: ListRow) -> Enrolment:
        values = row.values
        key = (values["student"], values["course"], values["division"], values["group"])
        before = self._known.get(key, _EMPTY)
        return Enrolment(
            student_id=self._students[values["student"]],
            section_id=self._sections[key[1:]],
            **{name: values.get(name, before[name]) for name in _DETAILS},
        )


_HEADINGS = {column.name: column.heading for column in Enrolments.columns}


def _sections_of(term: Term) -> dict[Key, int]:
    """Course code, division and group → id."""
    rows = CourseSection.objects.filter(term=term).values_list("course__code", "division", "group", "pk")
    return {(code, division, group): pk for code, division, group, pk in rows}

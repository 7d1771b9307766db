"""The list of a term's grades: any sheet of the grade rosters, done set-wise like the list of enrolments.

A grade that a later list of the same term, division and kind no longer names stays, marked with the day
since when it is gone; the mark goes when a list names it again. A list that names less than half of what is
on record is taken for a supplement, and says nothing about the rest.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from accounts.domain.list_columns import Key, ListRow, Problem, key_of
from accounts.domain.list_diff import ListDiff
from accounts.list_permissions import ListImportAct
from accounts.services.list_import import UPDATED_AT_ONCE, ListKind
from portfolio.domain.grade_doubts import doubts
from portfolio.domain.grade_kinds import OF_THIS_TERM, Counted, GradeKind, settle_kind
from portfolio.models import Course, Grade
from portfolio.services.grade_columns import COLUMNS, OF_COURSE
from portfolio.services.late_lists import late_warnings
from portfolio.services.named_students import NamedStudents
from schedules.domain.activities import Activity
from schedules.models import Term

_KEY = ("student", "kind", "course", "original_school_year", "original_term")
_EMPTY: dict[str, Any] = {
    "division": "",
    "subject": "",
    "course_grade": None,
    "credits": None,
    "second_credits": None,
    "score": None,
    "passed": None,
    "again_score": None,
    "again_passed": None,
    "resit_score": None,
    "resit_passed": None,
    "second_resit_score": None,
    "second_resit_passed": None,
    "year_score": None,
    "year_passed": None,
    "method": "",
    "identity": "",
    "repeat_mark": "",
    "counted": Counted.YES.value,
    "remark": "",
}
_HEADINGS = {column.name: column.heading for column in COLUMNS}


class Grades(ListKind):
    act = ListImportAct.GRADES
    columns = COLUMNS
    key = _KEY

    def __init__(self, term: Term) -> None:
        self._term = term
        self._students = NamedStudents(term.school_year)

    def divisions(self, rows: Sequence[ListRow]) -> set[str]:
        return self._students.divisions(rows)

    def prepare(self, rows: Sequence[ListRow]) -> None:
        self._read()
        self._problems = self._students.settle(rows)
        for row in rows:
            if wrong := settle_kind(row.values):
                self._problems.append(Problem(row.number, _HEADINGS["kind"], wrong))
            for name in ("original_school_year", "original_term"):
                row.values[name] = row.values.get(name) or 0
            if row.values.get("counted") == "":
                row.values["counted"] = Counted.YES.value
            self._complete(row.values)

    def _read(self) -> None:
        names = ("student__student_number", "kind", "course_code", *_KEY[3:], *_EMPTY, "pk", "gone_at")
        grades = Grade.objects.filter(term=self._term).order_by().values_list(*names)
        labels = (*_KEY, *_EMPTY, "pk", "gone_at")
        self._known = {row[:5]: dict(zip(labels, row, strict=True)) for row in grades.iterator()}
        courses = Course.objects.values_list("code", "name", "grade", "credits")
        self._courses = {code: dict(zip(OF_COURSE, rest, strict=True)) for code, *rest in courses}

    def _complete(self, values: dict[str, Any]) -> None:
        """What an empty cell says about the course: as on record, else as the course itself has it."""
        known = key_of(values, _KEY) in self._known
        course = self._courses.get(values["course"], {})
        for name in OF_COURSE:
            if values.get(name) in (None, ""):
                values.pop(name, None)
                if not known and name in course:
                    values[name] = course[name]

    def judge(self, rows: Sequence[ListRow]) -> tuple[list[Problem], list[Problem]]:
        problems = self._problems + [problem for row in rows for problem in self._missing(row)]
        warnings = [
            Problem(row.number, _HEADINGS[name], message)
            for row in rows
            for name, message in doubts({**self._before(row), **row.values})
        ]
        return problems, [*self._late(rows), *self._supplements(rows), *warnings]

    def _before(self, row: ListRow) -> Mapping[str, Any]:
        known: Mapping[str, Any] = self._known.get(key_of(row.values, _KEY), _EMPTY)
        return known

    def _missing(self, row: ListRow) -> list[Problem]:
        values = row.values
        found = []
        if values["kind"] not in OF_THIS_TERM and not (
            values["original_school_year"] and values["original_term"]
        ):
            message = _("補修、重修、轉學轉科成績須填應修或原修的學年度與學期。")
            found.append(Problem(row.number, _HEADINGS["original_school_year"], message))
        merged = {**self._before(row), **values}
        for name in OF_COURSE:
            if merged[name] in (None, ""):
                message = _("請填這一欄，或先匯入科目「%(code)s」。") % {"code": values["course"]}
                found.append(Problem(row.number, _HEADINGS[name], message))
        return found

    def _late(self, rows: Sequence[ListRow]) -> list[Problem]:
        """Of semester grades: make-ups, retakes and transfers come when they come."""
        semester = [row for row in rows if row.values["kind"] == GradeKind.SEMESTER]
        divisions = {row.values["division"] for row in semester if row.values["division"]}
        return late_warnings(Activity.GRADES, self._term, divisions, self.source.at)

    def _supplements(self, rows: Sequence[ListRow]) -> list[Problem]:
        """Which sheets the list names less than half of; what it leaves out of them is not gone."""
        on_record = Counter(_sheet(each) for each in self._known.values() if each["gone_at"] is None)
        named = Counter(_sheet(row.values) for row in rows if key_of(row.values, _KEY) in self._known)
        self._complete_sheets = {
            sheet for row in rows if named[sheet := _sheet(row.values)] * 2 >= on_record[sheet]
        }
        supplements = {_sheet(row.values) for row in rows} - self._complete_sheets
        message = _("%(kind)s現有 %(count)d 筆，名單只提到 %(named)d 筆：視為補充名單，其他成績維持原狀。")
        return [
            Problem(
                1,
                _HEADINGS["kind"],
                message
                % {"kind": GradeKind(sheet[1]).label, "count": on_record[sheet], "named": named[sheet]},
            )
            for sheet in sorted(supplements, key=str)
        ]

    def known(self) -> Mapping[Key, Mapping[str, Any]]:
        return self._known

    def expected(self, rows: Sequence[ListRow]) -> Collection[Key]:
        """The grades of the same division and kind, unless the list is a supplement to them."""
        self._named = {key_of(row.values, _KEY) for row in rows}
        return [key for key, grade in self._known.items() if _sheet(grade) in self._complete_sheets]

    def write(self, diff: ListDiff) -> None:
        for rows in self.in_batches(diff.new):
            Grade.objects.bulk_create([self._grade(row) for row in rows])
        for changes in self.in_batches(diff.changed):
            Grade.objects.bulk_create(
                [self._grade(change.row) for change in changes],
                update_conflicts=True,
                unique_fields=["student", "term", "kind", "course_code", *_KEY[3:]],
                update_fields=[*_EMPTY, "imported_at"],
            )
        self._mark(diff.gone, gone=True)
        self._mark([key for key in self._named if key in self._known], gone=False)

    def _mark(self, keys: Collection[Key], *, gone: bool) -> None:
        """Only the grades that are not marked like that already."""
        wrong = [self._known[key]["pk"] for key in keys if (self._known[key]["gone_at"] is None) == gone]
        for start in range(0, len(wrong), UPDATED_AT_ONCE):
            some = Grade.objects.filter(pk__in=wrong[start : start + UPDATED_AT_ONCE])
            some.update(gone_at=self.source.at if gone else None)

    def _grade(self, row: ListRow) -> Grade:
        values, before = row.values, self._before(row)
        return Grade(
            student_id=self._students.pk_of(values["student"]),
            term=self._term,
            kind=values["kind"],
            course_code=values["course"],
            original_school_year=values["original_school_year"],
            original_term=values["original_term"],
            imported_at=self.source.at,
            **{name: values.get(name, before[name]) for name in _EMPTY},
        )


def _sheet(values: Mapping[str, Any]) -> tuple[Any, Any]:
    return values["division"], values["kind"]

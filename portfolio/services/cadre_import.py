"""The list of a term's cadre records, under the headings of the central database's roster."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.domain.list_columns import Key, ListColumn, ListRow, Problem, key_of
from accounts.domain.list_diff import ListDiff
from accounts.domain.list_values import ShortText
from accounts.list_cells import Day
from accounts.list_permissions import ListImportAct
from accounts.services.list_import import UPDATED_AT_ONCE, ListKind
from portfolio.cadre_queries import in_school_levels
from portfolio.domain.cadre import TEXT_LENGTH, date_doubt, level_problem
from portfolio.models import CadreRecord
from portfolio.services import named_students
from portfolio.services.late_lists import late_warnings
from portfolio.services.named_students import NamedStudents
from schedules.domain.activities import Activity
from schedules.models import Term

_KEY = ("student", "unit", "title", "starts_on")
_FIELDS = ("student__student_number", "unit", "title", "starts_on", "ends_on", "level")


class CadreRecords(ListKind):
    act = ListImportAct.CADRE
    columns = (
        *named_students.COLUMNS,
        ListColumn("unit", "單位名稱", ShortText(TEXT_LENGTH), ("單位", "社團名稱"), example="資訊一甲"),
        ListColumn("starts_on", "開始日期", Day(), ("起始日期", "擔任起日", "起日"), example="1130830"),
        ListColumn("ends_on", "結束日期", Day(), ("終止日期", "擔任迄日", "迄日"), example="1140120"),
        ListColumn(
            "title",
            "擔任職務",
            ShortText(TEXT_LENGTH),
            ("擔任職務名稱", "擔任職務（名稱）", "職務名稱", "職務"),
            example="班長",
        ),
        ListColumn(
            "level",
            "幹部等級",
            ShortText(20),
            ("幹部等級代碼", "幹部等級（代碼）", "等級"),
            example="2",
            note=gettext_lazy("1 校級幹部、2 班級幹部、3 社團幹部；可填代碼或名稱"),
        ),
    )
    key = _KEY

    def __init__(self, term: Term) -> None:
        self._term = term
        self._students = NamedStudents(term.school_year)

    def divisions(self, rows: Sequence[ListRow]) -> set[str]:
        return self._students.divisions(rows)

    def prepare(self, rows: Sequence[ListRow]) -> None:
        self._levels = in_school_levels()
        codes = {label: code for code, label in self._levels.items()}
        self._problems = self._students.settle(rows)
        for row in rows:
            for name in ("unit", "title"):
                row.values[name] = " ".join(row.values[name].split())
            row.values["level"] = codes.get(row.values["level"], row.values["level"])

    def judge(self, rows: Sequence[ListRow]) -> tuple[list[Problem], list[Problem]]:
        self._read()
        problems = self._problems + [problem for row in rows for problem in self._problems_of(row)]
        divisions = {row.values["division"] for row in rows if row.values["division"]}
        late = late_warnings(Activity.CADRE_RECORDS, self._term, divisions, self.source.at)
        return problems, [*late, *(warning for row in rows for warning in self._warnings_of(row))]

    def _read(self) -> None:
        records = CadreRecord.objects.filter(term=self._term).order_by("pk")
        rows = records.values_list(*_FIELDS, "pk", "withdrawn_at")
        self._known: dict[Key, dict[str, Any]] = {}
        self._withdrawn = set()
        for *values, pk, withdrawn_at in rows.iterator():
            record = dict(zip((*_KEY, "ends_on", "level"), values, strict=True))
            if withdrawn_at:
                self._withdrawn.add(key_of(record, _KEY))
            else:
                self._known[key_of(record, _KEY)] = {**record, "pk": pk}

    def _problems_of(self, row: ListRow) -> list[Problem]:
        values, found = row.values, []
        if values["level"] not in self._levels:
            message = level_problem(values["level"], self._levels)
            found.append(Problem(row.number, "幹部等級", message))
        if values["ends_on"] < values["starts_on"]:
            found.append(Problem(row.number, "結束日期", _("結束日期不可早於開始日期。")))
        return found

    def _warnings_of(self, row: ListRow) -> list[Problem]:
        values, found = row.values, []
        if doubt := date_doubt(values["starts_on"], values["ends_on"], self._term.code):
            found.append(Problem(row.number, "開始日期", doubt))
        key = key_of(values, _KEY)
        if key in self._withdrawn and key not in self._known:
            found.append(Problem(row.number, "擔任職務", _("這筆幹部經歷曾經撤銷，匯入即重新登錄。")))
        return found

    def known(self) -> Mapping[Key, Mapping[str, Any]]:
        """The division goes without saying: it is the student's."""
        divisions = {key: self._students.division_of(str(key[0])) for key in self._known}
        return {key: {**record, "division": divisions[key]} for key, record in self._known.items()}

    def expected(self, rows: Sequence[ListRow]) -> Collection[Key]:
        divisions = self.divisions(rows)
        return [key for key in self._known if self._students.division_of(str(key[0])) in divisions]

    def write(self, diff: ListDiff) -> None:
        for rows in self.in_batches(diff.new):
            CadreRecord.objects.bulk_create([self._record(row) for row in rows])
        for changes in self.in_batches(diff.changed):
            changed = [self._record(change.row) for change in changes]
            CadreRecord.objects.bulk_update(changed, ["ends_on", "level"], batch_size=UPDATED_AT_ONCE)

    def _record(self, row: ListRow) -> CadreRecord:
        values = row.values
        return CadreRecord(
            pk=self._known.get(key_of(values, _KEY), {}).get("pk"),
            student_id=self._students.pk_of(values["student"]),
            term=self._term,
            recorded_by=self.source.by,
            recorded_at=self.source.at,
            **{name: values[name] for name in (*_KEY[1:], "ends_on", "level")},
        )

    def shown(self, name: str, value: Any) -> str:
        if name == "level" and value in self._levels:
            return f"{value} {self._levels[value]}"
        return super().shown(name, value)

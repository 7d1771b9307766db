"""Whom the rows of a list are about: students by number, or as the central database knows them; and where."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import personal_data
from accounts.domain.division import Division
from accounts.domain.list_columns import ListColumn, ListRow, Problem
from accounts.domain.list_values import IdentityNumber, ShortText
from accounts.domain.list_workbook import ListFileInvalid
from accounts.list_cells import Choice, Day
from accounts.models import ClassPlacement, Student

_EITHER = gettext_lazy("填學號，或填身分證號與出生日期")

COLUMNS = (
    ListColumn(
        "student",
        "學號",
        ShortText(20, optional=True),
        ("學生學號", "學籍號碼"),
        needed=False,
        example="1130001",
        note=_EITHER,
    ),
    ListColumn(
        "national_id",
        "身分證號",
        IdentityNumber(optional=True),
        ("身分證字號", "身分證統一編號", "國民身分證統一編號", "身分證號／居留證號"),
        needed=False,
        note=_EITHER,
    ),
    ListColumn(
        "birth_date",
        "出生日期",
        Day(optional=True),
        ("生日", "出生年月日"),
        needed=False,
        note=_EITHER,
    ),
    ListColumn(
        "division",
        "部別",
        Choice(Division, optional=True),
        ("學制", "日夜別"),
        needed=False,
        example="日間部",
        note=gettext_lazy("可留空，即學生該學年度班級的部別"),
    ),
)


class _Named(NamedTuple):
    pk: int
    identity: str
    birth_date: Any


class NamedStudents:
    """All students, and each one's division in `school_year`; read once, asked for every row."""

    def __init__(self, school_year: int) -> None:
        self._year = school_year
        fields = ("student_number", "pk", "national_id_hash", "birth_date")
        self._students = {
            number: _Named(*rest) for number, *rest in Student.objects.values_list(*fields).iterator()
        }
        self._numbers = {named.identity: number for number, named in self._students.items()}
        placed = ClassPlacement.objects.filter(school_year=school_year)
        self._divisions = dict(placed.values_list("student_id", "school_class__division"))
        self._hashes: dict[str, str] = {}

    def pk_of(self, number: str) -> int:
        return self._students[number].pk

    def divisions(self, rows: Sequence[ListRow]) -> set[str]:
        """Every division that the rows touch: that they say, and that their students belong to."""
        said = {row.values.get("division") for row in rows}
        found = {self.division_of(self._number_in(row.values)) for row in rows}
        return {division for division in said | found if division}

    def settle(self, rows: Sequence[ListRow]) -> list[Problem]:
        """Put number and division in every row, in place of what else names the student; what is wrong.

        Raises:
            ListFileInvalid: the list has no column at all that names students.
        """
        if rows and not rows[0].values.keys() & {"student", "national_id"}:
            raise ListFileInvalid(_("第 1 列（標題列）缺少欄位：學號，或身分證號與出生日期。"))
        problems = [Problem(row.number, *wrong) for row in rows for wrong in self._problems(row.values)]
        for row in rows:
            number = self._number_in(row.values)
            row.values["student"] = number
            row.values["division"] = self.division_of(number) or row.values.get("division")
            for name in ("national_id", "birth_date"):
                row.values.pop(name, None)
        return problems

    def _number_in(self, values: Mapping[str, Any]) -> str:
        """Empty when the row names nobody whom the school knows by the identity number."""
        known = self._numbers.get(self._hash(values.get("national_id") or ""), "")
        return str(values.get("student") or known)

    def division_of(self, number: str) -> str | None:
        named = self._students.get(number)
        return self._divisions.get(named.pk) if named else None

    def _hash(self, identity: str) -> str:
        if identity not in self._hashes:
            self._hashes[identity] = personal_data.look_up_hash(identity) if identity else ""
        return self._hashes[identity]

    def _problems(self, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Identity numbers are never repeated: problems are printed and shown."""
        number, identity = values.get("student"), values.get("national_id")
        if not number and not (identity and values.get("birth_date")):
            yield "學號", _("請填學號，或填身分證號與出生日期。")
            return
        named = self._students.get(self._number_in(values))
        if named is None and number:
            message = _("查無學號「%(number)s」，請先匯入人員，或檢查學號。")
            yield "學號", message % {"number": number}
        elif named is None:
            yield "身分證號", _("查無這個身分證號的學生，請先匯入人員，或對照證件更正。")
        else:
            yield from self._contradictions(values, named)

    def _contradictions(self, values: Mapping[str, Any], named: _Named) -> Iterator[tuple[str, str]]:
        identity, birth_date = values.get("national_id"), values.get("birth_date")
        if identity and self._hash(identity) != named.identity:
            yield "身分證號", _("身分證號與學號不是同一位學生，請更正其中一個。")
        if birth_date and birth_date != named.birth_date:
            yield "出生日期", _("出生日期與學生基本資料不同，請對照證件更正。")
        said, found = values.get("division"), self._divisions.get(named.pk)
        if not said and not found:
            message = _("這位學生 %(year)d 學年度沒有編班，請填部別（日間部或進修部）。")
            yield "部別", message % {"year": self._year}
        elif said and found and said != found:
            message = _("這位學生 %(year)d 學年度在%(division)s，請更正部別或移到該部別的名單。")
            yield "部別", message % {"year": self._year, "division": Division(found).label}

"""The rosters (名冊) the central database takes: sheets, columns and where each cell comes from.

The official format book is not public. Headings and their order follow what the national data files show;
what is uncertain (place of the link columns, code values, maximum lengths) is stated here as data and
nowhere in code. This module is the one to import from; the specifications it is built of live beside it.
"""

from dataclasses import replace
from typing import Literal

from django.utils.translation import gettext as _

from accounts.domain.joining import joined
from accounts.errors import InvalidInput
from portfolio.domain.categories import CATEGORIES, DESCRIPTION_MAX_LENGTH, Category, FieldKind, FieldSpec
from submissions.domain.roster_spec import (
    ColumnSpec,
    ColumnType,
    RosterSpec,
    SheetSpec,
    attachment_path,
    render_row,
    roc_compact,
    row_problems,
)

__all__ = [
    "ROSTERS",
    "ColumnSpec",
    "ColumnType",
    "RosterSpec",
    "SheetSpec",
    "attachment_path",
    "render_row",
    "roc_compact",
    "roster",
    "row_problems",
]

_STUDENT = (
    ColumnSpec("身分證號", "student.national_id"),
    ColumnSpec("出生日期", "student.birth_date", ColumnType.ROC_DATE),
)


_Amount = Literal["學分", "節數"]


def _integer(heading: str, source: str) -> ColumnSpec:
    return ColumnSpec(heading, source, ColumnType.INTEGER)


def _code(heading: str, source: str) -> ColumnSpec:
    return ColumnSpec(heading, source, ColumnType.CODE)


def _description(heading: str) -> ColumnSpec:
    return ColumnSpec(heading, "item.description", max_length=DESCRIPTION_MAX_LENGTH)


def _outcome_sheet(key: str, name: str, *columns: ColumnSpec) -> SheetSpec:
    """The study's own columns between the student's and the work's; where links stand is a guess: last."""
    work = (
        _description("成果簡述"),
        ColumnSpec("課程學習成果文件檔案連結", "file.document", ColumnType.FILE, required=False),
        ColumnSpec("課程學習成果影音檔案連結", "file.av", ColumnType.FILE, required=False),
    )
    return SheetSpec(key, name, (*_STUDENT, *columns, *work))


def _course(prefix: str, amount: _Amount) -> tuple[ColumnSpec, ...]:
    """Code, name, grade and size of a course; an evening course is counted in periods, not credits."""
    return (
        _code(f"{prefix}課程代碼", "course.code"),
        ColumnSpec(f"{prefix}科目名稱", "course.name"),
        _integer(f"{prefix}開課年級", "course.grade"),
        _integer(f"{prefix}修課{amount}", "course.credits" if amount == "學分" else "course.periods"),
    )


def _original_term(prefix: str) -> tuple[ColumnSpec, ColumnSpec]:
    return (
        _integer(f"{prefix}學年度", "course.original_school_year"),
        _integer(f"{prefix}學期", "course.original_term"),
    )


_ACTUAL_TERM = _integer("實際修課學期", "course.term")
_METHOD = "course.method"
_ELSEWHERE = "course.school_code"


def _regular(amount: _Amount) -> SheetSpec:
    return _outcome_sheet("regular", "學期課程學習成果", _ACTUAL_TERM, *_course("", amount))


def _transfer(amount: _Amount) -> SheetSpec:
    return _outcome_sheet(
        "transfer",
        "轉學轉科課程學習成果",
        _code("原修課學校代碼", _ELSEWHERE),
        *_original_term("原修課"),
        *_course("原修課", amount),
    )


def _guest(amount: _Amount) -> SheetSpec:
    return _outcome_sheet(
        "guest",
        "借讀課程學習成果",
        _code("借讀學校代碼", _ELSEWHERE),
        *_original_term("借讀修課"),
        *_course("借讀校", amount),
    )


def _makeup(amount: _Amount) -> SheetSpec:
    return _outcome_sheet(
        "makeup",
        "補修課程學習成果",
        *_original_term("應修課"),
        _ACTUAL_TERM,
        *_course("", amount),
        _code("補修方式", _METHOD),
    )


def _retake(amount: _Amount) -> SheetSpec:
    return _outcome_sheet(
        "retake",
        "重修課程學習成果",
        *_original_term("原修課"),
        _ACTUAL_TERM,
        *_course("原修課", amount),
        _code("重修方式", _METHOD),
    )


def _repeat(amount: _Amount) -> SheetSpec:
    return _outcome_sheet("repeat", "重讀課程學習成果", _ACTUAL_TERM, *_course("", amount))


_DAY_OUTCOMES = RosterSpec(
    code="26",
    official_name="學生課程學習成果名冊",
    kind="course_outcomes",
    division="day",
    scope="year",
    cover_term=0,
    submitting_duty="course_outcomes",
    receipt_kind="課程學習成果",
    sheets=(
        _regular("學分"),
        _makeup("學分"),
        _retake("學分"),
        _repeat("學分"),
        _transfer("學分"),
        _guest("學分"),
    ),
)

_EVENING_OUTCOMES = RosterSpec(
    code="28",
    official_name="進修部(學校)學生課程學習成果名冊",
    kind="course_outcomes",
    division="evening",
    scope="year",
    cover_term=0,
    submitting_duty="course_outcomes",
    receipt_kind="課程學習成果",
    sheets=(
        _regular("節數"),
        *(replace(sheet("節數"), sure=False) for sheet in (_makeup, _retake, _repeat)),
        _transfer("節數"),
        _guest("節數"),
    ),
)

_COLUMN_TYPES = {
    FieldKind.TEXT: ColumnType.TEXT,
    FieldKind.DATE: ColumnType.ROC_DATE,
    FieldKind.INTEGER: ColumnType.INTEGER,
    FieldKind.DECIMAL: ColumnType.DECIMAL,
    FieldKind.CODE: ColumnType.CODE,
    FieldKind.SCHOOL_YEAR: ColumnType.INTEGER,
    FieldKind.TERM: ColumnType.INTEGER,
}
_NUMBERS = (ColumnType.INTEGER, ColumnType.DECIMAL)


def _detail(field: FieldSpec) -> ColumnSpec:
    type = _COLUMN_TYPES[field.kind]
    none = "-1" if type in _NUMBERS and not field.required else ""
    return ColumnSpec(
        field.heading, f"details.{field.key}", type, field.required, field.max_length, none, field.places
    )


def _performance_sheet(category: Category) -> SheetSpec:
    keys = [field.key for field in category.fields]
    columns = [_detail(field) for field in category.fields]
    after = category.description_after
    columns.insert(keys.index(after) + 1 if after else len(columns), _description("內容簡述"))
    links = (
        ColumnSpec("證明文件連結", "file.document", ColumnType.FILE, required=False),
        ColumnSpec("影音檔案連結", "file.av", ColumnType.FILE, required=False),
        ColumnSpec("外部影音連結", "item.external_link", ColumnType.URL, required=False),
    )
    return SheetSpec(category.code, category.sheet_name, (*_STUDENT, *columns, *links))


_DIVERSE_PERFORMANCE = RosterSpec(
    code="25",
    official_name="學生自填多元表現名冊",
    kind="diverse_performance",
    division="both",
    scope="year",
    cover_term=0,
    submitting_duty="diverse_performance",
    receipt_kind="多元表現",
    sheets=tuple(_performance_sheet(category) for category in CATEGORIES.values()),
)

_GRADE3_BATCHES = ((1, "3", "高三第一梯次"), (2, "7", "高三第二梯次"))


def _for_grade3(spec: RosterSpec) -> list[RosterSpec]:
    """The same roster for grade 3, which is submitted in spring by batches: 26 becomes 36 and 76 (D13)."""
    return [
        replace(
            spec,
            code=first_digit + spec.code[1:],
            official_name=f"{spec.official_name}（{name}）",
            grades=(3,),
            letter_batch=letter_batch,
        )
        for letter_batch, first_digit, name in _GRADE3_BATCHES
    ]


_BASE = (_DIVERSE_PERFORMANCE, _DAY_OUTCOMES, _EVENING_OUTCOMES)
ROSTERS: dict[str, RosterSpec] = {spec.code: spec for base in _BASE for spec in (base, *_for_grade3(base))}


def roster(code: str) -> RosterSpec:
    """The roster with the central database's number `code`.

    Raises:
        InvalidInput: no roster has it.
    """
    if code not in ROSTERS:
        message = _("沒有代碼 %(code)s 的名冊，可用的有 %(codes)s。")
        raise InvalidInput(message % {"code": code, "codes": joined(sorted(ROSTERS))})
    return ROSTERS[code]

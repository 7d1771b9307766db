"""What looks wrong about a grade, though it may be right: the errors that real grade rosters have."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from accounts.domain.division import Division
from portfolio.domain.grade_kinds import Counted, GradeKind
from portfolio.domain.study_method import doubt_of_method

# Students whose mark to pass is lowered by law pass from 40: what lies between says nothing.
PASS_MARK, LOWEST_PASS_MARK = Decimal(60), Decimal(40)
_MARKS = (
    ("score", "passed"),
    ("resit_score", "resit_passed"),
    ("second_resit_score", "second_resit_passed"),
    ("year_score", "year_passed"),
    ("again_score", "again_passed"),
)
_CODE = re.compile(r"\d{3}[0-9A-Z]{20}", re.ASCII)
_TYPE, _ATTRIBUTE = 16, 18  # places in a course code, from 0
_NOT_IN_ROSTERS, _WITH_CREDITS = "89", "D"  # group activities, flexible learning; unless with credits

Doubt = tuple[str, str]


def doubts(values: Mapping[str, Any]) -> Iterator[Doubt]:
    """Column and what is doubtful about it, of a grade with these `values`."""
    yield from _about_the_course(values["course"])
    yield from _about_the_sheet(values)
    yield from _about_the_method(values)
    for score, passed in _MARKS:
        yield from _about_a_mark(values, score, passed)
    yield from _about_resits(values)
    for name in ("subject", "remark"):
        if "\n" in (values.get(name) or ""):
            yield name, _("文字裡有換行，提交時可能被拆成兩列，請改成一行。")


def _about_the_course(code: str) -> Iterator[Doubt]:
    if not _CODE.fullmatch(code):
        yield "course", _("「%(code)s」不是 23 碼的課程代碼，請對照課程計畫。") % {"code": code}
    elif code[_TYPE] in _NOT_IN_ROSTERS and code[_ATTRIBUTE] != _WITH_CREDITS:
        yield "course", _("團體活動與不授予學分的彈性學習不列入成績名冊。")


def _about_the_sheet(values: Mapping[str, Any]) -> Iterator[Doubt]:
    kind, division = values["kind"], values["division"]
    if (kind, division) in ((GradeKind.RESIT, Division.DAY), (GradeKind.MAKEUP, Division.EVENING)):
        parts = {"division": Division(division).label, "kind": GradeKind(kind).label}
        yield "kind", _("%(division)s的成績名冊沒有「%(kind)s」這一張，請檢查部別與成績類別。") % parts


def _about_the_method(values: Mapping[str, Any]) -> Iterator[Doubt]:
    is_again = values["kind"] in (GradeKind.MAKEUP, GradeKind.RETAKE)
    if is_again and (doubt := doubt_of_method(values.get("method") or "")):
        yield "method", doubt


def _about_a_mark(values: Mapping[str, Any], score: str, passed: str) -> Iterator[Doubt]:
    mark, flag = values.get(score), values.get(passed)
    if flag is None:
        return
    if mark is None:
        exempt = values["kind"] == GradeKind.TRANSFER or values.get("counted") == Counted.UNGRADED
        if flag and not exempt:
            yield passed, _("註記及格，但沒有成績。")
    elif flag and mark < LOWEST_PASS_MARK:
        yield passed, _("成績 %(mark)s 卻註記及格。") % {"mark": f"{mark.normalize():f}"}
    elif not flag and mark >= PASS_MARK:
        yield passed, _("成績 %(mark)s 卻註記不及格。") % {"mark": f"{mark.normalize():f}"}


def _about_resits(values: Mapping[str, Any]) -> Iterator[Doubt]:
    first = "again_passed" if values["kind"] == GradeKind.REPEAT else "passed"
    for passed, resit in ((first, "resit_score"), ("resit_passed", "second_resit_score")):
        if values.get(passed) and values.get(resit) is not None:
            yield resit, _("先前已註記及格，仍有補考成績。")

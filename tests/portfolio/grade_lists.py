"""Lists of grades, for the tests of their import."""

from typing import Any

from accounts.services.list_import import ListReport, import_list
from portfolio.services.grade_import import Grades
from schedules.models import Term
from tests.accounts import lists
from tests.moments import at

NOW = at("2025-01-20 09:00")
CODE, OTHER = "113999999V2130521100001", "113999999V2130521100002"
HEADINGS = ["學號", "課程代碼", "科目名稱", "開課年級", "修課學分", "學期學業成績", "成績及格", "補考成績"]


def grades(term: Term, *rows: list[Any], headings: list[str] = HEADINGS, **options: Any) -> ListReport:
    chosen = {"by": None, "at": NOW, "accept_warnings": True, **options}
    content = lists.xlsx([headings, *rows])
    return import_list(Grades(term), content, file_name="成績.xlsx", **chosen)


def scored(
    student: str, score: Any = 78.5, code: str = CODE, *, passed: Any = 1, resit: Any = -1
) -> list[Any]:
    return [student, code, "程式設計", 2, 3, score, passed, resit]


def told(problems: list[Any]) -> list[str]:
    return [str(problem) for problem in problems]

"""Writes the permission matrix for people: `python -m tests.permissions.document > docs/permissions.md`."""

import sys
from collections.abc import Iterable, Iterator

from tests.permissions.access import Answer, Role, Row
from tests.permissions.matrix import AREAS

MARKS = {
    Answer.PAGE: "✓",
    Answer.DONE: "✓",
    Answer.ELSEWHERE: "✓",
    Answer.SIGN_IN: "登入",
}
METHODS = {"get": "看", "post": "做"}
INTRODUCTION = """\
# 權限表

每個網址、每個角色看得到什麼、可以做什麼。這份文件由 `tests/permissions/matrix/` 產生，請勿直接修改：
`python -m tests.permissions.document > docs/permissions.md`。同一份資料也是測試：
`tests/permissions/test_every_url.py` 以每個角色實際要求每個網址，網站上任何網址不在表內，測試就不通過。

- 表中的資料屬於日間部的一位學生（「學生本人」）；導師、任課教師、家長都是這位學生的，其他角色與這位學生無關。
- 看：GET；做：POST。✓ 可以；— 拒絕（403、404，或表單退回而沒有任何變動）；登入：先到登入頁。
- 「離職教師」已離職，帳號因保留認證而仍可登入（第 12 點之二）；「停用帳號」登入後才被停用。
- 職務代理生效期間，代理人與原承辦人的權限相同，紀錄註明為誰代理；此表為無人請假時。
"""


def markdown() -> str:
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield INTRODUCTION.rstrip()
    for area, rows in AREAS.items():
        yield from ("", f"## {area}", "")
        yield from _table([(row, method) for row in rows for method in METHODS if _is_known(row, method)])


def _is_known(row: Row, method: str) -> bool:
    access = row.access(method)
    return access is not None and access.otherwise is not Answer.NO_SUCH_METHOD


def _table(entries: list[tuple[Row, str]]) -> Iterator[str]:
    columns = _columns(entries)
    yield _line(["網址", "內容", "", *("、".join(names) for names in columns.values())])
    yield _line(["---", "---", "---", *(":-:" for __ in columns)])
    for number, (row, method) in enumerate(entries):
        marks = (column[number] for column in columns)
        yield _line([f"`/{_escaped(row.route)}`", row.what, METHODS[method], *marks])


def _columns(entries: list[tuple[Row, str]]) -> dict[tuple[str, ...], list[Role]]:
    """Marks from top to bottom → the roles that have them: who gets the same throughout shares a column."""
    columns: dict[tuple[str, ...], list[Role]] = {}
    for role in Role:
        marks = tuple(_mark(row, method, role) for row, method in entries)
        columns.setdefault(marks, []).append(role)
    return columns


def _mark(row: Row, method: str, role: Role) -> str:
    access = row.access(method)
    assert access is not None, "the table has no line for a method that the address does not know"
    return MARKS.get(access.answer(role), "—")


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _escaped(route: str) -> str:
    return route.replace("|", "\\|")


if __name__ == "__main__":
    sys.stdout.write(markdown())

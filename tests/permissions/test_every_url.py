"""Every address of the site, asked for as every role, answers as the matrix says (security A6)."""

from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from tests.permissions.access import Answer, Role, Roles, Row, roles
from tests.permissions.matrix import ROWS
from tests.permissions.scene import PermissionScene
from tests.permissions.visits import Visitors

pytestmark = pytest.mark.django_db

METHODS = ("get", "post")
# Words that stand nowhere but in what is the owner's → who may read them somewhere on the site.
_OUTCOMES = roles(Role.OWNER, Role.GUARDIAN, Role.TEACHER, Role.HOMEROOM, Role.REGISTRY_HEAD, Role.ADMIN)
_PERFORMANCES = roles(Role.OWNER, Role.GUARDIAN, Role.HOMEROOM, Role.DISCIPLINE_HEAD, Role.ADMIN)
_PERSON = (
    _OUTCOMES
    | _PERFORMANCES
    | {Role.REGISTRY_CLERK, Role.ACTIVITIES_HEAD, Role.COUNSELLOR, Role.EXECUTIVE_SECRETARY}
)


def routes() -> Iterator[str]:
    """Every URL pattern of the site, as `ResolverMatch.route` writes it."""
    yield from _below(get_resolver(), "")


def _below(resolver: URLResolver, prefix: str) -> Iterator[str]:
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern).removeprefix("^")
        if isinstance(entry, URLPattern):
            yield route
        else:
            yield from _below(entry, route)


def private(scene: PermissionScene) -> dict[str, Roles]:
    """Text of the owner's → who may read it."""
    return {
        "獨有簡述今年成果": _OUTCOMES,
        "獨有簡述去年成果": _OUTCOMES,
        "獨有檔名成果": _OUTCOMES,
        "獨有諮詢": roles(Role.OWNER, Role.COUNSELLOR),
        "獨有建議": roles(Role.OWNER, Role.COUNSELLOR),
        "獨有草稿": roles(Role.OWNER),
        "獨有檔名去年": _OUTCOMES,
        "獨有科目": roles(Role.OWNER, Role.REGISTRY_CLERK, Role.ADMIN),
        "獨有社團": roles(Role.OWNER, Role.ACTIVITIES_HEAD, Role.DISCIPLINE_HEAD, Role.ADMIN),
        "獨有回報": roles(Role.REGISTRY_CLERK, Role.ACTIVITIES_HEAD, Role.DISCIPLINE_HEAD),
        "獨有簡述今年表現": _PERFORMANCES,
        "獨有簡述去年表現": _PERFORMANCES | {Role.TEACHER},  # who may select it for the student
        "獨有檔名表現": _PERFORMANCES,
        scene.owner.user.name: _PERSON,
        scene.owner.student_number: _PERSON,
        scene.owner.national_id: roles(Role.REGISTRY_CLERK),
    }


def test_no_url_of_the_site_is_missing_from_the_matrix() -> None:
    assert sorted(set(routes()) - {row.route for row in ROWS}) == []


def test_the_matrix_speaks_of_no_url_that_is_not_there() -> None:
    assert sorted({row.route for row in ROWS} - set(routes())) == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.route} {row.what}")
def test_every_role_gets_what_the_matrix_says(row: Row, visitors: Visitors) -> None:
    problems = [problem for role in Role for problem in _problems(row, role, visitors)]
    assert problems == []


def _problems(row: Row, role: Role, visitors: Visitors) -> Iterator[str]:
    for method in METHODS:
        access = row.access(method)
        expected = access.answer(role) if access else Answer.NO_SUCH_METHOD
        visit, body = visitors.ask_row(role, method, row), str(visitors.body(method, row))
        if problem := visit.problem(expected):
            yield f"{role.name} {method}: {problem}"
        for text, readers in private(visitors.scene).items():
            if role not in readers and text not in body and text.encode() in visit.content:
                yield f"{role.name} {method}: reads {text}"

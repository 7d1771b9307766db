"""A student who puts another student's ids into addresses, forms and links gets and changes nothing."""

from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any

import pytest

from accounts import clock
from portfolio.tickets import give_ticket
from tests.factories import uploaded_pdf
from tests.moments import at
from tests.permissions.access import EVERYBODY, OTHER_STUDENTS, Answer, Role, Row
from tests.permissions.matrix import ROWS
from tests.permissions.scene import PermissionScene
from tests.permissions.test_every_url import METHODS
from tests.permissions.visits import Visitors

pytestmark = pytest.mark.django_db

Body = dict[str, Any]
# Parts of addresses that say whose something is; the token of a calendar is its owner's secret.
IDS = {"pk", "student", "object_id", "id"}
# Fields of a student's forms that hold ids, and those that hold other numbers.
ID_FIELDS = {"enrolment", "outcomes", "performances"}
NUMBER_FIELDS = {"school_year", "term", "type"}

CLASSMATES_OWN: dict[str, Callable[[PermissionScene], Body]] = {
    "portfolio/outcomes/new/": lambda scene: {
        "enrolment": scene.classmates_outcome.enrolment_id,
        "description": "自己的簡述",
        "document": uploaded_pdf("自己的作品"),
    },
    "portfolio/selection/": lambda scene: {"outcomes": [], "performances": []},
}
TAMPERED: dict[str, tuple[str, Callable[[PermissionScene], Body]]] = {
    "the course of an upload": (
        "portfolio/outcomes/new/",
        lambda scene: {"enrolment": scene.outcome.enrolment_id},
    ),
    "an outcome among those selected": (
        "portfolio/selection/",
        lambda scene: {"outcomes": [scene.classmates_certified.pk, scene.certified.pk]},
    ),
    "a performance among those selected": (
        "portfolio/selection/",
        lambda scene: {"performances": [scene.unselected.pk]},
    ),
}


def test_no_address_with_an_id_serves_two_students() -> None:
    shared = [
        (row.route, method, role.name)
        for row in ROWS
        for method in METHODS
        for role in OTHER_STUDENTS
        if IDS & row.of.keys() and _is_the_owners(row, method) and not _is_closed(row, method, role)
    ]
    assert shared == []


def _is_the_owners(row: Row, method: str) -> bool:
    access = row.access(method)
    return access is not None and Role.OWNER in access.may and access.may != EVERYBODY


def _is_closed(row: Row, method: str, role: Role) -> bool:
    access = row.access(method)
    return access is not None and access.answer(role) is Answer.MISSING


def test_every_field_of_a_students_forms_that_holds_an_id_is_tampered_with_below(visitors: Visitors) -> None:
    pages = [row for row in ROWS if row.get and Role.OWNER in row.get.may and "admin" not in row.route]
    found = {
        name for row in pages for name in _number_fields(visitors.ask_row(Role.OWNER, "get", row).content)
    }
    assert found - NUMBER_FIELDS == ID_FIELDS
    assert {key for __, change in TAMPERED.values() for key in change(visitors.scene)} == ID_FIELDS


@pytest.mark.parametrize("what", TAMPERED)
def test_another_students_id_in_a_form_changes_nothing(what: str, visitors: Visitors) -> None:
    route, change = TAMPERED[what]
    own = CLASSMATES_OWN[route]
    assert not visitors.ask(Role.CLASSMATE, "post", f"/{route}", own(visitors.scene)).problem(Answer.DONE)
    tampered = own(visitors.scene) | change(visitors.scene)
    visit = visitors.ask(Role.CLASSMATE, "post", f"/{route}", tampered)
    assert not visit.problem(Answer.AGAIN)
    assert "獨有".encode() not in visit.content


def test_another_students_course_in_the_address_of_the_upload_form_is_not_offered(visitors: Visitors) -> None:
    enrolment = visitors.scene.outcome.enrolment_id
    page = visitors.ask(Role.CLASSMATE, "get", f"/portfolio/outcomes/new/?enrolment={enrolment}").content
    assert f'value="{enrolment}"'.encode() not in page
    assert str(visitors.scene.outcome.enrolment.section.course.name).encode() not in page


def test_another_students_ticket_does_not_prove_that_an_upload_began_in_time(visitors: Visitors) -> None:
    scene, began = visitors.scene, at("2025-02-03 23:55")
    body, address = CLASSMATES_OWN["portfolio/outcomes/new/"], "/portfolio/outcomes/new/"
    tickets = {role: give_ticket(scene.users[role], began) for role in (Role.OWNER, Role.CLASSMATE)}
    with clock.frozen_at(at("2025-02-04 00:05")):
        own = body(scene) | {"ticket": tickets[Role.CLASSMATE]}
        assert not visitors.ask(Role.CLASSMATE, "post", address, own).problem(Answer.DONE)
        taken = body(scene) | {"ticket": tickets[Role.OWNER]}
        assert not visitors.ask(Role.CLASSMATE, "post", address, taken).problem(Answer.AGAIN)


@pytest.mark.parametrize(
    "path, change",
    [
        ("outcomes/new/", lambda scene: {"enrolment": scene.outcome.enrolment_id}),
        ("selection/", lambda scene: {"outcomes": [scene.certified.pk]}),
        ("selection/", lambda scene: {"performances": [scene.unselected.pk]}),
    ],
)
def test_a_parent_cannot_reach_another_child_through_the_form_of_their_own(
    path: str, change: Callable[[PermissionScene], Body], visitors: Visitors
) -> None:
    scene = visitors.scene
    body = {"description": "簡述", "document": uploaded_pdf(), "proxy_reason": "住院", **change(scene)}
    visit = visitors.ask(Role.OTHER_GUARDIAN, "post", f"/proxy/{scene.bystander.pk}/{path}", body)
    assert not visit.problem(Answer.AGAIN)


def test_a_receipt_of_another_student_is_not_there_under_the_address_of_ones_own_child(
    visitors: Visitors,
) -> None:
    scene = visitors.scene
    for path in ("", "report/"):
        address = f"/proxy/{scene.bystander.pk}/receipts/{scene.confirmation.pk}/{path}"
        for method in METHODS:
            body = {"proxy_reason": "住院", "reason": "missing", "explanation": "少一件"}
            assert not visitors.ask(Role.OTHER_GUARDIAN, method, address, body).problem(Answer.MISSING)


def _number_fields(page: bytes) -> Iterator[str]:
    """Names of the fields of the page's posting forms that offer or hold a plain number."""
    reader = _Forms()
    reader.feed(page.decode(errors="replace"))  # some are files
    yield from reader.names


class _Forms(HTMLParser):
    """Collects fields that hold plain numbers: hidden ones, ticks, choices."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self._posts, self._select = False, ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        value = given.get("value") or ""
        if tag == "form":
            self._posts = (given.get("method") or "").lower() == "post"
        elif tag == "select":
            self._select = given.get("name") or ""
        name = self._select if tag == "option" else given.get("name") or ""
        if self._posts and name and value.isdecimal() and given.get("type") not in ("number", "text"):
            self.names.add(name)

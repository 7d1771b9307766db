"""Asking for an address as somebody, and seeing what came back and what it changed; nothing of it stays."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.http import HttpRequest
from django.test import Client
from django.urls import resolve

from accounts.models import AuditEntry, User
from tests.permissions.access import Answer, Role, Row
from tests.permissions.admin_bodies import admin_body
from tests.permissions.bodies import BODIES
from tests.permissions.scene import PermissionScene

READS = ("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK")


@dataclass(frozen=True)
class Visit:
    """What came back. `content` is the whole of it, of files too."""

    status: int
    location: str
    content: bytes
    changed: bool

    def problem(self, expected: Answer) -> str:
        """In which way this is not `expected`; empty when it is."""
        if self.status != expected.status:
            return f"{self.status} instead of {expected.name}"
        if expected.status == 302 and self._asks_to_sign_in != (expected is Answer.SIGN_IN):
            return f"leads to {self.location} instead of {expected.name}"
        if expected is Answer.DONE and not self.changed:
            return "nothing was changed"
        if expected.changes_nothing and self.changed:
            return "something was changed"
        return ""

    @property
    def _asks_to_sign_in(self) -> bool:
        return "/login/?next=" in self.location


class Visitors:
    """Everybody of the scene, signed in."""

    def __init__(self, scene: PermissionScene) -> None:
        self.scene = scene
        self._client = Client()
        self._sessions = {role: session_of(user) for role, user in scene.users.items()}
        User.objects.filter(pk=scene.users[Role.DISABLED].pk).update(is_active=False)
        self._before = database()
        self._addresses: dict[int, str] = {}
        self._admin_bodies: dict[str, dict[str, Any]] = {}

    def ask(self, role: Role, method: str, address: str, body: dict[str, Any] | None = None) -> Visit:
        """The answer to `role`; whatever it changed is taken back."""
        self._client.cookies.clear()
        if role in self._sessions:
            self._client.cookies[settings.SESSION_COOKIE_NAME] = self._sessions[role]
        with transaction.atomic(), _writes() as written:
            response: Any = getattr(self._client, method)(address, body or {})
            content = b"".join(response.streaming_content) if response.streaming else response.content
            changed = bool(written) and database() != self._before
            transaction.set_rollback(True)
        return Visit(response.status_code, response.headers.get("Location", ""), content, changed)

    def ask_row(self, role: Role, method: str, row: Row) -> Visit:
        return self.ask(role, method, self.address(row), self.body(method, row))

    def body(self, method: str, row: Row) -> dict[str, Any]:
        if method != "post":
            return {}
        if row.body in BODIES:
            return BODIES[row.body](self.scene)
        if row.body not in self._admin_bodies:
            kind, record = row.body.split(" ")
            administrator = Client()
            administrator.cookies[settings.SESSION_COOKIE_NAME] = self._sessions[Role.ADMIN]
            made_up = admin_body(kind, record, self.address(row), self.scene, administrator)
            self._admin_bodies[row.body] = made_up
        return self._admin_bodies[row.body]

    def address(self, row: Row) -> str:
        if id(row) not in self._addresses:
            self._addresses[id(row)] = address_of(row, self.scene)
        return self._addresses[id(row)]


def address_of(row: Row, scene: PermissionScene) -> str:
    """The address that `row` is about, and of no other pattern."""
    address = row.route
    for part, name in row.of.items():
        address = _filled(address, part, str(scene.value(name)))
    address = f"/{address.removesuffix('$')}"
    assert resolve(address).route == row.route, f"{address} is answered by {resolve(address).route}"
    return address


def _filled(address: str, part: str, value: str) -> str:
    """`address` with `value` for its part: `<int:pk>`, `<id>` or `(?P<url>.*)`."""
    end = address.index(f"{part}>") + len(part) + 1
    start = address.rindex("<", 0, end)
    if address[:start].endswith("(?P"):
        start, end = start - 3, address.index(")", end) + 1
    return address[:start] + value + address[end:]


def session_of(user: User) -> str:
    """A session of somebody who has just given their password."""
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    request = HttpRequest()
    request.user, request.session = user, client.session
    reauthenticate_by_password(request)
    request.session.save()
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@contextmanager
def _writes() -> Iterator[list[str]]:
    """The statements that may have changed something but sessions."""
    written: list[str] = []

    def watch(execute: Callable, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.lstrip().upper().startswith(READS) and Session._meta.db_table not in sql:
            written.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield written


def database() -> str:
    """A digest of everything that is kept but sessions, and that somebody looked at what they may see."""
    digest = hashlib.sha256()
    for model in apps.get_models(include_auto_created=True):
        rows = model._base_manager.order_by("pk")
        if model is AuditEntry:
            rows = rows.exclude(act__startswith="view_")
        if model is not Session:
            digest.update(f"{model._meta.db_table}{list(rows.values_list())}".encode())
    return digest.hexdigest()

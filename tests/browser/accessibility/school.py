"""The school whose pages are looked at: that of the permission matrix, answering within this process."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.test import Client

from accounts import clock
from tests.permissions.access import Role
from tests.permissions.scene import NOW, PermissionScene
from tests.permissions.visits import session_of

HOST = "localhost"  # a secure context by its name: passkeys are offered


@dataclass(frozen=True)
class Reply:
    """What the site answered to whoever asked for `address`."""

    address: str
    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def is_page(self) -> bool:
        return self.headers.get("Content-Type", "").startswith("text/html") and b"<html" in self.content


class School:
    """Everybody signed in; whatever a question changes is taken back."""

    def __init__(self) -> None:
        self.scene = PermissionScene()
        self._sessions = {role: session_of(user) for role, user in self.scene.users.items()}

    def ask(
        self,
        role: Role,
        address: str,
        body: dict[str, Any] | None = None,
        *,
        at: datetime = NOW,
        after: Callable[[PermissionScene, Client], None] | None = None,
    ) -> Reply:
        """What `role` gets at `address`, by POST when there is a body, once `after` has happened."""
        client = self._client(role)
        with transaction.atomic(), clock.frozen_at(at):
            if after:
                after(self.scene, client)
            response: Any = client.get(address) if body is None else client.post(address, body)
            content = b"".join(response.streaming_content) if response.streaming else response.content
            transaction.set_rollback(True)
        return Reply(address.partition("?")[0], response.status_code, dict(response.headers), content)

    def _client(self, role: Role) -> Client:
        client = Client(SERVER_NAME=HOST)
        if role in self._sessions:
            client.cookies[settings.SESSION_COOKIE_NAME] = self._sessions[role]
        return client


@dataclass(frozen=True)
class Visit:
    """A page that is looked at: how it comes about, at an address of which pattern (none for error pages)."""

    what: str
    ask: Callable[[School], Reply]
    route: str = ""

    @property
    def own(self) -> bool:
        """Whether the page is the platform's own, not the stock admin's."""
        return not self.route.startswith("admin/")

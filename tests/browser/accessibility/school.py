"""The school whose pages are looked at: that of the permission matrix, answering within this process."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.test import Client

from accounts import clock
from accounts.models import User
from tests.permissions.access import Role
from tests.permissions.scene import NOW, PermissionScene
from tests.permissions.visits import session_of

Address = str | Callable[[PermissionScene], str]
Event = Callable[[PermissionScene, Client], None]
HOST = "localhost"  # a secure context by its name: passkeys are offered


@dataclass(frozen=True)
class Reply:
    """What the site answered to whoever asked for `address`."""

    address: str
    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def language(self) -> str:
        return self.headers.get("Content-Language", settings.LANGUAGE_CODE)

    @property
    def is_page(self) -> bool:
        return self.headers.get("Content-Type", "").startswith("text/html") and b"<html" in self.content


class School:
    """Everybody signed in; whatever a question changes is taken back."""

    def __init__(self) -> None:
        self.scene = PermissionScene()
        self._sessions = {role: session_of(user) for role, user in self.scene.users.items()}
        User.objects.filter(pk=self.scene.users[Role.DISABLED].pk).update(is_active=False)

    def ask(
        self,
        role: Role,
        address: Address,
        body: dict[str, Any] | None = None,
        *,
        at: datetime = NOW,
        after: Event | None = None,
        language: str = "",
        trusting: bool = True,
    ) -> Reply:
        """What `role` gets at `address`, by POST when there is a body, once `after` has happened.

        The site believes where a POST comes from unless it is not `trusting`.
        """
        client = self._client(role, trusting)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        with transaction.atomic(), clock.frozen_at(at):
            if after:
                after(self.scene, client)
            path = address if isinstance(address, str) else address(self.scene)
            response: Any = client.get(path) if body is None else client.post(path, body)
            content = b"".join(response.streaming_content) if response.streaming else response.content
            transaction.set_rollback(True)
        return Reply(path.partition("?")[0], response.status_code, dict(response.headers), content)

    def _client(self, role: Role, trusting: bool) -> Client:
        client = Client(SERVER_NAME=HOST, enforce_csrf_checks=not trusting)
        if role in self._sessions:
            client.cookies[settings.SESSION_COOKIE_NAME] = self._sessions[role]
        return client


@dataclass(frozen=True)
class Visit:
    """A page that is looked at: how it comes about, at an address of which pattern (none for error pages).

    A `brief` one was looked at closely already, as it is for somebody else or before something was sent.
    """

    what: str
    ask: Callable[[School], Reply]
    route: str = ""
    brief: bool = False

    @property
    def own(self) -> bool:
        """Whether the page is the platform's own, not the stock admin's."""
        return not self.route.startswith("admin/")

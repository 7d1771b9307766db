"""One school for all of these tests: every visit is taken back, so that none sees what another did."""

import logging
from collections.abc import Iterator
from unittest.mock import patch

import pytest
from django.db import transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from accounts import clock
from accounts.panels import NavItem, Visitor, nav_for
from tests.permissions.scene import NOW, PermissionScene
from tests.permissions.visits import Visitors


@pytest.fixture(scope="package")
def shared_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder = tmp_path_factory.mktemp("permissions")
    with override_settings(
        PRIVATE_FILES_DIR=folder / "files",
        EXPORTS_DIR=folder / "exports",
        TRAIL_ANCHORS=folder / "trail-anchors.log",
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    ):
        yield


@pytest.fixture(autouse=True)
def private_folders(shared_folders: None) -> None:
    """Those of the one school, instead of each test's own."""


@pytest.fixture(scope="package")
def menus_once() -> Iterator[None]:
    """Everybody's menu is put together once: it is the same on every page, and half the work of most."""
    menus: dict[int, list[NavItem]] = {}

    def menu(visitor: Visitor) -> list[NavItem]:
        if visitor.user.pk not in menus:
            menus[visitor.user.pk] = nav_for(visitor)
        return menus[visitor.user.pk]

    with patch("accounts.context_processors.nav_for", menu):
        yield


@pytest.fixture(scope="package")
def visitors(
    shared_folders: None, menus_once: None, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Visitors]:
    logging.disable()  # thousands of refusals are what is asked for here
    with django_db_blocker.unblock(), transaction.atomic(), clock.frozen_at(NOW):
        yield Visitors(PermissionScene())
        transaction.set_rollback(True)
    logging.disable(logging.NOTSET)


@pytest.fixture
def scene(visitors: Visitors) -> PermissionScene:
    return visitors.scene

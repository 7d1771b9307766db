"""What every test gets: a place of its own for files, a clock that can be set, people who can sign in."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.backends.sqlite3.base import DatabaseWrapper as SQLite
from django.test import Client, TransactionTestCase
from hypothesis import settings as hypothesis_settings
from pytest_django import Settings

from accounts import clock
from accounts.models import User
from config.demo.unguarded import trail_unguarded

SetClock = Callable[[datetime], None]

# On a busy machine a single example may take long, which says nothing about the rule it tries.
hypothesis_settings.register_profile("patient", deadline=None)
hypothesis_settings.load_profile("patient")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that commits begins with what the migrations loaded (rules, code lists, limits), as all do."""
    for item in items:
        marker = item.get_closest_marker("django_db")
        fixtures = set(getattr(item, "fixturenames", ()))
        if (marker and marker.kwargs.get("transaction")) or fixtures & {"transactional_db", "live_server"}:
            reloading = pytest.mark.django_db(transaction=True, serialized_rollback=True)
            item.add_marker(reloading, append=False)
        if not _uses_the_database(item, fixtures) or _is_alike_on_every_database(item.path):
            item.add_marker(pytest.mark.once)


def _uses_the_database(item: pytest.Item, fixtures: set[str]) -> bool:
    of_django = issubclass(getattr(item, "cls", None) or object, TransactionTestCase)
    named = fixtures & {"db", "transactional_db", "live_server"}
    return bool(item.get_closest_marker("django_db") or named or of_django)


def _is_alike_on_every_database(path: Path) -> bool:
    """Pages and who may see them; the journey through a whole year is walked on both."""
    folders = {folder.name for folder in path.parents}
    return "permissions" in folders or ("browser" in folders and path.name != "test_journey.py")


@pytest.fixture(scope="session", autouse=True)
def trail_can_be_emptied() -> Iterator[None]:
    """Between tests that commit: on SQLite the trail's own triggers would refuse to let it go."""
    flush = SQLite.ops_class.execute_sql_flush

    def unguarded(self: BaseDatabaseOperations, statements: list[str]) -> None:
        with trail_unguarded():
            flush(self, statements)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SQLite.ops_class, "execute_sql_flush", unguarded)
        yield


@pytest.fixture(autouse=True)
def private_folders(settings: Settings, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test writes where another one reads."""
    settings.PRIVATE_FILES_DIR = tmp_path / "files"
    settings.EXPORTS_DIR = tmp_path / "exports"
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path_factory.mktemp("uploads")
    settings.TRAIL_ANCHORS = tmp_path / "trail-anchors.log"
    # The real hasher is slow on purpose.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def set_clock() -> Iterator[SetClock]:
    """Sets the one clock, for this process, until the test ends."""
    with ExitStack() as stack:
        yield lambda moment: stack.enter_context(clock.frozen_at(moment))


@pytest.fixture
def client_of() -> Callable[[User], Client]:
    """A browser in which somebody is signed in."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend=django_settings.AUTHENTICATION_BACKENDS[0])
        return client

    return sign_in

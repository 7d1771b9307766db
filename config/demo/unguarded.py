"""Emptying a database whose trail cannot be removed: for the demo school, and between tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

from django.db import connection

TRIGGERS = import_module("accounts.migrations.0005_trail_triggers")


@contextmanager
def trail_unguarded() -> Iterator[None]:
    """Inside the block the trail can be changed and removed.

    Only on SQLite, where emptying a table removes its rows one by one; PostgreSQL truncates.
    """
    if connection.vendor != "sqlite":
        yield
        return
    _execute(TRIGGERS.removing(connection.vendor))
    try:
        yield
    finally:
        _execute(TRIGGERS.installing(connection.vendor))


def _execute(statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)

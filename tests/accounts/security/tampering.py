"""What somebody with the database in hand, but without the installation's key, can do to the trail."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from accounts.models import AuditEntry
from config.demo.unguarded import TRIGGERS

TABLES = {
    "entries": "accounts_auditentry",
    "links": "accounts_auditlink",
    "purges": "accounts_trailpurge",
}


@contextmanager
def guards_down() -> Iterator[None]:
    """The owner of the tables can take the triggers away."""
    _settle()
    _run(TRIGGERS.removing(connection.vendor))
    yield
    _settle()
    _run(TRIGGERS.installing(connection.vendor))


@contextmanager
def trigger_down(name: str) -> Iterator[None]:
    """One trigger that SQLite has and PostgreSQL has not is taken away."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s", [name])
        (put_up,) = cursor.fetchone()
    _run([f"DROP TRIGGER {name}"])
    yield
    _run([put_up])


def sql(statement: str, *values: Any) -> None:
    """Run `statement`, in which the tables are called `{entries}`, `{links}` and `{purges}`."""
    with connection.cursor() as cursor:
        cursor.execute(statement.format(**TABLES), values or None)


def tamper(statement: str, *values: Any) -> None:
    with guards_down():
        sql(statement, *values)


def copy_of(entry: int, **changed: Any) -> None:
    """Put a row beside `entry` that says the same, apart from `changed`."""
    said: dict[str, Any] = {**AuditEntry.objects.filter(pk=entry).values().get(), **changed}
    said.pop("id")
    AuditEntry.objects.create(**said)


def _run(statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _settle() -> None:
    """PostgreSQL alters no table while foreign keys of the transaction are still to be checked."""
    connection.check_constraints()

"""SQLite takes far more values in one statement than Django 5.2 gives it: a hundred rows are one INSERT."""

import sqlite3
from typing import Any

from django.db.backends.signals import connection_created
from django.dispatch import receiver


@receiver(connection_created, dispatch_uid="sqlite_room")
def use_the_room_there_is(connection: Any, **kwargs: Any) -> None:
    """As Django 6 does: what this build of SQLite allows instead of the 999 of old ones."""
    if connection.vendor == "sqlite":
        room = connection.connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER)
        connection.features.max_query_params = room

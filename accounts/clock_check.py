"""Whether the database's clock and this machine's agree, so that times can be compared (security B3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connections

from accounts import clock

TOLERANCE = timedelta(seconds=5)
# SQLite has no clock of its own: it asks the machine, which then agrees with itself.
_QUERIES = {"postgresql": "SELECT clock_timestamp()", "sqlite": "SELECT strftime('%Y-%m-%dT%H:%M:%f', 'now')"}


@register(Tags.database)
def clocks_agree(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Asked by `migrate` and by `check --database default`."""
    return [warning for alias in databases or () if (warning := _warning(alias))]


def _warning(alias: str) -> CheckMessage | None:
    apart = abs(_time_of(alias) - clock.now())
    if apart <= TOLERANCE:
        return None
    message = f"The clock of database '{alias}' and this machine's are {apart.total_seconds():.0f} s apart."
    return Warning(message, hint="Keep both machines' clocks by NTP.", id="accounts.W001")


def _time_of(alias: str) -> datetime:
    connection = connections[alias]
    with connection.cursor() as cursor:
        cursor.execute(_QUERIES[connection.vendor])
        now = cursor.fetchone()[0]
    return now if isinstance(now, datetime) else datetime.fromisoformat(now).replace(tzinfo=UTC)

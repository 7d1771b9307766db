"""Letters that go out once: claimed before, marked after, and sent in between, outside of any transaction.

A slow mail server keeps nobody waiting who writes. A worker that dies between sending and marking leads to
one letter too many, once its claim has lapsed; never to none at all.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

LAPSES_AFTER = timedelta(minutes=15)


@contextmanager
def claimed(waiting: QuerySet[Any], at: datetime) -> Iterator[list[Any]]:
    """Those of `waiting` that nobody else is sending, for the block to send and to mark.

    Should the block fail, they are free again at once.
    """
    rows = _claim(waiting, at)
    try:
        yield rows
    except Exception:
        _all(waiting, rows).update(mailing_since=None)
        raise


@transaction.atomic
def _claim(waiting: QuerySet[Any], at: datetime) -> list[Any]:
    free = waiting.filter(Q(mailing_since=None) | Q(mailing_since__lte=at - LAPSES_AFTER))
    rows = list(free.select_for_update(skip_locked=True, of=("self",)))
    _all(waiting, rows).update(mailing_since=at)
    return rows


def _all(waiting: QuerySet[Any], rows: list[Any]) -> QuerySet[Any]:
    found: QuerySet[Any] = waiting.model._default_manager.filter(pk__in=[row.pk for row in rows])
    return found

"""The one clock. Everything that asks what time it is asks here; tests set it, nothing else does."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from django.utils import timezone

_frozen: datetime | None = None


def now() -> datetime:
    """The present moment, time-zone aware."""
    return _frozen or timezone.now()


def today() -> date:
    """The present date in the school's time zone (Asia/Taipei)."""
    return timezone.localdate(now())


@contextmanager
def frozen_at(moment: datetime) -> Iterator[None]:
    """Hold the clock at `moment` (aware) while the block runs, in every thread of this process."""
    global _frozen
    before, _frozen = _frozen, moment
    try:
        yield
    finally:
        _frozen = before

"""How long a receipt window lasts: its opening day counts, and the school says what else does (article 6-3).

"4 days" was run as 10-09 … 10-14 in 2024 for National Day; which days are counted is therefore data.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from django.utils.translation import gettext as _

from accounts.errors import InvalidInput


class DayKinds(Protocol):
    """What a calendar must be able to say."""

    def is_public_holiday(self, day: date) -> bool: ...

    def is_workday(self, day: date) -> bool: ...


@dataclass(frozen=True)
class CountingPolicy:
    """Which days of a period of days count, and whether its end may fall on a day off."""

    counts_first_day: bool = True
    skips_public_holidays: bool = False
    skips_weekends: bool = False
    rolls_to_workday: bool = False


def last_day(opens_on: date, days: int, policy: CountingPolicy, calendar: DayKinds) -> date:
    """The last day (inclusive) of a period of `days` counted days that opens on `opens_on`.

    Raises:
        InvalidInput: `days` is none at all.
    """
    if days < 1:
        raise InvalidInput(_("期間至少要有 1 日，請檢查期程規則。"))
    counted = (day for day in _days_from(opens_on, policy) if _counts(day, policy, calendar))
    for __, day in zip(range(days), counted, strict=False):
        last = day
    return _next_workday(last, calendar) if policy.rolls_to_workday else last


def _days_from(opens_on: date, policy: CountingPolicy) -> Iterator[date]:
    day = opens_on if policy.counts_first_day else opens_on + timedelta(days=1)
    while True:
        yield day
        day += timedelta(days=1)


def _counts(day: date, policy: CountingPolicy, calendar: DayKinds) -> bool:
    if policy.skips_public_holidays and calendar.is_public_holiday(day):
        return False
    # A Saturday that is worked instead is no day off.
    return not (policy.skips_weekends and day.weekday() >= 5 and not calendar.is_workday(day))


def _next_workday(day: date, calendar: DayKinds) -> date:
    while not calendar.is_workday(day):
        day += timedelta(days=1)
    return day

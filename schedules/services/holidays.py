"""Filling the table of days off; afterwards it is the school's own."""

from collections.abc import Iterable

import holidays

from schedules.models import Holiday


def seed_holidays(years: Iterable[int]) -> int:
    """Add Taiwan's public holidays and make-up workdays of the AD `years`; how many days are new.

    Days that are in the table already stay as they are. The library computes future years: check them
    against the official calendar once it is out.
    """
    known = holidays.country_holidays("TW", years=years, language="zh_TW")
    days = [Holiday(day=day, name=name[:60]) for day, name in known.items()]
    days += [Holiday(day=day, name="補行上班", is_workday=True) for day in known.weekend_workdays]
    before = Holiday.objects.count()
    Holiday.objects.bulk_create(days, ignore_conflicts=True)
    return Holiday.objects.count() - before

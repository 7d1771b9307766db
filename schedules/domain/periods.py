"""Counting from an anchor day to the last day of a window (rules D15, detail §5.6)."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Unit(TextChoices):
    DAYS = "days", _("日")
    WEEKS = "weeks", _("週")
    MONTHS = "months", _("個月")


@dataclass(frozen=True)
class Offset:
    """So many days, weeks or months."""

    count: int
    unit: Unit

    def __str__(self) -> str:
        return f"{self.count} {Unit(self.unit).label}"

    @property
    def days(self) -> int:
        """Its length in days; ValueError for months, which have none."""
        if self.unit == Unit.MONTHS:
            raise ValueError("a month has no fixed number of days")
        return self.count * (7 if self.unit == Unit.WEEKS else 1)


def closes_on(anchor: date, offset: Offset) -> date:
    """Last day (inclusive) of a window that runs `offset` from `anchor`; the anchor day is not counted."""
    if offset.unit == Unit.MONTHS:
        return months_after(anchor, offset.count)
    return anchor + timedelta(days=offset.days)


def closes_before(anchor: date, offset: Offset) -> date:
    """Last day (inclusive) of a window that ends `offset` before `anchor` (D13); days and weeks only."""
    return anchor - timedelta(days=offset.days)


def months_after(anchor: date, months: int) -> date:
    """The day a period of `months` ends, by the civil code (articles 120, 121).

    It starts the day after `anchor` and ends the day before the corresponding day: 28 February + 1 month is
    31 March. A month without that day ends it on its last day: 31 August + 6 months is the last of February.
    """
    if months == 0:
        return anchor
    start = anchor + timedelta(days=1)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    if start.day > last:
        return date(year, month + 1, last)
    return date(year, month + 1, start.day) - timedelta(days=1)


def years_after(anchor: date, years: int) -> date:
    """The day a period of `years` ends, counted like months: five years from 2023-02-28 end on 2028-02-29."""
    return months_after(anchor, years * 12)


def start_of(day: date) -> datetime:
    """The first moment of `day` on the school's clock."""
    return timezone.make_aware(datetime.combine(day, time.min), timezone.get_default_timezone())


def end_of(day: date) -> datetime:
    """The first moment after `day`: windows are half-open, so their last day counts whole."""
    return start_of(day + timedelta(days=1))


def last_day_before(end: datetime) -> date:
    """The last day, on the school's clock, that counts for what is half-open and ends at `end`."""
    return timezone.localdate(end - timedelta(microseconds=1), timezone.get_default_timezone())

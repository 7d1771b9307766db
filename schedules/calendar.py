"""The school's days off and make-up workdays, as its table says."""

from collections.abc import Iterable
from datetime import date

from schedules.models import Holiday


class SchoolCalendar:
    """A weekend is off unless it is worked instead; any other day is worked unless it is a holiday."""

    def __init__(self, holidays: Iterable[Holiday]) -> None:
        self._days = {holiday.day: holiday for holiday in holidays}

    @classmethod
    def load(cls, first: date, last: date) -> "SchoolCalendar":
        return cls(Holiday.objects.filter(day__range=(first, last)))

    def is_public_holiday(self, day: date) -> bool:
        return day in self._days and not self._days[day].is_workday

    def name_of(self, day: date) -> str:
        """What the day is called in the table; empty for a day that does not stand there."""
        return self._days[day].name if day in self._days else ""

    def is_workday(self, day: date) -> bool:
        if day in self._days:
            return self._days[day].is_workday
        return day.weekday() < 5

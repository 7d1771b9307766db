"""How long the trail is kept: a span in words, and the day before which entries may go (security B1)."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

_SPAN = re.compile(r"([1-9][0-9]{0,3})([dmy])")
LEAST_MONTHS = 6


class BadSpan(ValueError):
    """The span cannot be read, or is shorter than the trail must be kept."""


@dataclass(frozen=True)
class Span:
    """So many days (d), months (m) or years (y)."""

    count: int
    unit: str

    @classmethod
    def parse(cls, text: str) -> "Span":
        """`5y`, `18m`, `400d`.

        Raises:
            BadSpan: it is not written like that.
        """
        found = _SPAN.fullmatch(text.strip())
        if not found:
            raise BadSpan(text)
        return cls(int(found[1]), found[2])

    def before(self, day: date) -> date:
        """The day this long before `day`; a month that lacks it ends on its last day."""
        if self.unit == "d":
            return day - timedelta(days=self.count)
        months = day.year * 12 + day.month - 1 - self.count * (12 if self.unit == "y" else 1)
        year, month = divmod(months, 12)
        return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def first_day_kept(span: Span, today: date) -> date:
    """Entries of earlier days may go.

    Raises:
        BadSpan: younger ones than six months would go with them.
    """
    kept_from = span.before(today)
    if kept_from > Span(LEAST_MONTHS, "m").before(today):
        raise BadSpan(f"{span.count}{span.unit}")
    return kept_from

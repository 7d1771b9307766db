"""School years and terms: year 113 runs from 2024-08-01 to 2025-07-31; its first term is written 113-1."""

import re
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from accounts.domain.roc_calendar import ROC_OFFSET
from accounts.domain.roc_calendar import school_year_of as school_year_of  # one of this module's own words
from accounts.errors import InvalidInput

_CODE = re.compile(r"(\d{2,3})-([12])")


@dataclass(frozen=True, order=True)
class TermCode:
    """A term; ordered by time."""

    school_year: int
    number: int

    def __str__(self) -> str:
        return f"{self.school_year}-{self.number}"

    @property
    def previous(self) -> "TermCode":
        return TermCode(self.school_year, 1) if self.number == 2 else TermCode(self.school_year - 1, 2)

    @classmethod
    def parse(cls, text: str) -> "TermCode":
        """The term written `113-1`.

        Raises:
            InvalidInput: it is not written like that.
        """
        match = _CODE.fullmatch(text.strip())
        if match is None:
            raise InvalidInput(_("學期請寫成「113-1」的形式。"))
        return cls(int(match[1]), int(match[2]))


def term_of(day: date) -> TermCode:
    """The term that `day` falls in by the calendar: August to January, February to July.

    When a term is taught is another matter; its dates are entered, never computed (D22).
    """
    return TermCode(school_year_of(day), 2 if 2 <= day.month <= 7 else 1)


def first_day_of_year(school_year: int) -> date:
    return date(school_year + ROC_OFFSET, 8, 1)


def last_day_of_year(school_year: int) -> date:
    return date(school_year + ROC_OFFSET + 1, 7, 31)

"""What the set-up page says of the dates that were entered and of the windows that follow from them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from accounts.domain.division import Division
from accounts.domain.roc_calendar import first_day, last_day
from schedules.admin_moves import named
from schedules.calendar import SchoolCalendar
from schedules.services.term_setup import SetupResult, SetupRow, TermSetup


@dataclass(frozen=True)
class MarkedDay:
    """A day with what is special about it: a holiday's name, a weekend, a make-up workday."""

    day: date | None
    mark: str


@dataclass(frozen=True)
class PreviewRow:
    row: SetupRow
    opens: MarkedDay
    closes: MarkedDay


@dataclass(frozen=True)
class Preview:
    """The page's right side. `entered`: each division's name with its dates, in the order of the form."""

    entered: list[tuple[str, list[MarkedDay]]]
    rows: list[PreviewRow]
    new: int
    moved: list[str]
    stranded: Sequence[str]
    warnings: Sequence[str]


def preview_of(setup: TermSetup, result: SetupResult) -> Preview:
    entered = {
        str(Division(each.division).label): [each.opening, each.final_exam_end, each.closing_ceremony]
        for each in setup.dates
    }
    ends = [day for row in result.rows for day in (row.window.opens_on, row.window.closes_on)]
    marked = _Marks([*(day for days in entered.values() for day in days), *ends])
    return Preview(
        entered=[(division, [marked(day) for day in days]) for division, days in entered.items()],
        rows=[PreviewRow(r, marked(r.window.opens_on), marked(r.window.closes_on)) for r in result.rows],
        new=len(result.new),
        moved=[words for row in result.moved for words in moved_words(row)],
        stranded=result.stranded,
        warnings=result.warnings,
    )


def moved_words(row: SetupRow) -> Iterator[str]:
    """「日間部 勾選　截止 113/09/20（五）24:00 止 → 113/09/27（五）24:00 止，影響 812 位學生」."""
    window = row.window
    if row.opened != window.opens_at:
        yield _moved(row, _("開始"), first_day(row.opened), first_day(window.opens_at))
    if row.before != window.closes_at:
        yield _moved(row, _("截止"), last_day(row.before), last_day(window.closes_at))


def _moved(row: SetupRow, end: str, before: str, after: str) -> str:
    words = _("%(window)s　%(end)s %(before)s → %(after)s，影響 %(people)d 位學生")
    parts = {
        "window": named(row.window),
        "end": end,
        "before": before or _("待來文"),
        "after": after or _("待來文"),
        "people": row.people,
    }
    return words % parts


class _Marks:
    """Marks days, having read the school's calendar once."""

    def __init__(self, days: Iterable[date | None]) -> None:
        known = [day for day in days if day]
        self._calendar = SchoolCalendar.load(min(known), max(known)) if known else SchoolCalendar([])

    def __call__(self, day: date | None) -> MarkedDay:
        if day is None:
            return MarkedDay(None, "")
        weekend = "" if self._calendar.is_workday(day) else _("假日")
        return MarkedDay(day, self._calendar.name_of(day) or weekend)

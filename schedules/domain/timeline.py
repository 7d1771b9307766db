"""Where the bars of a term's timeline lie: plain geometry, drawn as SVG by a template."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from accounts.domain.roc_calendar import ROC_OFFSET

CHART_WIDTH = 1000
ROW_HEIGHT = 38
HEAD_HEIGHT = 44
BAR_HEIGHT = 10
TEXT_GAP = 6  # between a bar and its words, which stand above it
LETTER_WIDTH, DAYS_WIDTH = 16, 200  # about what a letter of the label, and the days and state after it, take
SHORTEST_BAR = 6  # a window of a day or two must still be seen
MARGIN = timedelta(days=7)


@dataclass(frozen=True)
class Entry:
    """A window to draw; its days are included, and a missing last day reaches to the end of the picture."""

    label: str
    note: str
    opens_on: date
    closes_on: date | None
    state: str

    @property
    def days(self) -> int:
        """How long it lasts; 0 while its end is unknown."""
        return (self.closes_on - self.opens_on).days + 1 if self.closes_on else 0


@dataclass(frozen=True)
class Bar:
    """An entry with its place in the picture, in user units from the top left."""

    entry: Entry
    x: int
    y: int
    width: int
    open_ended: bool

    @property
    def text_y(self) -> int:
        return self.y - TEXT_GAP

    @property
    def text_anchor(self) -> str:
        """Words begin where the bar does, or end where it ends if they would be cut off."""
        fits = self.x + len(self.entry.label) * LETTER_WIDTH + DAYS_WIDTH <= CHART_WIDTH
        return "start" if fits else "end"

    @property
    def text_x(self) -> int:
        return self.x if self.text_anchor == "start" else self.x + self.width


@dataclass(frozen=True)
class Tick:
    """The first day of a month, in its place."""

    day: date
    x: int

    @property
    def roc_year(self) -> int:
        return self.day.year - ROC_OFFSET


@dataclass(frozen=True)
class Timeline:
    """The whole picture. `today_x` is None when the day lies outside it."""

    bars: Sequence[Bar]
    ticks: Sequence[Tick]
    today_x: int | None
    width: int
    height: int
    head: int = HEAD_HEIGHT


def timeline(entries: Iterable[Entry], *, first: date, last: date, today: date) -> Timeline:
    """Lay `entries` out between `first` and `last`, with a little room around; what lies outside is cut."""
    entries = list(entries)
    scale = _Scale(first - MARGIN, last + MARGIN)
    bars = [_bar(entry, scale, row) for row, entry in enumerate(entries)]
    return Timeline(
        bars=bars,
        ticks=[Tick(day, scale.x(day)) for day in _months(scale.first, scale.last)],
        today_x=scale.x(today) if scale.first <= today <= scale.last else None,
        width=CHART_WIDTH,
        height=HEAD_HEIGHT + ROW_HEIGHT * len(entries) + ROW_HEIGHT // 2,
    )


@dataclass(frozen=True)
class _Scale:
    first: date
    last: date

    def x(self, day: date) -> int:
        """Where `day` begins, kept inside the picture."""
        inside = min(max(day, self.first), self.last + timedelta(days=1))
        share = (inside - self.first) / (self.last - self.first + timedelta(days=1))
        return round(share * CHART_WIDTH)


def _bar(entry: Entry, scale: _Scale, row: int) -> Bar:
    start = scale.x(entry.opens_on)
    # The last day counts whole, so the bar ends where the next day begins.
    end = scale.x(entry.closes_on + timedelta(days=1)) if entry.closes_on else CHART_WIDTH
    width = max(end - start, SHORTEST_BAR)
    y = HEAD_HEIGHT + (row + 1) * ROW_HEIGHT - BAR_HEIGHT
    return Bar(entry, min(start, CHART_WIDTH - width), y, width, entry.closes_on is None)


def _months(first: date, last: date) -> Iterable[date]:
    day = first.replace(day=1)
    while day <= last:
        if day >= first:
            yield day
        day = (day + timedelta(days=32)).replace(day=1)

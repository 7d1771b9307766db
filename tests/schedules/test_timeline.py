"""Where the bars of a term's timeline lie: within the picture, wide enough to see, one row each."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedules.domain.timeline import (
    BAR_HEIGHT,
    CHART_WIDTH,
    HEAD_HEIGHT,
    MARGIN,
    ROW_HEIGHT,
    SHORTEST_BAR,
    Entry,
    Timeline,
    timeline,
)
from tests.moments import day

FIRST, LAST = day("2024-08-30"), day("2025-02-10")
TODAY = day("2024-11-01")
DAY = timedelta(days=1)


def entry(opens: str, closes: str | None, label: str = "課程學習成果上傳") -> Entry:
    return Entry(label, "說明", day(opens), day(closes) if closes else None, "open")


def picture(*entries: Entry, today: date = TODAY, first: date = FIRST, last: date = LAST) -> Timeline:
    return timeline(entries, first=first, last=last, today=today)


days_around = st.dates(min_value=day("2023-01-01"), max_value=day("2027-12-31"))


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    opens = draw(days_around)
    length = draw(st.one_of(st.none(), st.integers(min_value=0, max_value=500)))
    closes = None if length is None else opens + timedelta(days=length)
    return Entry(draw(st.text(max_size=30)), "", opens, closes, "open")


@given(st.lists(entries(), max_size=12), days_around, st.integers(min_value=0, max_value=400), days_around)
def test_everything_lies_within_the_picture_whatever_the_dates(
    drawn: list[Entry], first: date, length: int, today: date
) -> None:
    shown = timeline(drawn, first=first, last=first + timedelta(days=length), today=today)
    for bar in shown.bars:
        assert 0 <= bar.x <= bar.x + bar.width <= shown.width == CHART_WIDTH
        assert shown.head < bar.text_y < bar.y < bar.y + BAR_HEIGHT <= shown.height
        assert bar.width >= SHORTEST_BAR
        assert 0 <= bar.text_x <= shown.width
    assert all(0 <= tick.x <= shown.width for tick in shown.ticks)
    assert shown.today_x is None or 0 <= shown.today_x <= shown.width


@given(st.lists(entries(), min_size=2, max_size=12))
def test_every_entry_has_a_row_of_its_own_in_the_order_given(drawn: list[Entry]) -> None:
    """Overlapping windows never cover each other, not even with their words."""
    bars = picture(*drawn).bars
    assert [bar.entry for bar in bars] == drawn
    assert {later.y - earlier.y for earlier, later in pairwise(bars)} == {ROW_HEIGHT}
    assert all(earlier.y + BAR_HEIGHT < later.text_y for earlier, later in pairwise(bars))


def test_a_window_of_one_day_can_be_seen_and_begins_where_its_day_does() -> None:
    (one_day, longer) = picture(entry("2024-11-01", "2024-11-01"), entry("2024-11-01", "2024-12-01")).bars
    assert one_day.width == SHORTEST_BAR
    assert one_day.x == longer.x


def test_a_window_of_one_day_at_the_right_edge_is_moved_in_to_be_seen_whole() -> None:
    (bar,) = picture(entry("2025-02-17", "2025-02-17")).bars
    assert (bar.width, bar.x + bar.width) == (SHORTEST_BAR, CHART_WIDTH)


def test_the_last_day_counts_whole_so_that_two_windows_in_a_row_touch() -> None:
    earlier, later = picture(entry("2024-10-01", "2024-10-31"), entry("2024-11-01", "2024-11-30")).bars
    assert earlier.x + earlier.width == later.x


def test_a_term_has_a_weeks_room_at_both_edges() -> None:
    (whole,) = picture(Entry("全學期", "", FIRST, LAST, "open")).bars
    a_day = CHART_WIDTH / ((LAST - FIRST).days + 1 + 2 * MARGIN.days)
    assert whole.x == pytest.approx(MARGIN.days * a_day, abs=1)
    assert CHART_WIDTH - (whole.x + whole.width) == pytest.approx(MARGIN.days * a_day, abs=1)


def test_what_reaches_beyond_the_term_is_cut_at_its_edges() -> None:
    (whole_year,) = picture(entry("2024-08-01", "2025-07-31")).bars
    assert (whole_year.x, whole_year.width) == (0, CHART_WIDTH)


@pytest.mark.parametrize("before", [True, False])
def test_what_lies_outside_altogether_stands_at_the_nearer_edge(before: bool) -> None:
    (bar,) = picture(entry("2023-01-01", "2023-02-01") if before else entry("2026-01-01", "2026-02-01")).bars
    assert (bar.x, bar.width) == (0 if before else CHART_WIDTH - SHORTEST_BAR, SHORTEST_BAR)


def test_without_a_last_day_a_bar_reaches_to_the_end_and_says_so() -> None:
    waiting, known = picture(entry("2024-11-01", None), entry("2024-11-01", "2024-12-01")).bars
    assert waiting.x + waiting.width == CHART_WIDTH
    assert (waiting.open_ended, known.open_ended) == (True, False)
    assert (waiting.entry.days, known.entry.days) == (0, 31)


@pytest.mark.parametrize(
    ("today", "is_shown"),
    [
        (FIRST - MARGIN, True),
        (LAST + MARGIN, True),
        (FIRST - MARGIN - DAY, False),
        (LAST + MARGIN + DAY, False),
    ],
)
def test_today_is_marked_while_it_lies_in_the_picture(today: date, is_shown: bool) -> None:
    shown = picture(entry("2024-09-01", "2025-01-31"), today=today)
    assert (shown.today_x is not None) == is_shown


def test_todays_mark_stands_where_the_bars_of_that_day_begin() -> None:
    shown = picture(entry("2024-11-01", "2024-12-01"), today=day("2024-11-01"))
    assert shown.today_x == shown.bars[0].x


def test_every_month_that_begins_in_the_picture_has_its_tick_once() -> None:
    shown = picture(entry("2024-09-01", "2025-01-31"))
    assert [(tick.day, tick.roc_year) for tick in shown.ticks] == [
        (day("2024-09-01"), 113),
        (day("2024-10-01"), 113),
        (day("2024-11-01"), 113),
        (day("2024-12-01"), 113),
        (day("2025-01-01"), 114),
        (day("2025-02-01"), 114),
    ]
    assert shown.ticks[0].x == shown.bars[0].x


def test_words_begin_with_the_bar_or_end_with_it_where_they_would_be_cut_off() -> None:
    early = entry("2024-09-10", "2024-10-01")
    late = replace(early, opens_on=day("2025-01-20"), closes_on=day("2025-02-10"))
    first, second = picture(early, late).bars
    assert (first.text_anchor, first.text_x) == ("start", first.x)
    assert (second.text_anchor, second.text_x) == ("end", second.x + second.width)


def test_a_picture_without_windows_is_its_head_alone() -> None:
    shown = picture()
    assert (shown.bars, shown.height) == ([], HEAD_HEIGHT + ROW_HEIGHT // 2)

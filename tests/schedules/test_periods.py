"""Counting from an anchor day (rules D15, detail 5.6; cases R1–R3, C1–C5, G10, G11)."""

from calendar import monthrange
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schedules.domain.periods import (
    Offset,
    Unit,
    closes_before,
    closes_on,
    end_of,
    months_after,
    start_of,
    years_after,
)
from tests.moments import TAIPEI, at, day

DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))
DAY = timedelta(days=1)


def is_last_of_month(on: date) -> bool:
    return (on + DAY).month != on.month


def same_day_later(on: date, months: int) -> date:
    """The day that a calendar on the wall would show: same day of the month, or the month's last."""
    year, month = divmod(on.year * 12 + on.month - 1 + months, 12)
    return date(year, month + 1, min(on.day, monthrange(year, month + 1)[1]))


@pytest.mark.parametrize(
    ("anchor", "weeks", "last"),
    [
        ("2025-01-20", 2, "2025-02-03"),  # G1
        ("2025-01-20", 3, "2025-02-10"),  # G2
        ("2024-08-30", 3, "2024-09-20"),  # G3: counting the opening day as well would give 09-19
        ("2024-08-30", 2, "2024-09-13"),  # G10
        ("2026-01-20", 2, "2026-02-03"),  # C1
        ("2026-01-20", 3, "2026-02-10"),
        ("2026-02-11", 2, "2026-02-25"),  # C2: the day on paper
        ("2026-02-23", 2, "2026-03-09"),  # … or the day of the first lesson: whichever was entered
        ("2023-01-19", 2, "2023-02-02"),  # C3
        ("2023-01-20", 2, "2023-02-03"),
        ("2027-01-20", 3, "2027-02-10"),  # C4: a day off, and not moved unless the school moves it
    ],
)
def test_weeks_are_seven_days_each_after_the_anchor_day(anchor, weeks, last):
    assert closes_on(day(anchor), Offset(weeks, Unit.WEEKS)) == day(last)


@pytest.mark.parametrize(
    ("anchor", "months", "last"),
    [
        ("2024-08-30", 1, "2024-09-30"),  # G10
        ("2024-08-30", 2, "2024-10-30"),
        ("2024-09-25", 2, "2024-11-25"),  # G11
        ("2024-12-31", 2, "2025-02-28"),
        ("2025-02-28", 2, "2025-04-30"),
        ("2025-02-28", 1, "2025-03-31"),  # C5: a naive count gives 03-28
        ("2025-02-11", 1, "2025-03-11"),  # G13
        ("2025-02-11", 2, "2025-04-11"),
        ("2024-08-31", 6, "2025-02-28"),
        ("2023-08-31", 6, "2024-02-29"),
        ("2024-12-30", 2, "2025-02-28"),
    ],
)
def test_months_are_counted_by_the_civil_code(anchor, months, last):
    assert closes_on(day(anchor), Offset(months, Unit.MONTHS)) == day(last)


@pytest.mark.parametrize(
    ("left", "sealed_to"),
    [
        ("2025-06-30", "2030-06-30"),  # R1
        ("2024-02-29", "2029-02-28"),  # R2
        ("2023-02-28", "2028-02-29"),  # R3: a naive count is a day short
    ],
)
def test_years_are_counted_like_months(left, sealed_to):
    assert years_after(day(left), 5) == day(sealed_to)


@settings(max_examples=100)
@given(DAYS, st.integers(0, 240))
def test_a_period_of_months_is_the_same_day_later_except_at_month_ends(anchor, months):
    end = months_after(anchor, months)
    if not is_last_of_month(anchor):
        assert end == same_day_later(anchor, months)
    elif months:
        assert end >= same_day_later(anchor, months)
        assert is_last_of_month(end)


@settings(max_examples=100)
@given(DAYS, st.integers(0, 240))
def test_more_months_never_end_earlier_and_a_later_anchor_never_ends_earlier(anchor, months):
    assert months_after(anchor, months) < months_after(anchor, months + 1)
    assert months_after(anchor, months) <= months_after(anchor + DAY, months)


@settings(max_examples=100)
@given(DAYS, st.integers(0, 500), st.sampled_from(list(Unit)))
def test_a_window_never_ends_before_the_day_it_is_counted_from(anchor, count, unit):
    assert closes_on(anchor, Offset(count, unit)) >= anchor


@settings(max_examples=100)
@given(DAYS, st.integers(0, 500), st.sampled_from([Unit.DAYS, Unit.WEEKS]))
def test_counting_back_undoes_counting_on(anchor, count, unit):
    assert closes_before(closes_on(anchor, Offset(count, unit)), Offset(count, unit)) == anchor


def test_grade_3_counts_back_from_the_letter():
    assert closes_before(day("2025-05-28"), Offset(3, Unit.WEEKS)) == day("2025-05-07")  # G15
    assert closes_before(day("2025-05-28"), Offset(2, Unit.WEEKS)) == day("2025-05-14")


def test_months_have_no_number_of_days():
    with pytest.raises(ValueError, match="month"):
        closes_before(day("2025-05-28"), Offset(1, Unit.MONTHS))


def test_a_day_runs_from_its_midnight_in_taipei_to_the_next():
    assert start_of(day("2025-02-03")) == at("2025-02-03 00:00")
    assert end_of(day("2025-02-03")) == at("2025-02-04 00:00")


@settings(max_examples=100)
@given(DAYS, st.times())
def test_the_last_day_counts_whole(on, moment):
    assert start_of(on) <= datetime.combine(on, moment, TAIPEI) < end_of(on)
    assert not datetime.combine(on + DAY, time.min, TAIPEI) < end_of(on)


def test_a_length_is_said_in_words():
    assert [str(Offset(2, unit)) for unit in Unit] == ["2 日", "2 週", "2 個月"]

"""Whether a window is open: its stored times and the clock decide (rules 11.13, 11.15)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schedules.domain.periods import end_of, start_of
from schedules.domain.window_state import WindowState, is_open, window_state
from tests.moments import at, day

OPENS, CLOSES = at("2024-08-30"), at("2025-02-04")  # the last day is 2025-02-03


@pytest.mark.parametrize(
    ("now", "state", "open_"),
    [
        ("2024-08-29 23:59:59.999999", WindowState.UPCOMING, False),
        ("2024-08-30 00:00:00", WindowState.OPEN, True),
        ("2025-01-31 23:59:59.999999", WindowState.OPEN, True),
        ("2025-02-01 00:00:00", WindowState.CLOSING_SOON, True),
        ("2025-02-03 23:59:59.999999", WindowState.CLOSING_SOON, True),
        ("2025-02-04 00:00:00", WindowState.CLOSED, False),
    ],
)
def test_the_last_day_counts_to_its_last_microsecond_and_not_beyond(now, state, open_):
    assert window_state(OPENS, CLOSES, at(now)) is state
    assert is_open(OPENS, CLOSES, at(now)) is open_


def test_the_moment_counts_wherever_the_clock_stands():
    last = datetime(2025, 2, 3, 15, 59, 59, tzinfo=UTC)  # 23:59:59 in Taipei
    assert is_open(OPENS, CLOSES, last)
    assert not is_open(OPENS, CLOSES, last + timedelta(seconds=1))


def test_while_the_letter_is_awaited_a_window_stays_open():
    assert window_state(OPENS, None, at("2099-01-01")) is WindowState.AWAITING
    assert is_open(OPENS, None, at("2099-01-01"))


def test_awaiting_a_letter_does_not_open_a_window_before_its_first_day():
    assert window_state(OPENS, None, at("2024-08-29 12:00")) is WindowState.UPCOMING
    assert not is_open(OPENS, None, at("2024-08-29 12:00"))


@pytest.mark.parametrize("closes_at", [None, CLOSES])
def test_a_beginning_that_nobody_knows_yet_has_not_come(closes_at):
    assert window_state(None, closes_at, at("2024-12-01")) is WindowState.AWAITING
    assert not is_open(None, closes_at, at("2024-12-01"))


moments = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))


@settings(max_examples=100)
@given(st.none() | moments, st.none() | moments, moments)
def test_open_and_the_state_never_contradict_each_other(opens_at, closes_at, now):
    state = window_state(opens_at, closes_at, now)
    working = {WindowState.OPEN, WindowState.CLOSING_SOON}
    if opens_at is not None:
        working.add(WindowState.AWAITING)
    assert is_open(opens_at, closes_at, now) is (state in working)


@settings(max_examples=100)
@given(st.dates(day("2020-01-01"), day("2030-01-01")), st.integers(0, 400), moments)
def test_a_window_of_whole_days_is_open_on_exactly_those_days_in_taipei(first, length, now):
    last = first + timedelta(days=length)
    local = now.astimezone(OPENS.tzinfo).date()
    assert is_open(start_of(first), end_of(last), now) is (first <= local <= last)

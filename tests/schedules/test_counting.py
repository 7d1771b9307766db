"""How many days a receipt window lasts (article 6-3, detail §3, golden cases G5 and G6)."""

from collections.abc import Collection
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.errors import InvalidInput
from schedules.domain.counting import CountingPolicy, last_day
from tests.moments import day

NATIONAL_DAY = day("2024-10-10")  # a Thursday
FIRST_ROUND, LATER_ROUND = (day("2024-10-09"), 4), (day("2024-10-16"), 2)

POLICIES = {
    "A": CountingPolicy(),
    "B": CountingPolicy(rolls_to_workday=True),
    "C": CountingPolicy(skips_weekends=True),
    "D": CountingPolicy(counts_first_day=False, skips_public_holidays=True),
    "E": CountingPolicy(skips_public_holidays=True, rolls_to_workday=True),
    "F": CountingPolicy(skips_public_holidays=True, skips_weekends=True),
}


class Days:
    """Weekends are off; besides them these holidays are, and these make-up days are not."""

    def __init__(self, holidays: Collection[date] = (), makeup: Collection[date] = ()) -> None:
        self.holidays, self.makeup = holidays, makeup

    def is_public_holiday(self, on: date) -> bool:
        return on in self.holidays

    def is_workday(self, on: date) -> bool:
        return on in self.makeup or (on.weekday() < 5 and on not in self.holidays)


OCTOBER = Days({NATIONAL_DAY})


@pytest.mark.parametrize(
    ("policy", "first", "later"),
    [
        ("A", "2024-10-12", "2024-10-17"),
        ("B", "2024-10-14", "2024-10-17"),
        ("C", "2024-10-14", "2024-10-17"),
        ("D", "2024-10-14", "2024-10-18"),
        ("E", "2024-10-14", "2024-10-17"),
        ("F", "2024-10-15", "2024-10-17"),
    ],
)
def test_each_way_of_counting_ends_both_rounds_of_october_2024_where_the_table_says(policy, first, later):
    assert last_day(*FIRST_ROUND, POLICIES[policy], OCTOBER) == day(first)
    assert last_day(*LATER_ROUND, POLICIES[policy], OCTOBER) == day(later)


def test_only_one_way_fits_both_rounds_and_the_words_weekends_included_and_for_national_day():
    fits = [
        name
        for name, policy in POLICIES.items()
        if last_day(*FIRST_ROUND, policy, OCTOBER) == day("2024-10-14")
        and last_day(*LATER_ROUND, policy, OCTOBER) == day("2024-10-17")
        and policy.skips_public_holidays
        and not policy.skips_weekends
    ]
    assert fits == ["E"]


def test_without_further_words_the_opening_day_and_weekends_and_holidays_count():
    assert CountingPolicy() == CountingPolicy(
        counts_first_day=True, skips_public_holidays=False, skips_weekends=False, rolls_to_workday=False
    )


def test_one_day_that_counts_its_first_ends_on_it():
    assert last_day(day("2024-10-09"), 1, CountingPolicy(), OCTOBER) == day("2024-10-09")


def test_the_end_rolls_over_a_whole_chain_of_days_off():
    new_year = Days({day("2027-02-05") + timedelta(days=n) for n in range(6)})  # C4
    rolling = CountingPolicy(counts_first_day=False, rolls_to_workday=True)
    assert last_day(day("2027-01-20"), 21, rolling, new_year) == day("2027-02-11")


def test_a_saturday_worked_instead_is_no_day_off():
    saturday = day("2025-02-08")
    weekdays_only, rolling = CountingPolicy(skips_weekends=True), CountingPolicy(rolls_to_workday=True)
    assert last_day(day("2025-02-07"), 2, weekdays_only, Days(makeup={saturday})) == saturday
    assert last_day(day("2025-02-07"), 2, weekdays_only, Days()) == day("2025-02-10")
    assert last_day(day("2025-02-07"), 2, rolling, Days(makeup={saturday})) == saturday
    assert last_day(day("2025-02-07"), 2, rolling, Days()) == day("2025-02-10")


def test_a_rule_of_no_days_is_refused():
    with pytest.raises(InvalidInput, match="1 日"):
        last_day(day("2024-10-09"), 0, CountingPolicy(), OCTOBER)


policies = st.builds(CountingPolicy, st.booleans(), st.booleans(), st.booleans(), st.booleans())
days = st.dates(date(2020, 1, 1), date(2040, 1, 1))
calendars = st.builds(
    lambda start, offsets: Days({start + timedelta(days=offset) for offset in offsets}),
    days,
    st.sets(st.integers(0, 60), max_size=20),
)


@settings(max_examples=100)
@given(days, st.integers(1, 30), policies, calendars)
def test_a_period_never_ends_before_it_opens_and_one_more_day_never_ends_it_earlier(
    opens_on, count, policy, calendar
):
    end = last_day(opens_on, count, policy, calendar)
    assert end >= opens_on
    assert last_day(opens_on, count + 1, policy, calendar) >= end


@settings(max_examples=100)
@given(days, st.integers(1, 30), policies, calendars)
def test_exactly_the_days_asked_for_are_counted(opens_on, count, policy, calendar):
    plain = CountingPolicy(policy.counts_first_day, policy.skips_public_holidays, policy.skips_weekends)
    end = last_day(opens_on, count, plain, calendar)
    begin = opens_on if plain.counts_first_day else opens_on + timedelta(days=1)
    period = [begin + timedelta(days=n) for n in range((end - begin).days + 1)]
    counted = [
        on
        for on in period
        if not (plain.skips_public_holidays and calendar.is_public_holiday(on))
        and not (plain.skips_weekends and on.weekday() >= 5)
    ]
    assert len(counted) == count
    assert counted[-1] == end
    rolled = last_day(opens_on, count, policy, calendar)
    assert rolled == end or (policy.rolls_to_workday and calendar.is_workday(rolled) and rolled > end)


@settings(max_examples=50)
@given(days, st.integers(1, 30))
def test_the_plain_rule_is_so_many_calendar_days(opens_on, count):
    assert last_day(opens_on, count, CountingPolicy(), Days()) == opens_on + timedelta(days=count - 1)

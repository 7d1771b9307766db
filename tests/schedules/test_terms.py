"""School years and terms (rules, detail 5.5)."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.errors import InvalidInput
from schedules.domain.terms import TermCode, first_day_of_year, last_day_of_year, school_year_of, term_of
from tests.moments import day

DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize(
    ("on", "code"),
    [
        ("2024-07-31", "112-2"),
        ("2024-08-01", "113-1"),
        ("2025-01-31", "113-1"),
        ("2025-02-01", "113-2"),
        ("2025-07-31", "113-2"),
        ("2025-08-01", "114-1"),
    ],
)
def test_the_first_term_runs_august_to_january_and_the_second_february_to_july(on, code):
    assert str(term_of(day(on))) == code


@pytest.mark.parametrize(
    ("on", "year"), [("2024-07-11", 112), ("2024-08-21", 113), ("2024-09-28", 113), ("2025-07-31", 113)]
)
def test_a_day_belongs_to_the_school_year_that_turned_on_the_last_first_of_august(on, year):
    assert school_year_of(day(on)) == year


@settings(max_examples=100)
@given(DAYS)
def test_every_day_lies_in_its_school_year_and_in_no_other(on):
    year = school_year_of(on)
    assert first_day_of_year(year) <= on <= last_day_of_year(year)
    assert last_day_of_year(year) + timedelta(days=1) == first_day_of_year(year + 1)
    assert term_of(on).school_year == year


def test_a_term_is_written_year_dash_number():
    assert TermCode.parse(" 113-1 ") == TermCode(113, 1)
    assert TermCode.parse("99-2") == TermCode(99, 2)
    assert str(TermCode(113, 2)) == "113-2"


@pytest.mark.parametrize(
    "text", ["", "113", "113-3", "113-0", "1131", "113-1-1", "113 -1", "一一三-1", "1-1"]
)
def test_anything_else_is_refused_with_how_to_write_it(text):
    with pytest.raises(InvalidInput, match="113-1"):
        TermCode.parse(text)


def test_the_term_before_a_first_term_is_the_second_of_the_year_before():
    assert TermCode(113, 2).previous == TermCode(113, 1)
    assert TermCode(113, 1).previous == TermCode(112, 2)


def test_terms_are_ordered_by_time():
    assert sorted([TermCode(113, 1), TermCode(112, 2), TermCode(113, 2)]) == [
        TermCode(112, 2),
        TermCode(113, 1),
        TermCode(113, 2),
    ]

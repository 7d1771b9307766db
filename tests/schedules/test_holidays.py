"""The school's table of days off (detail 5.7)."""

import pytest

from schedules.calendar import SchoolCalendar
from schedules.models import Holiday
from schedules.services.holidays import seed_holidays
from tests.moments import day

pytestmark = pytest.mark.django_db


def calendar():
    return SchoolCalendar.load(day("2024-01-01"), day("2026-12-31"))


def test_public_holidays_and_makeup_workdays_are_filled_in():
    assert seed_holidays([2024, 2025]) == Holiday.objects.count() > 20
    days = calendar()
    assert days.is_public_holiday(day("2024-10-10"))
    assert not days.is_workday(day("2024-10-10"))
    assert days.is_workday(day("2025-02-08"))  # a Saturday worked instead, the last there was
    assert not days.is_public_holiday(day("2025-02-08"))
    assert not days.is_workday(day("2025-02-15"))
    assert days.is_workday(day("2024-10-09"))


def test_what_the_school_entered_stays_as_it_is():
    Holiday.objects.create(day=day("2024-10-10"), name="本校照常上課", is_workday=True)
    seed_holidays([2024])
    assert Holiday.objects.get(day=day("2024-10-10")).name == "本校照常上課"
    assert calendar().is_workday(day("2024-10-10"))


def test_filling_in_again_adds_nothing():
    seed_holidays([2024])
    assert seed_holidays([2024]) == 0


def test_a_typhoon_day_takes_a_row_and_no_release():
    assert calendar().is_workday(day("2024-10-31"))
    Holiday.objects.create(day=day("2024-10-31"), name="康芮颱風停班停課")
    assert not calendar().is_workday(day("2024-10-31"))


def test_only_days_between_the_two_are_read():
    Holiday.objects.create(day=day("2023-12-31"), name="校慶補假")
    assert not calendar().is_public_holiday(day("2023-12-31"))

"""Opening windows for receipt confirmation: the first day is entered, the last follows (D11, D12)."""

import pytest

from accounts.domain.division import Division
from schedules.domain.activities import Activity
from schedules.models import DeadlineRule, Holiday, Window
from schedules.services.receipt_windows import open_receipt_window
from tests.factories import term_113_1
from tests.moments import at, day

pytestmark = pytest.mark.django_db
NOW = at("2024-10-08 16:00")


@pytest.fixture
def term():
    return term_113_1()


def open_on(term, opens_on, *, division=Division.DAY, reference=""):
    return open_receipt_window(
        term, division, subject=(112, 2), opens_on=day(opens_on), reference=reference, at=NOW
    )


def count_by(**policy):
    DeadlineRule.objects.filter(activity__startswith="receipt").update(**policy)


def test_the_first_window_lasts_four_days_and_later_ones_two_opening_day_and_weekends_included(term):
    first, second, third = (
        open_on(term, opens_on) for opens_on in ("2024-10-09", "2024-10-16", "2024-10-19")
    )
    assert (first.activity, first.round) == (Activity.RECEIPT_FIRST, 1)
    assert (first.opens_at, first.closes_at) == (at("2024-10-09"), at("2024-10-13"))
    assert (second.activity, second.round) == (Activity.RECEIPT_LATER, 2)
    assert (second.opens_at, second.closes_at) == (at("2024-10-16"), at("2024-10-18"))
    assert (third.round, third.closes_at) == (3, at("2024-10-21"))


def test_a_school_that_skips_holidays_and_rolls_the_end_gets_the_dates_of_the_minutes_by_rule(term):
    Holiday.objects.create(day=day("2024-10-10"), name="國慶日")
    count_by(skips_public_holidays=True, rolls_to_workday=True)
    first, second = open_on(term, "2024-10-09"), open_on(term, "2024-10-16")
    assert first.computed_closes_on == day("2024-10-14")
    assert second.computed_closes_on == day("2024-10-17")
    assert "國定假日不計" in first.explanation
    assert "末日遇假日順延" in first.explanation


def test_the_plain_rule_passes_over_no_holiday(term):
    Holiday.objects.create(day=day("2024-10-10"), name="國慶日")
    assert open_on(term, "2024-10-09").computed_closes_on == day("2024-10-12")


def test_how_the_days_were_counted_is_said_in_words(term):
    window = open_on(term, "2024-10-09")
    assert window.explanation == "113/10/09（三） 起 4 日（首日計入、含例假日）"
    assert window.article == "第 6 點（三）"


def test_every_roster_and_division_has_rounds_of_its_own(term):
    open_on(term, "2024-10-09", reference="26")
    assert open_on(term, "2024-10-09", reference="25").round == 1
    assert open_on(term, "2024-10-09", reference="26", division=Division.EVENING).round == 1
    assert open_on(term, "2024-10-16", reference="26").round == 2


def test_it_is_kept_with_the_work_it_is_about(term):
    window = Window.objects.get(pk=open_on(term, "2024-10-09").pk)
    assert (window.term, window.subject_label) == (term, "112-2")

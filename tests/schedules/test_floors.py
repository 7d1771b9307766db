"""Below what national guidance leaves free, the platform warns; it does not refuse (rules D14)."""

import pytest

from schedules.domain.activities import Activity, Audience
from schedules.domain.floors import floor_warnings
from tests.moments import day

CEREMONY = day("2025-01-20")


def warnings(activity, opens, closes, *, ceremony=CEREMONY, audience=Audience.GENERAL):
    return floor_warnings(activity, audience, day(opens), day(closes), ceremony)


def test_upload_may_not_end_sooner_than_two_weeks_after_the_closing_ceremony():
    assert warnings(Activity.OUTCOME_UPLOAD, "2024-08-30", "2025-02-03") == []
    (warning,) = warnings(Activity.OUTCOME_UPLOAD, "2024-08-30", "2025-02-02")
    assert "114/02/03" in warning
    assert "二週" in warning


@pytest.mark.parametrize("audience", [Audience.GRADE3_FIRST, Audience.GRADE3_SECOND])
def test_grade_3_in_its_second_term_keeps_to_the_letter_and_is_exempt(audience):
    may = {"ceremony": day("2025-06-30"), "audience": audience}
    assert warnings(Activity.OUTCOME_UPLOAD, "2025-02-11", "2025-05-07", **may) == []


def test_the_floor_is_for_uploads_of_course_outcomes_only():
    for activity in (Activity.CERTIFICATION, Activity.PERFORMANCE_UPLOAD, Activity.SELECTION):
        assert warnings(activity, "2024-08-30", "2024-09-02") == []


@pytest.mark.parametrize("activity", [Activity.RECEIPT_FIRST, Activity.RECEIPT_LATER])
def test_receipts_are_to_be_confirmed_in_no_fewer_than_three_days(activity):
    assert warnings(activity, "2024-10-09", "2024-10-11", ceremony=None) == []
    (warning,) = warnings(activity, "2024-10-16", "2024-10-17", ceremony=None)
    assert "2 天" in warning
    assert "3 天" in warning


def test_what_is_not_known_yet_is_not_warned_about():
    assert floor_warnings(Activity.OUTCOME_UPLOAD, Audience.GENERAL, day("2025-02-11"), None, CEREMONY) == []
    assert warnings(Activity.OUTCOME_UPLOAD, "2024-08-30", "2024-09-30", ceremony=None) == []
    assert floor_warnings(Activity.RECEIPT_FIRST, Audience.GENERAL, None, None, None) == []

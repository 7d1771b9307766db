"""Which reminder of a closing is due, whenever somebody gets to send it."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedules.domain.reminding import due_reminder
from tests.moments import at

CLOSES = at("2025-02-04")
LEADS = [14, 7, 3, 1]
moments = st.datetimes(datetime(2025, 1, 1), datetime(2025, 2, 10)).map(lambda m: at(m.isoformat()))


@pytest.mark.parametrize(
    ("now", "lead"),
    [
        ("2025-01-20 23:59:59.999999", None),
        ("2025-01-21 00:00", 14),
        ("2025-01-27 23:59:59.999999", 14),
        ("2025-01-28 00:00", 7),
        ("2025-02-01 00:00", 3),
        ("2025-02-02 23:59", 3),
        ("2025-02-03 00:00", 1),
        ("2025-02-03 23:59:59.999999", 1),
        ("2025-02-04 00:00", None),  # a reminder that comes too late helps nobody
    ],
)
def test_only_the_latest_lead_time_that_has_come_is_due(now: str, lead: int | None) -> None:
    assert due_reminder(CLOSES, LEADS, at(now)) == lead


def test_a_school_without_lead_times_reminds_nobody() -> None:
    assert due_reminder(CLOSES, [], at("2025-02-03")) is None


@given(moments, st.lists(st.integers(0, 30), max_size=5))
def test_the_order_of_the_lead_times_does_not_matter_and_what_is_due_has_come(
    now: datetime, leads: list[int]
) -> None:
    lead = due_reminder(CLOSES, leads, now)
    assert lead == due_reminder(CLOSES, sorted(leads), now)
    if lead is not None:
        assert timedelta(0) < CLOSES - now <= timedelta(days=lead)

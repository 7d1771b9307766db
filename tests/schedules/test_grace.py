"""Whether an upload that arrives after the closing still counts."""

from datetime import timedelta
from typing import Any

import pytest

from schedules.domain.grace import started_in_time
from tests.moments import at

OPENS, CLOSES = at("2024-08-30"), at("2025-02-04")
QUARTER = timedelta(minutes=15)


@pytest.mark.parametrize(
    ("started", "arrives", "counts"),
    [
        ("2025-02-03 23:59:59.999999", "2025-02-04 00:00", True),
        ("2025-02-03 23:50", "2025-02-04 00:14:59.999999", True),
        ("2025-02-03 23:50", "2025-02-04 00:15", False),  # fifteen minutes are over
        ("2025-02-04 00:00", "2025-02-04 00:01", False),  # started when it had closed
        ("2024-08-29 23:59:59", "2025-02-04 00:01", False),  # … or before it opened
        ("2024-08-30 00:00", "2025-02-04 00:01", True),
        ("2025-02-03 23:50", "2025-02-03 23:59", False),  # no grace is needed
    ],
)
def test_it_was_started_while_the_window_was_open_and_arrives_soon_after(
    started: str, arrives: str, counts: bool
) -> None:
    moments: dict[str, Any] = {"opens_at": OPENS, "closes_at": CLOSES, "now": at(arrives), "grace": QUARTER}
    assert started_in_time(at(started), **moments) is counts


def test_without_a_start_an_opening_or_an_end_there_is_no_grace() -> None:
    rest: dict[str, Any] = {"now": CLOSES, "grace": QUARTER}
    started = CLOSES - QUARTER
    assert started_in_time(started, opens_at=OPENS, closes_at=CLOSES, **rest)
    assert not started_in_time(None, opens_at=OPENS, closes_at=CLOSES, **rest)
    assert not started_in_time(started, opens_at=None, closes_at=CLOSES, **rest)
    assert not started_in_time(started, opens_at=OPENS, closes_at=None, **rest)


def test_a_school_without_grace_closes_to_the_second() -> None:
    started = CLOSES - QUARTER
    assert not started_in_time(started, opens_at=OPENS, closes_at=CLOSES, now=CLOSES, grace=timedelta(0))

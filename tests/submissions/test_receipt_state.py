"""The state of a receipt follows from the answer and the time alone; disputes need a factual ground."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.errors import InvalidInput
from submissions.domain.receipt_state import (
    DISPUTE_REASONS,
    NOT_A_GROUND,
    DisputeReason,
    NotAGround,
    ReceiptState,
    answer_state,
    require_ground,
)

TAIPEI = ZoneInfo("Asia/Taipei")
OPENS = datetime(2024, 10, 9, tzinfo=TAIPEI)
CLOSES = datetime(2024, 10, 15, tzinfo=TAIPEI)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("now", "state"),
    [
        (OPENS - SECOND, "upcoming"),
        (OPENS, "waiting"),
        (CLOSES - SECOND, "waiting"),
        (CLOSES, "deemed_correct"),
        (CLOSES + timedelta(days=400), "deemed_correct"),
    ],
)
def test_silence_counts_as_correct_from_closing_on_by_time_alone(now, state):
    assert answer_state(None, opens_at=OPENS, closes_at=CLOSES, now=now) == state


@given(st.integers(-10_000_000, 10_000_000), st.sampled_from(["confirmed", "disputed"]))
def test_an_answer_stands_whatever_the_time(seconds, answer):
    now = OPENS + timedelta(seconds=seconds)
    assert answer_state(answer, opens_at=OPENS, closes_at=CLOSES, now=now) is ReceiptState(answer)


def test_the_reasons_are_a_closed_list_of_facts():
    assert [(reason.value, str(reason.label)) for reason in DISPUTE_REASONS] == [
        ("missing", "漏列"),
        ("not_mine", "非本人資料"),
        ("wrong_file", "檔案不符"),
        ("wrong_data", "課程、成績或職務資料錯誤"),
        ("extra", "多列"),
        ("other", "其他事實錯誤"),
    ]
    assert NOT_A_GROUND not in DisputeReason.values


@pytest.mark.parametrize("reason", DisputeReason.values)
def test_a_factual_reason_opens_a_dispute(reason):
    assert require_ground(reason) == reason


def test_polishing_the_content_is_no_ground_and_the_article_is_named():
    with pytest.raises(NotAGround, match="不夠精進.*第 6 點（三）"):
        require_ground(NOT_A_GROUND)


@pytest.mark.parametrize("reason", ["", "不喜歡", "MISSING"])
def test_a_reason_not_on_the_list_is_refused(reason):
    with pytest.raises(InvalidInput, match="請從列出的事實錯誤"):
        require_ground(reason)

"""The database's clock and this machine's are compared (B3)."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.checks import Tags, run_checks
from django.utils import timezone

from tests.conftest import SetClock

pytestmark = pytest.mark.django_db


def warnings() -> list[Any]:
    found = run_checks(tags=[Tags.database], databases=["default"])
    return [message for message in found if message.id == "accounts.W001"]


def test_clocks_that_agree_are_no_matter() -> None:
    assert warnings() == []


@pytest.mark.parametrize("apart", [timedelta(seconds=30), timedelta(seconds=-30)])
def test_clocks_that_are_apart_are_warned_of(set_clock: SetClock, apart: timedelta) -> None:
    set_clock(timezone.now() + apart)
    (warning,) = warnings()
    assert "s apart" in warning.msg
    assert "NTP" in warning.hint


def test_without_a_database_nothing_is_asked() -> None:
    assert [message for message in run_checks(tags=[Tags.database]) if message.id == "accounts.W001"] == []

"""Moments and days on the school's clock, written briefly."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

TAIPEI = ZoneInfo("Asia/Taipei")


def at(text: str) -> datetime:
    """`at("2025-01-10 09:00")`, or midnight for a day alone: aware, Asia/Taipei."""
    return datetime.fromisoformat(text).replace(tzinfo=TAIPEI)


def day(text: str) -> date:
    return date.fromisoformat(text)

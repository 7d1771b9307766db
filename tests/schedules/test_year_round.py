"""A whole school year, hour by hour: what follows from time needs no scheduler (T14, design decision 3)."""

import os
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils.module_loading import import_string

from accounts.models import Notice, User
from tests.conftest import SetClock
from tests.moments import at
from tests.schedules.year_pages import Page, Pages, lasting, said
from tests.schedules.year_world import Readings, StateWrites, World

pytestmark = pytest.mark.django_db

# In UTC, as the database answers: comparing within one zone is much faster.
FIRST_HOUR, HOURS = at("2024-08-01 00:00").astimezone(UTC), 365 * 24
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
PARTS = 4  # of the year, each a test of its own
# Everything runs daily, and in each hour in which a page is looked at. With `SCHEDULER_EVERY_HOURS=0` each task
# runs when beat would start it, at most hourly, with 1 all of them in every hour: minutes more.
EVERY = int(os.environ.get("SCHEDULER_EVERY_HOURS", "24"))
# `YEAR_PAGES=every` looks at every page in every hour, which takes hours.
LOOKS_EVERYWHERE = os.environ.get("YEAR_PAGES") == "every"
QUIET_LOOKS = 6 * 7 * 24  # a page is looked at so many hours after the last time, whatever happens

# What a window would be if one were opened; nothing is open or closed yet.
PROPOSALS = {"submissions/open_period.html"}

Looks = dict[int, list[Page]]


def moment(number: int) -> datetime:
    return FIRST_HOUR + number * HOUR


def looks(pages: Iterable[Page], hours: range) -> Looks:
    """By hour, the pages to look at: in the hour before each of their turns, in that hour and in the next;
    in quiet hours, each in its turn."""
    found: dict[int, list[Page]] = {}
    for place, page in enumerate(pages):
        turns = {int((turn - FIRST_HOUR) / HOUR) for turn in page.turns}
        near = {near for turn in turns for near in (turn - 1, turn, turn + 1)}
        quiet = range(place * 24 + 10, HOURS, QUIET_LOOKS)
        chosen = {*near, *quiet} & {*hours}
        for number in hours if LOOKS_EVERYWHERE else chosen:
            found.setdefault(number, []).append(page)
    return dict(sorted(found.items()))


def last_looks(pages: Iterable[Page], start: int) -> Looks:
    """Where each of `pages` was looked at last before the hour `start`."""
    latest = {page: number for number, which in looks(pages, range(start)).items() for page in which}
    found: dict[int, list[Page]] = {}
    for page, number in sorted(latest.items(), key=lambda item: item[1]):
        found.setdefault(number, []).append(page)
    return found


def run_scheduler(number: int | None = None) -> None:
    """What beat starts in the hour `number`, once each; everything without a number."""
    beat: dict[str, dict[str, Any]] = settings.CELERY_BEAT_SCHEDULE
    for entry in beat.values():
        interval = EVERY or max(round(entry["schedule"] * SECOND / HOUR), 1)
        if number is None or number % interval == 0:
            import_string(entry["task"])()


class Reader:
    """Reads pages, and minds that none changes when nothing happens to it."""

    def __init__(self, pages: Pages, set_clock: SetClock) -> None:
        self._pages, self._set_clock = pages, set_clock
        self._last: dict[Page, tuple[datetime, str]] = {}

    def read(self, which: Iterable[Page], now: datetime) -> dict[Page, str]:
        self._set_clock(now)
        found = {page: said(self._pages.look(page)) for page in which}
        for page, text in found.items():
            before = self._last.get(page)
            if before and not page.may_change(before[0], now):
                assert lasting(text) == lasting(before[1]), f"{page} changed between {before[0]} and {now}"
            self._last[page] = (now, text)
        return found


@pytest.mark.parametrize("part", range(PARTS))
def test_the_year_is_the_same_whether_the_scheduler_runs_or_never(
    part: int, client_of: Callable[[User], Client], set_clock: SetClock
) -> None:
    """Every hour is compared: without any scheduler, and with one that runs."""
    hours = range(HOURS * part // PARTS, HOURS * (part + 1) // PARTS)
    world = World()
    pages, never = Pages(world, client_of), Readings(world)
    states = {number: never.at(moment(number)) for number in hours}
    planned, reader = looks(pages.all, hours), Reader(pages, set_clock)
    for number, which in last_looks(pages.all, hours.start).items():
        reader.read(which, moment(number))
    before = {number: reader.read(which, moment(number)) for number, which in planned.items()}

    for number in range(0, hours.start, 7 * 24):  # it has run since the year began
        set_clock(moment(number))
        run_scheduler()
    always, writes = Readings(world), StateWrites()
    with connection.execute_wrapper(writes):
        for number in hours:
            set_clock(moment(number))
            run_scheduler(None if number in planned else number)
            if writes.count:
                writes.count, always = 0, Readings(world)
            assert always.at(moment(number)) == states[number], moment(number)
            for page in planned.get(number, ()):
                assert said(pages.look(page)) == before[number][page], f"{page} at {moment(number)}"
    assert Notice.objects.exists(), "the scheduler did run"


def test_no_page_that_shows_a_window_is_left_out(
    client_of: Callable[[User], Client], set_clock: SetClock
) -> None:
    folder = settings.BASE_DIR / "templates"
    shows = {
        str(path.relative_to(folder))
        for path in folder.rglob("*.html")
        if re.search(r"components/_window\.html|components/_panel\.html|schedules/_rows", path.read_text())
    }
    pages, used = Pages(World(), client_of), set()
    for when in ("2024-09-15 09:00", "2024-10-10 09:00", "2025-03-10 09:00"):
        set_clock(at(when))
        used |= {template.name for page in pages.all for template in pages.look(page).templates}
    assert shows - used == PROPOSALS

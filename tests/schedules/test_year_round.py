"""A whole school year, hour by hour: what follows from time needs no scheduler (T14, design decision 3).

Two worlds are compared, one in which no scheduler ever runs and one in which it does: what is open or closed
in each of the year's 8,760 hours, and what every page says of it. Looking at every page in every hour would
take most of a day; by default each page is looked at around some of its turns and in two quiet hours, and the
scheduler runs daily, or weekly and just before each look. The environment asks for more:

- `SCHEDULER_EVERY_HOURS=1` runs every task in every hour; `0` runs each task when beat would start it (at
  most hourly), and never because somebody is about to look. Either takes minutes more.
- `YEAR_PAGES=turns` looks at a page an hour before, in and after each of its turns, `every` in each hour of
  the year.
- `YEAR_SHIFT=1`, `2` … choose other hours.
"""

import os
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.urls import resolve
from django.utils.module_loading import import_string

from accounts.models import Notice, User
from tests.conftest import SetClock
from tests.moments import at
from tests.permissions.access import Answer
from tests.permissions.matrix import ROWS
from tests.schedules.year_pages import Page, Pages, said
from tests.schedules.year_world import Readings, StateWrites, World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def papers_as_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is to be printed is read as it is, without being laid out."""
    monkeypatch.setattr("portfolio.confirmation_sheets.pdf_of", lambda html: html.encode())


# In UTC, as the database answers: comparing within one zone is much faster.
FIRST_HOUR, HOURS = at("2024-08-01 00:00").astimezone(UTC), 365 * 24
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
EVERY = os.environ.get("SCHEDULER_EVERY_HOURS")
DAILY, WEEKLY = 24, 7 * 24
LOOKS, MOST = os.environ.get("YEAR_PAGES"), 4
# Primes, so that all hours of the day have theirs, and neighbouring pages far from each other.
QUIET_HOURS, STRIDE, SHIFT = 4001, 1559, int(os.environ.get("YEAR_SHIFT", "0"))

# The answer to a post, which shows the window of the page that it was sent from.
POSTED = {"portfolio/selection_review.html"}
# What says nothing of windows: signing in, lists of people, the admin beside what is looked at, files.
SILENT_AREAS = ("accounts/", "admin/", "people/")
SILENT = {
    "certification/templates/<int:pk>/",
    "consultations/<int:pk>/",
    "consultations/<int:pk>/edit/",
    "healthz",
    "portfolio/files/<int:pk>/",
    "portfolio/files/<int:pk>/thumbnail/",
    "readyz",
    "submissions/<int:pk>/practice-receipts/",
    "submissions/exports/<int:pk>/download/",
}


def moment(number: int) -> datetime:
    return FIRST_HOUR + number * HOUR


def looks(pages: Iterable[Page]) -> dict[int, list[Page]]:
    """By hour, the pages to look at."""
    found: dict[int, list[Page]] = {}
    for place, page in enumerate(pages):
        for number in _hours_of(page, place + SHIFT):
            found.setdefault(number, []).append(page)
    return dict(sorted(found.items()))


def _hours_of(page: Page, place: int) -> set[int]:
    if LOOKS == "every":
        return {*range(HOURS)}
    turns = sorted({int((turn - FIRST_HOUR) / HOUR) for turn in page.turns})
    if LOOKS == "turns":
        near = [number for turn in turns for number in (turn - 1, turn, turn + 1)]
    else:
        near = _some_of(turns, place)
    quiet = range(place * STRIDE % QUIET_HOURS, HOURS, QUIET_HOURS)
    return {*near, *quiet} & {*range(HOURS)}


def _some_of(turns: list[int], place: int) -> list[int]:
    """At most `MOST` of them: the hour before one, that of the next, the one after the third, and so on."""
    step = -(-len(turns) // MOST) or 1
    chosen = turns[place % step :: step]
    return [turn + (place + number) % 3 - 1 for number, turn in enumerate(chosen)]


def run_scheduler(number: int, every: int, *, for_a_look: bool = False) -> None:
    """What is to run in the hour `number`: all tasks in every so manieth hour, or as the environment says."""
    beat: dict[str, dict[str, Any]] = settings.CELERY_BEAT_SCHEDULE
    chosen = every if EVERY is None else int(EVERY)
    for entry in beat.values():
        interval = chosen or max(round(entry["schedule"] * SECOND / HOUR), 1)
        if number % interval == 0 or (for_a_look and chosen):
            import_string(entry["task"])()


def test_every_hour_of_the_year_is_the_same_whether_the_scheduler_runs_or_never(set_clock: SetClock) -> None:
    world = World()
    never = Readings(world)
    states = [never.at(moment(number)) for number in range(HOURS)]
    assert len({*states}) > 40, "the year has its turns"

    always, writes = Readings(world), StateWrites()
    with connection.execute_wrapper(writes):
        for number in range(HOURS):
            set_clock(moment(number))
            run_scheduler(number, DAILY)
            if writes.count:
                writes.count, always = 0, Readings(world)
            assert always.at(moment(number)) == states[number], moment(number)
    assert Notice.objects.exists(), "the scheduler did run"


@pytest.mark.once
def test_every_page_says_the_same_whether_the_scheduler_runs_or_never(
    client_of: Callable[[User], Client], set_clock: SetClock
) -> None:
    pages = Pages(World(), client_of)
    planned = looks(pages.all)
    with transaction.atomic():
        before = {}
        for number, which in planned.items():
            set_clock(moment(number))
            before[number] = {page: said(pages.look(page)) for page in which}
        transaction.set_rollback(True)  # of what looking left behind

    for number in range(HOURS):
        set_clock(moment(number))
        run_scheduler(number, WEEKLY, for_a_look=number in planned)
        for page in planned.get(number, ()):
            assert said(pages.look(page)) == before[number][page], f"{page} at {moment(number)}"
    assert Notice.objects.exists(), "the scheduler did run"


@pytest.mark.once
def test_no_page_that_shows_a_window_is_left_out(
    client_of: Callable[[User], Client], set_clock: SetClock
) -> None:
    folder = settings.BASE_DIR / "templates"
    words = (
        r"components/_window|components/_panel|schedules/_rows|portfolio/_until|time_left|first_day|last_day"
    )
    shows = {
        str(path.relative_to(folder)) for path in folder.rglob("*.html") if re.search(words, path.read_text())
    }
    pages, used = Pages(World(), client_of), set()
    for when in ("2024-10-10 09:00", "2025-03-10 09:00"):
        set_clock(at(when))
        used |= {template.name for page in pages.all for template in pages.look(page).templates}
    assert shows - used == POSTED


@pytest.mark.once
def test_every_page_of_the_site_is_looked_at_or_known_to_say_nothing_of_windows(
    client_of: Callable[[User], Client],
) -> None:
    looked_at = {resolve(page.address).route for page in Pages(World(), client_of).all}
    shown = {row.route for row in ROWS if row.get and row.get.gives is Answer.PAGE}
    left = {route for route in shown - looked_at if not route.startswith(SILENT_AREAS)}
    assert left == SILENT

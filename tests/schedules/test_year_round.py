"""A whole school year, hour by hour: what follows from time needs no scheduler (T14, design decision 3)."""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db.models import Model
from django.test import Client

from accounts.models import Notice, Student, User
from portfolio.tasks import remind_certifiers
from schedules.domain.activities import Activity, Audience
from schedules.domain.terms import TermCode
from schedules.models import Extension, Window
from schedules.queries import student_windows
from schedules.services.extensions import grant_extension
from schedules.services.overrides import override_window
from schedules.services.terms import save_letter
from schedules.tasks import materialise_windows, remind_closing_windows
from submissions.models import ReceiptConfirmation, ReceiptPeriod
from submissions.tasks import close_receipt_periods, remind_unconfirmed
from tests.conftest import SetClock
from tests.factories import (
    AdminFactory,
    EnrolmentFactory,
    OutcomeFactory,
    SchoolClassFactory,
    SectionFactory,
    StudentFactory,
    place,
    term_with_dates,
)
from tests.moments import at, day
from tests.schedules.test_replan import letter_for
from tests.submissions.scene import Scene

pytestmark = pytest.mark.django_db

# In UTC, as the database answers: comparing within one zone is much faster.
FIRST_HOUR, HOUR, HOURS = at("2024-08-01 00:00").astimezone(UTC), timedelta(hours=1), 365 * 24
TASKS = (
    materialise_windows,
    close_receipt_periods,
    remind_closing_windows,
    remind_certifiers,
    remind_unconfirmed,
)
# `SCHEDULER_EVERY_HOURS=1` runs it in all 8,760 hours, which takes minutes.
EVERY = int(os.environ.get("SCHEDULER_EVERY_HOURS", "24"))
ASKED = 1  # the student whose receipts came back
ALL_PAGES = {
    (0, "/schedule/"),
    (ASKED, "/receipts/"),
    *((number, address) for number in range(3) for address in ("/", "/portfolio/")),
}
_TOKEN = re.compile(r'<input type="hidden"[^>]*>')
_NOTICES = re.compile(r'<section class="notices".*?</section>', re.DOTALL)


@dataclass
class World:
    """A school with both terms of 113, the receipts of 112, and a student of every grade."""

    students: list[Student] = field(default_factory=list)

    def __post_init__(self) -> None:
        scene, admin = Scene(), AdminFactory.create()
        second = term_with_dates(113, 2, opening="2025-02-11", exam_end="2025-06-27", closing="2025-06-30")
        for grade in (1, 2, 3):
            student = StudentFactory.create(school_class=SchoolClassFactory.create(grade=grade))
            place(student, scene.school_class)
            self.students.append(student)
        scene.outcome(self.students[ASKED])
        scene.period()
        section = SectionFactory.create(term=second)
        OutcomeFactory.create(enrolment=EnrolmentFactory.create(student=self.students[1], section=section))
        save_letter(letter_for(second), by=admin, at=at("2024-07-01"))
        self._make_exceptions(admin)

    def _make_exceptions(self, admin: User) -> None:
        """A closed window reopened for one student, and one moved for all."""
        windows = Window.objects.filter(division="day", audience=Audience.GENERAL, term__number=1)
        grant_extension(
            windows.get(activity=Activity.OUTCOME_UPLOAD),
            self.students[0],
            closes_on=day("2025-02-09"),
            reason="住院",
            by=admin,
            at=at("2024-07-01"),
        )
        override_window(
            windows.get(activity=Activity.GRADES),
            opens_on=day("2025-01-20"),
            closes_on=day("2025-02-05"),
            reason="颱風",
            by=admin,
            at=at("2024-07-01"),
        )


@dataclass(frozen=True)
class State:
    """What is open at an hour: for the schedule, for each student, for each receipt confirmation."""

    windows: tuple[Any, ...]
    students: tuple[tuple[Any, ...], ...]
    receipts: tuple[Any, ...]


class Readings:
    """What the database holds, read once; states follow from it in memory."""

    def __init__(self, students: list[Student]) -> None:
        self._windows = list(Window.objects.order_by("pk"))
        self._own = [list(_all_windows_of(student)) for student in students]
        self._confirmations = list(ReceiptConfirmation.objects.with_details())

    def at(self, now: datetime) -> State:
        return State(
            windows=tuple((one.state(now), one.is_open(now)) for one in self._windows),
            students=tuple(tuple((w.state(now), w.is_open(now)) for w in own) for own in self._own),
            receipts=tuple(one.state(now) for one in self._confirmations),
        )


def stored() -> list[list[dict[str, Any]]]:
    """The rows that any state could follow from."""
    tables: tuple[type[Model], ...] = (Window, Extension, ReceiptConfirmation, ReceiptPeriod)
    return [list(table._default_manager.order_by("pk").values()) for table in tables]


def _all_windows_of(student: Student) -> Iterator[Window]:
    for number in (1, 2):
        yield from student_windows(student, TermCode(113, number), [*Activity])
    for year in (112, 113):
        yield from student_windows(student, TermCode(year, 2), [Activity.SELECTION], whole_year=True)


@dataclass
class Pages:
    """The pages on which a change shows."""

    clients: list[Client]

    def shown_by(self, before: State, after: State) -> set[tuple[int, str]]:
        """Whose pages, by the student's place, have something to say about the change."""
        found = {(0, "/schedule/")} if before.windows != after.windows else set()
        if before.receipts != after.receipts:
            found |= {(ASKED, "/receipts/"), (ASKED, "/")}
        for place_, (one, other) in enumerate(zip(before.students, after.students, strict=True)):
            if one != other:
                found |= {(place_, "/"), (place_, "/portfolio/")}
        return found

    def read(self, pages: set[tuple[int, str]]) -> dict[tuple[int, str], str]:
        return {page: _said(self.clients[page[0]].get(page[1])) for page in sorted(pages)}


def _said(response: Any) -> str:
    """A page's own part, without what differs from one request to the next and without what was told."""
    assert response.status_code == 200
    page = response.content.decode().split("<main", 1)[1].split("</main>", 1)[0]
    return " ".join(_NOTICES.sub("", _TOKEN.sub("", page)).split())


def around_changes(states: list[State], pages: Pages) -> dict[int, set[tuple[int, str]]]:
    """By hour, the pages to look at: where something changes, in the hour before and the one after."""
    looked_at: dict[int, set[tuple[int, str]]] = {}
    for number in range(1, HOURS - 1):
        if states[number] != states[number - 1]:
            for near in (number - 1, number, number + 1):
                looked_at.setdefault(near, set()).update(pages.shown_by(states[number - 1], states[number]))
    return looked_at


def test_the_year_is_the_same_whether_the_scheduler_runs_or_never(
    client_of: Callable[[User], Client], set_clock: SetClock
) -> None:
    """Every hour is compared. The scheduler runs in every hour around a change and every `EVERY` hours."""
    students = World().students
    pages = Pages([client_of(student.user) for student in students])
    never = Readings(students)
    states = [never.at(FIRST_HOUR + number * HOUR) for number in range(HOURS)]
    looked_at = around_changes(states, pages)
    said = {}
    for number, which in looked_at.items():
        set_clock(FIRST_HOUR + number * HOUR)
        said[number] = pages.read(which)
    assert len(looked_at) > 60, "the year has its turns"
    assert {page for which in looked_at.values() for page in which} == ALL_PAGES

    rows, always = stored(), Readings(students)
    for number in range(HOURS):
        now = FIRST_HOUR + number * HOUR
        if number % EVERY == 0 or number in looked_at:
            set_clock(now)
            for task in TASKS:
                task()
            if (found := stored()) != rows:
                rows, always = found, Readings(students)
        assert always.at(now) == states[number], now
        if number in looked_at:
            assert pages.read(looked_at[number]) == said[number], now
    assert Notice.objects.exists(), "the scheduler did run"

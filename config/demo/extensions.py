"""The demo's extensions: a class and a student with more time, and one that was taken back."""

from datetime import timedelta

from accounts.domain.division import Division
from config.demo.calendar import DemoCalendar
from config.demo.people import DemoPeople
from schedules.domain.activities import Activity
from schedules.domain.periods import start_of
from schedules.queries import general_window
from schedules.services.extensions import grant_extension, withdraw_extension


def make_extensions(people: DemoPeople, calendar: DemoCalendar) -> None:
    window = general_window(Activity.OUTCOME_UPLOAD, Division.DAY, calendar.current)
    assert window and window.closes_on
    registry = people.by_username("registry1")
    at = start_of(calendar.today - timedelta(days=2)) + timedelta(hours=10)
    first, *__, last = [c for c in people.classes if c.division == Division.DAY and c.grade == 1]
    closes_on = window.closes_on
    grant_extension(
        window,
        first,
        closes_on=closes_on + timedelta(days=7),
        reason="校外實習一週，延後上傳",
        article="第 12 點（一）",
        by=registry,
        at=at,
    )
    student = next(s for s in people.students[2:] if s.placements.filter(school_class=last).exists())
    granted = grant_extension(
        window,
        student,
        closes_on=closes_on + timedelta(days=3),
        reason="住院治療",
        by=registry,
        at=at,
    )
    withdraw_extension(granted, by=registry, at=at + timedelta(hours=3))

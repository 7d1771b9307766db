"""What a class can be reminded of now: every app adds what it knows, with the words for those concerned.

What is open for all is said to all in the same words, whatever they have done so far (rules E1); only a fact
about somebody's own pieces or receipts is told to those alone whom it concerns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from accounts.builders import Builders
from accounts.models import ClassPlacement, Notice, SchoolClass, User
from accounts.models.students import EnrolmentStatus
from accounts.services.notices import Words
from portfolio.class_overview.deadlines import Deadline, open_deadlines


@dataclass(frozen=True)
class Group:
    """The enrolled students of a class at a moment, in the order of their seats."""

    school_class: SchoolClass
    placements: list[ClassPlacement]
    now: datetime

    @classmethod
    def of(cls, school_class: SchoolClass, now: datetime) -> Group:
        enrolled = school_class.placements.filter(student__status=EnrolmentStatus.ENROLLED)
        placements = enrolled.select_related("student__user").order_by("seat_number", "pk")
        return cls(school_class, list(placements), now)

    @cached_property
    def users(self) -> Mapping[int, User]:
        """Student id → account."""
        return {placement.student_id: placement.student.user for placement in self.placements}

    @cached_property
    def deadlines(self) -> list[Deadline]:
        """What the students may upload and select now."""
        return open_deadlines(self.users.keys(), self.school_class.school_year, self.now)


@dataclass(frozen=True)
class Letter:
    """What some people are told; `act_by` as in accounts.services.notices.tell."""

    people: list[User]
    subject: Words
    body: Words
    url: str
    act_by: date | None = None


@dataclass(frozen=True)
class Reminder:
    """One matter to remind a class of; `key` names it, `whom` says who is told, `until` until when."""

    key: str
    title: str
    until: str
    whom: str
    letters: list[Letter]

    @property
    def people(self) -> list[User]:
        return [person for letter in self.letters for person in letter.people]


_builders: Builders[Group, Reminder] = Builders()
adds_reminders = _builders.adding


def reminders_for(group: Group) -> list[Reminder]:
    """Those that concern somebody now."""
    return [reminder for reminder in _builders(group) if reminder.people]


def notice_key(school_class: SchoolClass, reminder_key: str, day: date) -> str:
    """A person is told of one matter once a day, whoever sends it."""
    return f"class-{school_class.pk}-{reminder_key}-{day:%Y%m%d}"


def told_on(school_class: SchoolClass, reminders: Iterable[Reminder], day: date) -> Mapping[str, set[int]]:
    """Reminder key → the ids of those who were told of it on `day`, in one query."""
    keys = {notice_key(school_class, one.key, day): one for one in reminders}
    people = {person.pk for one in keys.values() for person in one.people}
    told: dict[str, set[int]] = {one.key: set() for one in keys.values()}
    for key, person in Notice.objects.filter(key__in=keys, user__in=people).values_list("key", "user"):
        told[keys[key].key].add(person)
    return told

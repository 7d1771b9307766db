"""Announcements by offices to audiences, told once; a subject says when one must act (traps, wishes)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.announcements.audiences import Reader, recipients
from accounts.domain.division import Division
from accounts.errors import Conflict, InvalidInput, NotAllowed
from accounts.models import Announcement, AuditEntry, Guardianship, Notice, Office, School, SchoolClass, User
from accounts.models.announcements import Audience
from accounts.models.duties import DutyCode
from accounts.models.guardians import Relation
from accounts.models.students import EnrolmentStatus
from accounts.services.announcements import publish_announcement, withdraw_announcement
from tests.conftest import SetClock
from tests.factories import SchoolClassFactory, StudentFactory, UserFactory, holder_of
from tests.moments import at, day

pytestmark = pytest.mark.django_db

NOW, TODAY = at("2024-11-20 09:00"), day("2024-11-20")


@dataclass
class People:
    """A class of each division and of two grades, each with homeroom teacher, student and guardian."""

    clerk: User
    classes: list[SchoolClass]
    leaver: User
    evening_clerk: User

    @classmethod
    def make(cls) -> "People":
        clerk = holder_of(DutyCode.BASIC_DATA)
        evening_clerk = holder_of(DutyCode.BASIC_DATA, Division.EVENING)
        classes = [
            SchoolClassFactory.create(division=division, grade=grade)
            for division, grade in product(Division, (1, 2))
        ]
        for school_class in classes:
            student = StudentFactory.create(school_class=school_class)
            Guardianship.objects.create(
                guardian=UserFactory.create(),
                student=student,
                relation=Relation.PARENT,
                starts_on=day("2024-08-01"),
            )
        leaver = StudentFactory.create(school_class=classes[0], status=EnrolmentStatus.GRADUATED)
        UserFactory.create()
        return cls(clerk, classes, leaver.user, evening_clerk)


@pytest.fixture
def people(set_clock: SetClock) -> People:
    set_clock(NOW)
    return People.make()


def announcement(people: People, **changes: Any) -> Announcement:
    values: dict[str, Any] = {
        "office": Office.objects.filter(posts__holdings__user=people.clerk).get(),
        "audience": Audience.STUDENTS,
        "division": Division.DAY,
        "subject": "選課說明會",
        "shown_until": day("2024-12-01"),
    }
    return Announcement(**{**values, **changes})


def test_an_office_tells_its_division_once_and_the_trail_knows(people: People) -> None:
    one = announcement(people)
    assert publish_announcement(one, by=people.clerk, at=NOW) == 2
    assert Notice.objects.filter(key=f"announcement-{one.pk}").count() == 2
    entry = AuditEntry.objects.get(act="publish_announcement")
    assert (entry.actor, entry.changes["people"]) == (people.clerk, 2)
    assert people.leaver not in [notice.user for notice in Notice.objects.all()]


def test_another_office_or_division_is_not_spoken_for(people: People) -> None:
    with pytest.raises(NotAllowed, match="該處室的人員"):
        publish_announcement(announcement(people), by=people.evening_clerk, at=NOW)
    for division in (Division.EVENING, ""):
        with pytest.raises(NotAllowed, match="執行秘書"):
            publish_announcement(announcement(people, division=division), by=people.clerk, at=NOW)
    assert not Announcement.objects.exists()


def test_the_executive_secretary_speaks_to_the_whole_school(people: People) -> None:
    post = people.clerk.holdings.get().post
    School.objects.create(pk=1, name="校", code="999999", contact="分機", executive_secretary=post)
    assert publish_announcement(announcement(people, division=""), by=people.clerk, at=NOW) == 4


def test_only_an_act_that_is_due_is_said_in_the_subject(people: People) -> None:
    publish_announcement(announcement(people), by=people.clerk, at=NOW)
    due = announcement(people, subject="繳交同意書", act_by=day("2024-11-29"))
    publish_announcement(due, by=people.clerk, at=NOW)
    subjects = set(Notice.objects.values_list("subject", flat=True))
    assert subjects == {"選課說明會", "[請於 113/11/29（五） 前處理] 繳交同意書"}


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"shown_until": day("2024-11-19")}, "已經過去"),
        ({"act_by": day("2024-11-19")}, "已經過去"),
        ({"act_by": day("2024-12-02")}, "延後"),
        ({"subject": " "}, "標題"),
        ({"grade": 3}, "沒有任何人"),
    ],
)
def test_what_makes_no_sense_is_refused(people: People, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        publish_announcement(announcement(people, **changes), by=people.clerk, at=NOW)
    assert not Announcement.objects.exists()
    assert not Notice.objects.exists()


def test_taken_back_it_is_shown_no_more(people: People, client_of: Callable[[User], Client]) -> None:
    one = announcement(people)
    publish_announcement(one, by=people.clerk, at=NOW)
    client = client_of(people.classes[0].placements.get(student__status="enrolled").student.user)
    assert "選課說明會" in client.get(reverse("announcements:list")).content.decode()
    withdraw_announcement(one, by=people.clerk, at=NOW)
    assert "選課說明會" not in client.get(reverse("announcements:list")).content.decode()
    with pytest.raises(Conflict):
        withdraw_announcement(one, by=people.clerk, at=NOW)


def test_who_is_told_and_who_sees_it_is_the_same_for_every_audience(people: People) -> None:
    """The list of recipients and the question about one person answer alike."""
    everyone = list(User.objects.all())
    readers = {user: Reader.of(user, TODAY) for user in everyone}
    classes: list[SchoolClass | None] = [None, *people.classes]
    for audience, division, grade, school_class in product(
        Audience, ("", *Division), (None, 1, 2, 3), classes
    ):
        one = announcement(
            people, audience=audience, division=division, grade=grade, school_class=school_class
        )
        told = set(recipients(one, TODAY))
        seen = {user for user in everyone if readers[user].is_meant(one)}
        assert told == seen, (audience, division, grade, school_class)


# ---------------------------------------------------------------- pages


def posted(people: People, **changes: Any) -> dict[str, Any]:
    office = Office.objects.filter(posts__holdings__user=people.clerk).get()
    return {
        "office": office.pk,
        "audience": "students",
        "division": "day",
        "grade": "",
        "school_class": "",
        "subject": "選課說明會",
        "body": "地點：演講廳",
        "act_by": "",
        "shown_until": "2024-12-01",
        **changes,
    }


def test_publishing_on_the_page_shows_on_the_students_home(
    people: People, client_of: Callable[[User], Client]
) -> None:
    answer = client_of(people.clerk).post(reverse("announcements:manage"), posted(people), follow=True)
    assert "通知 2 人" in answer.content.decode()
    student = people.classes[0].placements.get(student__status="enrolled").student
    assert "選課說明會" in client_of(student.user).get(reverse("home")).content.decode()


def test_a_refusal_keeps_what_was_typed(people: People, client_of: Callable[[User], Client]) -> None:
    answer = client_of(people.clerk).post(
        reverse("announcements:manage"), posted(people, grade="3", body="很長的內容")
    )
    page = answer.content.decode()
    assert "沒有任何人" in page
    assert "很長的內容" in page


def test_an_office_chooses_among_the_classes_of_its_division(
    people: People, client_of: Callable[[User], Client]
) -> None:
    def offered(user: User) -> set[str]:
        form = client_of(user).get(reverse("announcements:manage")).context["form"]
        return set(form.fields["school_class"].queryset.values_list("division", flat=True))

    for division in Division:
        SchoolClassFactory.create(division=division)
    assert offered(people.clerk) == {Division.DAY}
    assert offered(people.evening_clerk) == {Division.EVENING}


def test_the_page_for_offices_is_not_there_for_others(
    people: People, client_of: Callable[[User], Client]
) -> None:
    one = announcement(people)
    publish_announcement(one, by=people.clerk, at=NOW)
    for user in (UserFactory.create(), people.evening_clerk):
        client = client_of(user)
        assert client.post(reverse("announcements:withdraw", args=[one.pk])).status_code == 404
    assert client_of(UserFactory.create()).get(reverse("announcements:manage")).status_code == 404


def test_the_lists_ask_the_same_number_of_queries_however_long(
    people: People, client_of: Callable[[User], Client]
) -> None:
    student = people.classes[0].placements.get(student__status="enrolled").student.user
    clients = [
        (client_of(people.clerk), "announcements:manage"),
        (client_of(student), "announcements:list"),
        (client_of(student), "home"),
    ]

    def counts() -> list[int]:
        found = []
        for client, name in clients:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(reverse(name)).status_code == 200
            found.append(len(queries))
        return found

    def publish(until: date) -> None:
        publish_announcement(announcement(people, shown_until=until), by=people.clerk, at=NOW)

    publish(day("2024-12-01"))
    few = counts()
    for __ in range(10):
        publish(day("2024-12-01"))
    assert counts() == few

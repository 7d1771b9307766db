"""Around midnight of 1 August: the form of a performance is for the year that the service counts (D8)."""

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from accounts.models import Guardianship, Student, User
from accounts.models.guardians import Relation
from portfolio.domain.categories import CATEGORIES
from portfolio.models import DiversePerformance
from tests.admin_pages import said
from tests.conftest import SetClock
from tests.factories import (
    SchoolClassFactory,
    StudentFactory,
    UserFactory,
    place,
    school,
    term_with_dates,
    uploaded_pdf,
)
from tests.moments import at, day
from tests.portfolio.pieces import filled

pytestmark = pytest.mark.django_db

BEFORE, MIDNIGHT, IN_GRACE, TOO_LATE = (
    at("2025-07-31 23:58"),
    at("2025-08-01 00:00"),
    at("2025-08-01 00:14:59"),
    at("2025-08-01 00:15"),
)
OLD, NEW = "計入 113 學年度", "計入 114 學年度"
STILL = "114/08/01（五）00:15 前送達，仍計入 113 學年度"


@pytest.fixture
def student() -> Student:
    """In year 113, whose performances may be uploaded until 31 July, and in 114."""
    school()
    term_with_dates(113, 2, opening="2025-02-11", exam_end="2025-06-27", closing="2025-06-30")
    term_with_dates(114, 1, opening="2025-09-01", exam_end="2026-01-16", closing="2026-01-20")
    made: Student = StudentFactory.create(school_class=SchoolClassFactory.create(grade=1))
    place(made, SchoolClassFactory.create(school_year=114, grade=2))
    return made


@pytest.fixture(params=["student", "guardian"])
def browser(
    request: pytest.FixtureRequest, student: Student, client_of: Callable[[User], Client]
) -> tuple[Client, str]:
    """The student's own page, and that of a parent who does it for them."""
    if request.param == "student":
        return client_of(student.user), "/portfolio/performances/new/work/"
    guardian = UserFactory.create()
    Guardianship.objects.create(
        guardian=guardian, student=student, relation=Relation.PARENT, starts_on=day("2024-08-01")
    )
    return client_of(guardian), f"/proxy/{student.pk}/performances/new/work/"


def send(browser: tuple[Client, str], ticket: str, **changes: object):
    client, address = browser
    typed = filled(CATEGORIES["work"]) | {"document": uploaded_pdf(), "proxy_reason": "家中沒有網路"}
    return client.post(address, typed | {"ticket": ticket} | changes)


def opened(browser: tuple[Client, str]) -> tuple[str, str]:
    """The form's words and its ticket."""
    client, address = browser
    response = client.get(address)
    found = re.search(r'name="ticket" value="([^"]+)"', response.content.decode())
    assert found
    return said(client, response), found[1]


@pytest.mark.parametrize(("moment", "year"), [(BEFORE, OLD), (MIDNIGHT, NEW)])
def test_a_form_says_which_year_it_is_for(
    browser: tuple[Client, str], set_clock: SetClock, moment: datetime, year: str
) -> None:
    set_clock(moment)
    page, __ = opened(browser)
    assert year in page
    assert STILL not in page


@pytest.mark.parametrize("arrives", [MIDNIGHT, IN_GRACE])
def test_a_form_opened_before_midnight_stays_one_of_the_old_year_and_says_until_when(
    browser: tuple[Client, str], set_clock: SetClock, arrives: datetime
) -> None:
    set_clock(BEFORE)
    __, ticket = opened(browser)
    set_clock(arrives)
    client, __ = browser
    refused = send(browser, ticket, description="")
    assert refused.status_code == 200
    assert STILL in said(client, refused)
    assert send(browser, ticket).status_code == 302
    assert DiversePerformance.objects.get().school_year == 113


def test_after_the_grace_the_same_form_is_one_of_the_new_year(
    browser: tuple[Client, str], set_clock: SetClock
) -> None:
    set_clock(BEFORE)
    __, ticket = opened(browser)
    set_clock(TOO_LATE)
    client, __ = browser
    page = said(client, send(browser, ticket, description=""))
    assert NEW in page and STILL not in page
    send(browser, ticket)
    assert DiversePerformance.objects.get().school_year == 114


def test_the_forms_choices_are_those_of_the_year_it_counts_for(
    student: Student, client_of: Callable[[User], Client], set_clock: SetClock
) -> None:
    """A category that asks for a school year offers none after the one it counts for."""
    client = client_of(student.user)
    asks = next(one for one in CATEGORIES.values() if any(f.kind.name == "SCHOOL_YEAR" for f in one.fields))
    address = f"/portfolio/performances/new/{asks.code}/"
    set_clock(BEFORE)
    before = client.get(address).content.decode()
    set_clock(MIDNIGHT)
    ticket = re.search(r'name="ticket" value="([^"]+)"', before)
    assert ticket
    late = client.post(address, {"ticket": ticket[1]}).content.decode()
    new = client.get(address).content.decode()
    assert '<option value="114"' in new
    assert '<option value="114"' not in before
    assert '<option value="114"' not in late

"""Who may do what is read once for a page, however many of its parts ask."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.duty_roster import read_once, roster_at
from accounts.models import Absence, User
from accounts.models.duties import DutyCode
from portfolio.list_upload import lists_for
from tests.factories import holder_of, term_113_1
from tests.moments import at, day

pytestmark = pytest.mark.django_db
NOW = at("2024-10-01 09:00")


@pytest.fixture
def registry(set_clock: Callable) -> User:
    set_clock(NOW)
    term_113_1()
    return holder_of(DutyCode.COURSE_PLATFORM)


def reads(act: Callable[[], object]) -> int:
    """How often the annex is read."""
    with CaptureQueriesContext(
        connection,
    ) as queries:
        act()
    return sum('FROM "accounts_duty" ' in query["sql"] for query in queries.captured_queries)


@pytest.mark.parametrize(
    "page", ["/", "/people/import/", "/people/absences/", "/schedule/", "/certification/departures/"]
)
def test_a_page_reads_the_annex_once(registry: User, client_of: Callable, page: str) -> None:
    client = client_of(registry)
    assert client.get(page).status_code == 200
    assert reads(lambda: client.get(page)) == 1


def test_which_lists_somebody_may_import_is_one_question(registry: User) -> None:
    assert reads(lambda: lists_for(registry, NOW)) == 1


def test_another_moment_is_another_annex(registry: User) -> None:
    with read_once():
        assert roster_at(NOW) is roster_at(NOW + timedelta(seconds=1))
        assert roster_at(NOW + timedelta(days=1)) is not roster_at(NOW)


def test_outside_of_a_page_that_is_looked_at_nothing_is_kept(registry: User) -> None:
    code, division = DutyCode.COURSE_PLATFORM, "day"
    with read_once():
        assert roster_at(NOW).acting_person(code, division) == registry
    Absence.objects.create(
        user=registry,
        starts_on=day("2024-10-01"),
        ends_on=day("2024-10-01"),
        reason="公假",
        recorded_by=registry,
    )
    assert roster_at(NOW).acting_person(code, division) is None
    assert roster_at(NOW) is not roster_at(NOW)

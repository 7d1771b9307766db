"""The self-check list (article 4, B3): staff read and print it, the duty's holder ticks it."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry, User
from accounts.models.duties import DutyCode
from schedules.domain.activities import Activity
from schedules.models import SelfCheck, Term
from schedules.permissions import ScheduleAct
from schedules.services.receipt_windows import open_receipt_window
from schedules.services.self_checks import bring_up_to_date
from tests.admin_pages import said
from tests.conftest import SetClock
from tests.factories import StudentFactory, UserFactory, holder_of, term_113_1
from tests.moments import at, day

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]
PAGE = "/schedule/113-1/self-check/"


@pytest.fixture
def holder(set_clock: SetClock) -> User:
    """Who enters the day division's basic data; its window closed yesterday, with its check in two days."""
    set_clock(at("2024-09-14 09:00"))
    person = holder_of(DutyCode.BASIC_DATA)
    bring_up_to_date(term_113_1())
    return person


def basic_data() -> SelfCheck:
    return SelfCheck.objects.get(window__activity=Activity.BASIC_DATA, division="day")


def tick_address() -> str:
    return f"/schedule/self-check/{basic_data().pk}/tick/"


def test_the_list_names_every_window_with_its_day_and_its_post(holder: User, client_of: ClientOf) -> None:
    client = client_of(UserFactory.create())
    page = said(client, client.get(PAGE))
    assert "學生基本資料登錄 日間部 113/09/13（五） 113/09/16（一）" in page
    assert f"{DutyCode.BASIC_DATA.label}承辦 尚未檢核" in page
    assert "課程學習成果認證 日間部 114/02/10（一） 114/02/13（四）" in page


def test_students_and_the_public_do_not_see_it(holder: User, client_of: ClientOf) -> None:
    assert client_of(StudentFactory.create().user).get(PAGE).status_code == 404
    assert Client().get(PAGE)["Location"].startswith("/accounts/login/")


def test_a_term_that_is_not_there_has_no_list(holder: User, client_of: ClientOf) -> None:
    assert client_of(holder).get("/schedule/99-1/self-check/").status_code == 404


def test_staff_see_the_list_of_a_draft(holder: User, client_of: ClientOf) -> None:
    Term.objects.update(published_at=None)
    assert client_of(holder).get(PAGE).status_code == 200


def test_only_the_dutys_holder_gets_the_form(holder: User, client_of: ClientOf) -> None:
    assert client_of(holder).get(PAGE).content.decode().count("完成檢核</button>") == 1
    assert "完成檢核</button>" not in client_of(UserFactory.create()).get(PAGE).content.decode()


def test_the_holder_ticks_with_name_time_and_note(holder: User, client_of: ClientOf) -> None:
    client = client_of(holder)
    page = said(client, client.post(tick_address(), {"note": "已抽查三班"}))
    assert f"已檢核 {holder} 113/09/14（六）09:00 已抽查三班" in page
    assert AuditEntry.objects.get(act=ScheduleAct.TICK_SELF_CHECK).actor == holder


def test_ticking_again_keeps_the_first_name_and_time(
    holder: User, client_of: ClientOf, set_clock: SetClock
) -> None:
    client = client_of(holder)
    client.post(tick_address(), {"note": "第一次"})
    set_clock(at("2024-09-20 09:00"))
    client.post(tick_address(), {"note": "第二次"})
    check = basic_data()
    assert (check.ticked_at, check.note) == (at("2024-09-14 09:00"), "第一次")


@pytest.mark.parametrize(
    "person", [UserFactory.create, lambda: StudentFactory.create().user], ids=["teacher", "student"]
)
def test_nobody_else_ticks_it(holder: User, client_of: ClientOf, person: Callable[[], User]) -> None:
    response = client_of(person()).post(tick_address())
    assert response.status_code in (403, 404)
    assert basic_data().ticked_at is None


def test_the_refusal_names_who_may(holder: User, client_of: ClientOf) -> None:
    response = client_of(UserFactory.create()).post(tick_address())
    assert holder.name in response.content.decode()


def test_reading_the_ticks_address_ticks_nothing(holder: User, client_of: ClientOf) -> None:
    assert client_of(holder).get(tick_address()).status_code == 405
    assert basic_data().ticked_at is None


@pytest.mark.parametrize("now, is_due", [("2024-09-15 23:59", False), ("2024-09-16 00:00", True)])
def test_what_is_due_is_marked_from_its_day_on(
    holder: User, client_of: ClientOf, set_clock: SetClock, now: str, is_due: bool
) -> None:
    set_clock(at(now))
    page = client_of(holder).get(PAGE).content.decode()
    assert ("已到檢核日" in page) == is_due


def test_the_list_costs_the_same_for_few_and_for_many(holder: User, client_of: ClientOf) -> None:
    client, term = client_of(holder), Term.objects.get()

    def cost(receipts: range) -> int:
        for number in receipts:
            open_receipt_window(
                term,
                "day",
                subject=(112, 2),
                opens_on=day("2024-10-09"),
                reference=str(number),
                at=at("2024-09-14 09:00"),
            )
        bring_up_to_date(term)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(PAGE).status_code == 200
        return len(queries)

    cost(range(1))
    assert cost(range(1, 10)) == cost(range(10, 200))

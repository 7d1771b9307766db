"""Moving one window in the admin: with a reason, beside the computed days (rules D14, D16)."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, User
from schedules.domain.activities import Activity
from schedules.models import Window, WindowOverride
from schedules.permissions import ScheduleAct
from schedules.services.receipt_windows import open_receipt_window
from tests.admin_pages import said
from tests.conftest import SetClock
from tests.factories import AdminFactory, UserFactory, term_113_1
from tests.moments import at, day

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(client_of: Callable[[User], Client], set_clock: SetClock) -> Client:
    set_clock(at("2024-10-08 09:00"))
    return client_of(AdminFactory.create())


@pytest.fixture
def receipt_window() -> Window:
    """112-2's first receipt window: four days from 9 October by the rule."""
    return open_receipt_window(
        term_113_1(), "day", subject=(112, 2), opens_on=day("2024-10-09"), at=at("2024-10-08 09:00")
    )


@pytest.fixture
def upload_window() -> Window:
    term_113_1()
    return Window.objects.get(activity=Activity.OUTCOME_UPLOAD, division="day")


def address(window: Window) -> str:
    return reverse("admin:schedules_window_override", args=[window.pk])


def test_an_override_with_its_reason_shows_beside_the_computed_days_on_the_public_page(
    client: Client, receipt_window: Window
) -> None:
    asked = {"opens_on": "2024-10-09", "closes_on": "2024-10-14", "reason": "4 天，因國慶日調整"}
    response = client.post(address(receipt_window), asked)
    assert "期程已調整。" in said(client, response)
    public = said(Client(), Client().get("/schedule/113-1/"))
    assert "113/10/09（三）起 113/10/14（一）24:00 止" in public
    assert "學校調整：4 天，因國慶日調整" in public
    assert "原計算 113/10/09（三） 至 113/10/12（六）" in public


@pytest.mark.parametrize("reason", ["", "   "])
def test_an_override_without_a_reason_is_refused(client: Client, receipt_window: Window, reason: str) -> None:
    asked = {"opens_on": "2024-10-09", "closes_on": "2024-10-14", "reason": reason}
    response = client.post(address(receipt_window), asked)
    assert response.status_code == 200
    assert "調整期程須填寫理由。" in said(client, response)
    assert "2024-10-14" in response.content.decode(), "what was typed is still there"
    receipt_window.refresh_from_db()
    assert receipt_window.closes_at == at("2024-10-13")
    assert not WindowOverride.objects.exists()


def test_an_override_that_closes_before_it_opens_is_refused_beside_the_form(
    client: Client, receipt_window: Window
) -> None:
    asked = {"opens_on": "2024-10-14", "closes_on": "2024-10-09", "reason": "調整"}
    response = client.post(address(receipt_window), asked)
    assert response.status_code == 200
    assert "起日不可晚於迄日。" in said(client, response)
    assert not WindowOverride.objects.exists()


def test_an_upload_window_below_closing_ceremony_plus_two_weeks_warns(
    client: Client, upload_window: Window
) -> None:
    asked = {"opens_on": "2024-08-30", "closes_on": "2025-02-02", "reason": "年假"}
    shown = said(client, client.post(address(upload_window), asked))
    assert "低於作業要點的下限" in shown
    assert "期程已調整。" in shown
    upload_window.refresh_from_db()
    assert upload_window.closes_at == at("2025-02-03")


def test_an_upload_window_of_exactly_two_weeks_does_not_warn(client: Client, upload_window: Window) -> None:
    asked = {"opens_on": "2024-09-02", "closes_on": "2025-02-03", "reason": "颱風停課"}
    assert "下限" not in said(client, client.post(address(upload_window), asked))


def test_the_schools_own_two_days_show_as_a_standing_notice(client: Client, receipt_window: Window) -> None:
    later = open_receipt_window(
        receipt_window.term, "day", subject=(112, 2), opens_on=day("2024-10-16"), at=at("2024-10-15 09:00")
    )
    page = reverse("admin:schedules_window_change", args=[later.pk])
    assert "收訖明細確認只有 2 天" in said(client, client.get(page))


def test_withdrawing_goes_back_to_the_computed_days_and_keeps_the_record(
    client: Client, receipt_window: Window
) -> None:
    asked = {"opens_on": "2024-10-09", "closes_on": "2024-10-14", "reason": "國慶日"}
    client.post(address(receipt_window), asked)
    response = client.post(address(receipt_window), {"withdraw": "1"})
    assert "恢復計算所得的日期" in said(client, response)
    receipt_window.refresh_from_db()
    assert receipt_window.closes_at == at("2024-10-13")
    assert WindowOverride.objects.get().withdrawn_at == at("2024-10-08 09:00")
    acts = AuditEntry.objects.filter(object_id=str(receipt_window.pk)).values_list("act", flat=True)
    assert set(acts) == {ScheduleAct.OVERRIDE_WINDOW, ScheduleAct.WITHDRAW_OVERRIDE}


def test_the_list_shows_the_days_in_force_beside_the_computed_ones(
    client: Client, receipt_window: Window
) -> None:
    asked = {"opens_on": "2024-10-09", "closes_on": "2024-10-14", "reason": "國慶日"}
    client.post(address(receipt_window), asked)
    shown = said(client, client.get(reverse("admin:schedules_window_changelist")))
    assert "113/10/09（三）–113/10/14（一） 113/10/09（三）–113/10/12（六） 國慶日 尚未開放" in shown


def test_nobody_but_administrators_reaches_the_override_page(
    client_of: Callable[[User], Client], upload_window: Window
) -> None:
    asked = {"opens_on": "2024-08-30", "closes_on": "2025-03-02", "reason": "延長"}
    for person, status in ((UserFactory.create(), 302), (UserFactory.create(is_staff=True), 403)):
        assert client_of(person).post(address(upload_window), asked).status_code == status
    assert not WindowOverride.objects.exists()

"""Entering a term's dates and letters in the admin (rules D13, D18, D22)."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, User
from schedules.domain.activities import Activity, Audience
from schedules.models import OfficialLetter, Term, TermDates, Window
from schedules.permissions import ScheduleAct
from tests.admin_pages import said, save
from tests.conftest import SetClock
from tests.factories import AdminFactory, term_113_1, term_with_dates
from tests.moments import at, day

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(client_of: Callable[[User], Client], set_clock: SetClock) -> Client:
    """An administrator's browser, in the middle of 113-1."""
    set_clock(at("2024-11-15 09:00"))
    return client_of(AdminFactory.create())


def page(term: Term) -> str:
    return reverse("admin:schedules_term_change", args=[term.pk])


def window(term: Term, activity: Activity, division: str = "day") -> Window:
    return Window.objects.get(term=term, activity=activity, division=division, audience=Audience.GENERAL)


def test_saving_term_dates_moves_open_windows_and_says_which(client: Client) -> None:
    term = term_113_1(closing="2025-01-20")
    response = save(client, page(term), **{"dates-0-closing_ceremony": "2025-01-27"})
    assert window(term, Activity.OUTCOME_UPLOAD).closes_at == at("2025-02-11")
    assert "日間部 課程學習成果上傳 截止 114/02/03（一） → 114/02/10（一）" in said(client, response)


def test_saving_term_dates_leaves_closed_windows_and_the_other_division(client: Client) -> None:
    term = term_113_1(opening="2024-08-30")
    save(client, page(term), **{"dates-0-opening": "2024-09-02"})
    basic_data = window(term, Activity.BASIC_DATA)
    assert basic_data.closes_at == at("2024-09-14"), "closed on 13 September, as it was"
    assert window(term, Activity.CERTIFICATION).opens_at == at("2024-09-02")
    assert window(term, Activity.CERTIFICATION, "evening").opens_at == at("2024-08-30")


def test_saving_term_dates_leaves_a_trail_with_what_moved(client: Client) -> None:
    term = term_113_1()
    save(client, page(term), **{"dates-0-closing_ceremony": "2025-01-27"})
    entry = AuditEntry.objects.get(act=ScheduleAct.SET_TERM_DATES)
    assert entry.object_label == "113-1 日間部"
    assert entry.changes["closing_ceremony"] == "2025-01-27"
    assert any("課程學習成果上傳" in move["window"] for move in entry.changes["windows"])


def test_a_new_term_gets_its_windows_from_one_page(client: Client) -> None:
    dates = {"opening": "2025-02-11", "final_exam_end": "2025-06-27", "closing_ceremony": "2025-06-30"}
    day_dates = {f"dates-0-{name}": value for name, value in dates.items()}
    response = save(client, reverse("admin:schedules_term_add"), school_year=113, number=2, **day_dates)
    term = Term.objects.get(school_year=113, number=2)
    assert list(TermDates.objects.filter(term=term).values_list("division", flat=True)) == ["day"]
    assert window(term, Activity.OUTCOME_UPLOAD).closes_at == at("2025-07-15")
    assert "新增" in said(client, response)


def test_dates_in_the_wrong_order_are_refused_beside_the_form(client: Client) -> None:
    term = term_113_1()
    response = save(client, page(term), **{"dates-0-closing_ceremony": "2024-08-01"})
    assert response.status_code == 200
    assert "日期順序應為開學日、期末考結束日、休業式日" in said(client, response)
    assert 'value="2024/08/01"' in response.content.decode() or "2024-08-01" in response.content.decode()


def test_a_refused_recomputation_is_an_error_of_the_form_and_changes_nothing(client: Client) -> None:
    term = term_with_dates(113, 2, opening="2025-02-11", exam_end="2025-06-27", closing="2025-06-30")
    before = list(Window.objects.order_by("pk").values_list("opens_at", "closes_at"))
    letter = {
        "letters-TOTAL_FORMS": 1,
        "letters-0-division": "day",
        "letters-0-activity": "submission",
        "letters-0-audience": "grade3_first",
        "letters-0-subject": "this_term",
        "letters-0-number": "臺教國署高字第 1 號",
        "letters-0-due_on": "2025-02-20",
    }
    response = save(client, page(term), **letter)
    assert response.status_code == 200
    assert "早於起日" in said(client, response)
    assert "臺教國署高字第 1 號" in response.content.decode(), "what was typed is still there"
    assert not OfficialLetter.objects.exists()
    assert list(Window.objects.order_by("pk").values_list("opens_at", "closes_at")) == before
    assert not AuditEntry.objects.filter(act=ScheduleAct.RECORD_LETTER).exists()


def test_a_letter_ends_the_waiting_of_grade_3(client: Client) -> None:
    term = term_with_dates(113, 2, opening="2025-02-11", exam_end="2025-06-27", closing="2025-06-30")
    upload = Window.objects.get(
        division="day", activity=Activity.OUTCOME_UPLOAD, audience=Audience.GRADE3_FIRST
    )
    assert upload.closes_at is None
    letter = {
        "letters-TOTAL_FORMS": 1,
        "letters-0-division": "day",
        "letters-0-activity": "submission",
        "letters-0-audience": "grade3_first",
        "letters-0-subject": "this_term",
        "letters-0-due_on": "2025-05-01",
    }
    response = save(client, page(term), **letter)
    upload.refresh_from_db()
    assert upload.closes_at == at("2025-04-11")
    assert "待來文 → 114/04/10（四）" in said(client, response)
    assert AuditEntry.objects.filter(act=ScheduleAct.RECORD_LETTER).count() == 1


def test_a_school_year_is_entered_as_a_roc_year(client: Client) -> None:
    response = save(client, reverse("admin:schedules_term_add"), school_year=2024, number=1)
    assert "學年度請填民國年，例如 113。" in said(client, response)
    assert not Term.objects.exists()


def test_staff_without_the_right_to_plan_are_refused_in_words(
    client_of: Callable[[User], Client], set_clock: SetClock
) -> None:
    set_clock(at("2024-11-15 09:00"))
    staff: User = AdminFactory.create(is_superuser=False)
    staff.user_permissions.set(Permission.objects.filter(content_type__app_label="schedules"))
    term = term_113_1()
    client = client_of(staff)
    response = save(client, page(term), **{"dates-0-closing_ceremony": "2025-01-27"})
    assert "期程由系統管理者於管理介面設定。" in said(client, response)
    assert TermDates.objects.get(term=term, division="day").closing_ceremony == day("2025-01-20")


def test_dates_and_a_letter_that_only_fit_together_are_saved_together(client: Client) -> None:
    """The letter alone would end grade 3's upload before the term's present opening."""
    term = term_with_dates(113, 2, opening="2025-02-11", exam_end="2025-06-27", closing="2025-06-30")
    first = client.get(page(term)).context["inline_admin_formsets"][0].formset.forms[0].instance
    letter = {
        "letters-TOTAL_FORMS": "1",
        "letters-0-division": first.division,
        "letters-0-activity": "submission",
        "letters-0-audience": "grade3_first",
        "letters-0-subject": "this_term",
        "letters-0-due_on": "2025-02-20",
    }
    refused = save(client, page(term), **letter)
    assert refused.status_code == 200 and not term.letters.exists()
    save(client, page(term), **letter, **{"dates-0-opening": "2025-01-06"})
    assert term.letters.get().due_on == day("2025-02-20")
    assert term.dates.get(pk=first.pk).opening == day("2025-01-06")

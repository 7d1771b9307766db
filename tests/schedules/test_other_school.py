"""A school with rules of its own, set up through the admin alone: no code is touched (issue 3, D21)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.domain.division import Division
from accounts.models import User
from schedules.domain.activities import Activity, Audience
from schedules.domain.terms import TermCode
from schedules.models import DeadlineRule, RuleVersion, SelfCheck, Term, Window
from schedules.queries import student_window
from schedules.services.receipt_windows import open_receipt_window
from tests.admin_pages import filled
from tests.conftest import SetClock
from tests.factories import AdminFactory, SchoolClassFactory, StudentFactory, school
from tests.moments import at, day

pytestmark = pytest.mark.django_db

TERM = TermCode(114, 1)
DATES = {"opening": "2025-09-01", "final_exam_end": "2026-01-16", "closing_ceremony": "2026-01-20"}


@pytest.fixture
def client(client_of: Callable[[User], Client], set_clock: SetClock) -> Client:
    school()
    set_clock(at("2025-08-01 09:00"))
    return client_of(AdminFactory.create())


@pytest.fixture
def term(client: Client) -> Term:
    """114-1 of that school: its rules, then its dates, every step on a page of the admin."""
    enter_rules(client)
    add_term(client)
    found = Term.objects.get(school_year=TERM.school_year, number=TERM.number)
    enter_dates(client, found)
    return found


def enter_rules(client: Client) -> None:
    """A version of its own: upload ends 10 days after the ceremony, receipts take 5 days, no weekends."""
    page = reverse(
        "admin:schedules_ruleversion_change", args=[RuleVersion.objects.latest("effective_from").pk]
    )
    changes = {
        Activity.OUTCOME_UPLOAD: {"count": 10, "unit": "days", "self_check_after_days": 1},
        Activity.RECEIPT_FIRST: {"count": 5, "skips_weekends": "on"},
        Activity.RECEIPT_LATER: {"count": 5, "skips_weekends": "on"},
    }
    sent = filled(client, page)
    for activity, values in changes.items():
        rule = DeadlineRule.objects.get(
            version=RuleVersion.objects.latest("effective_from"), activity=activity, grade3=False
        )
        prefix = next(
            name[: -len("id")] for name, value in sent.items() if name.endswith("-id") and value == rule.pk
        )
        sent |= {f"{prefix}{name}": value for name, value in values.items()}
    sent |= {"title": "本校 114 學年度規定", "effective_from": "2025-08-01", "_saveasnew": "1"}
    response = client.post(page, {name: value for name, value in sent.items() if value is not False})
    assert response.status_code == 302


def add_term(client: Client) -> None:
    page = reverse("admin:schedules_term_add")
    data = filled(client, page) | {"school_year": TERM.school_year, "number": TERM.number}
    for prefix in ("dates", "letters"):
        data |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    assert client.post(page, data).status_code == 302


def enter_dates(client: Client, term: Term) -> None:
    """First the preview, then what it shows is confirmed."""
    page = reverse("admin:schedules_term_setup", args=[term.pk])
    data: dict[str, Any] = {
        f"{division}-{name}": value for division in Division for name, value in DATES.items()
    }
    preview = client.post(page, data)
    assert not Window.objects.exists()
    response = client.post(page, data | {"confirm": preview.context["confirm"]})
    assert response.status_code == 302


def window(term: Term, activity: Activity, division: Division = Division.DAY) -> Window:
    return Window.objects.get(
        term=term, activity=activity, division=division, audience=Audience.GENERAL, reference=""
    )


def test_its_upload_ends_ten_days_after_the_ceremony_in_both_divisions(term: Term) -> None:
    for division in Division:
        upload = window(term, Activity.OUTCOME_UPLOAD, division)
        assert (upload.opens_on, upload.closes_on) == (day("2025-09-01"), day("2026-01-30"))
        assert upload.explanation == "休業式日 115/01/20（二） 後 10 日"
        assert SelfCheck.objects.get(window=upload).due_on == day("2026-01-31")


def test_what_it_did_not_change_is_as_in_the_version_before(term: Term) -> None:
    assert window(term, Activity.CERTIFICATION).closes_on == day("2026-02-10")
    assert window(term, Activity.PERFORMANCE_UPLOAD).closes_on == day("2026-07-31")
    assert window(term, Activity.SELECTION).closes_on == day("2025-09-22")


def test_its_students_keep_to_it(term: Term) -> None:
    student = StudentFactory.create(school_class=SchoolClassFactory.create(school_year=114))
    own = student_window(student, Activity.OUTCOME_UPLOAD, TERM)
    assert own.is_open(at("2026-01-30 23:59:59.999999"))
    assert not own.is_open(at("2026-01-31 00:00"))


def test_its_receipt_windows_take_five_days_that_are_no_weekend(term: Term) -> None:
    # Thursday, Friday, then Monday to Wednesday.
    receipts: dict[str, Any] = {"subject": (113, 2), "at": at("2025-10-08 09:00")}
    first = open_receipt_window(term, Division.DAY, opens_on=day("2025-10-09"), **receipts)
    later = open_receipt_window(term, Division.DAY, opens_on=day("2025-10-20"), **receipts)
    assert (first.opens_on, first.closes_on) == (day("2025-10-09"), day("2025-10-15"))
    assert (later.opens_on, later.closes_on) == (day("2025-10-20"), day("2025-10-24"))
    assert "5 日" in first.explanation


def test_the_preview_warns_that_its_upload_is_below_the_national_floor(client: Client) -> None:
    enter_rules(client)
    add_term(client)
    page = reverse("admin:schedules_term_setup", args=[Term.objects.get().pk])
    data = {f"{division}-{name}": value for division in Division for name, value in DATES.items()}
    assert "作業要點的下限" in client.post(page, data).content.decode()


def test_the_version_before_still_holds_for_the_term_before(client: Client) -> None:
    enter_rules(client)
    before = RuleVersion.objects.in_force_on(day("2025-07-31"))
    assert before.deadlines.get(activity=Activity.OUTCOME_UPLOAD, grade3=False).count == 2

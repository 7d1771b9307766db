"""Editing rules and days off in the admin (rules D18, D21)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.acts import AccountAct
from accounts.models import AuditEntry, User
from schedules.domain.activities import Activity, Audience
from schedules.models import DeadlineRule, Holiday, RuleVersion, Term, Window
from tests.admin_pages import filled, said, save
from tests.conftest import SetClock
from tests.factories import AdminFactory, term_113_1, term_with_dates
from tests.moments import at, day

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(client_of: Callable[[User], Client], set_clock: SetClock) -> Client:
    set_clock(at("2025-09-10 09:00"))
    return client_of(AdminFactory.create())


@pytest.fixture
def last_year() -> Term:
    return term_113_1()


@pytest.fixture
def this_year() -> Term:
    return term_with_dates(114, 1, opening="2025-09-01", exam_end="2026-01-16", closing="2026-01-20")


def page(version: RuleVersion) -> str:
    return reverse("admin:schedules_ruleversion_change", args=[version.pk])


def in_force() -> RuleVersion:
    return RuleVersion.objects.in_force_on(day("2025-09-01"))


def field_of(client: Client, version: RuleVersion, activity: Activity, name: str) -> str:
    """The name under which the page of `version` sends the general rule's field."""
    rule = version.deadlines.get(activity=activity, grade3=False)
    sent = filled(client, page(version))
    prefix = next(
        key[: -len("id")] for key, value in sent.items() if key.endswith("-id") and value == rule.pk
    )
    assert prefix.startswith("deadlines-")
    return f"{prefix}{name}"


def closing(term: Term, activity: Activity) -> Any:
    return Window.objects.get(
        term=term, division="day", activity=activity, audience=Audience.GENERAL
    ).closes_at


def test_editing_next_years_rule_never_changes_last_years_windows(
    client: Client, last_year: Term, this_year: Term
) -> None:
    before = list(Window.objects.filter(term=last_year).order_by("pk").values())
    weeks = field_of(client, in_force(), Activity.OUTCOME_UPLOAD, "count")
    response = save(client, page(in_force()), **{weeks: 4})
    assert response.status_code == 302
    assert list(Window.objects.filter(term=last_year).order_by("pk").values()) == before
    assert closing(this_year, Activity.OUTCOME_UPLOAD) == at("2026-02-18")


def test_an_edited_rule_says_which_windows_moved_and_leaves_a_trail(client: Client, this_year: Term) -> None:
    weeks = field_of(client, in_force(), Activity.OUTCOME_UPLOAD, "count")
    response = save(client, page(in_force()), **{weeks: 4})
    assert "日間部 課程學習成果上傳 截止 115/02/03（二） → 115/02/17（二）" in said(client, response)
    entries = AuditEntry.objects.filter(act=AccountAct.ADMIN_CHANGE, object_type="schedules.ruleversion")
    changes = {key: value for entry in entries for key, value in entry.changes.items()}
    (rule,) = changes["deadlinerule"]["changed"].values()
    assert rule == {"count": {"before": "2", "after": "4"}}
    assert len(changes["windows"]) == 2, "one of each division"


def test_a_window_that_has_closed_stays_when_its_rule_is_edited(client: Client, this_year: Term) -> None:
    weeks = field_of(client, in_force(), Activity.BASIC_DATA, "count")
    Window.objects.filter(term=this_year, division="evening", activity=Activity.BASIC_DATA).update(
        closes_at=at("2025-09-05")
    )
    save(client, page(in_force()), **{weeks: 3})
    assert closing(this_year, Activity.BASIC_DATA) == at("2025-09-23")
    evening = Window.objects.get(term=this_year, division="evening", activity=Activity.BASIC_DATA)
    assert evening.closes_at == at("2025-09-05")


def test_a_rule_that_closes_before_it_opens_is_refused_with_everything_taken_back(
    client: Client, this_year: Term
) -> None:
    opens_from = field_of(client, in_force(), Activity.BASIC_DATA, "opens_from")
    response = save(client, page(in_force()), **{opens_from: "closing_ceremony"})
    assert response.status_code == 200
    assert "早於起日" in said(client, response)
    assert in_force().deadlines.get(activity=Activity.BASIC_DATA, grade3=False).opens_from == "term_opening"
    assert closing(this_year, Activity.BASIC_DATA) == at("2025-09-16")


def test_a_new_version_begins_as_a_copy_and_takes_effect_from_its_day(
    client: Client, this_year: Term
) -> None:
    weeks = field_of(client, in_force(), Activity.OUTCOME_UPLOAD, "count")
    next_year = {"title": "114 學年度修正", "effective_from": "2026-02-01", weeks: 3, "_saveasnew": "1"}
    before = list(Window.objects.order_by("pk").values())
    old, copied = in_force(), DeadlineRule.objects.filter(version=in_force()).count()
    assert save(client, page(old), **next_year).status_code == 302
    new = RuleVersion.objects.get(title="114 學年度修正")
    assert new.deadlines.count() == copied
    assert new.deadlines.get(activity=Activity.OUTCOME_UPLOAD, grade3=False).count == 3
    assert old.deadlines.get(activity=Activity.OUTCOME_UPLOAD, grade3=False).count == 2
    assert list(Window.objects.order_by("pk").values()) == before


def test_rules_cannot_be_removed(client: Client) -> None:
    version = in_force()
    save(client, page(version), **{"deadlines-0-DELETE": "on"})
    assert version.deadlines.count() == DeadlineRule.objects.filter(version=version).count() > 0
    delete = reverse("admin:schedules_ruleversion_delete", args=[version.pk])
    assert client.post(delete, {"post": "yes"}).status_code == 403


def test_a_years_days_off_are_filled_in_once(client: Client) -> None:
    seed = reverse("admin:schedules_holiday_seed")
    response = client.post(seed, {"year": 113})
    assert Holiday.objects.get(day=day("2024-10-10")).name
    count = Holiday.objects.count()
    assert f"新增 {count} 天" in said(client, response)
    assert "新增 0 天" in said(client, client.post(seed, {"year": 113}))
    assert AuditEntry.objects.filter(act=AccountAct.ADMIN_ADD, changes__year=113).count() == 2


def test_a_day_off_can_be_corrected_and_removed(client: Client) -> None:
    holiday = Holiday.objects.create(day=day("2024-10-31"), name="颱風假")
    save(client, reverse("admin:schedules_holiday_change", args=[holiday.pk]), name="康芮颱風停班停課")
    holiday.refresh_from_db()
    assert holiday.name == "康芮颱風停班停課"
    client.post(reverse("admin:schedules_holiday_delete", args=[holiday.pk]), {"post": "yes"})
    assert not Holiday.objects.filter(pk=holiday.pk).exists()
    assert AuditEntry.objects.filter(act=AccountAct.ADMIN_DELETE, object_label__contains="康芮").exists()

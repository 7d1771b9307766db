"""Lists of windows read the same on every database, and say whom a window is for without nested brackets."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Notice, User
from schedules.admin_moves import named
from schedules.domain.activities import Activity, Audience
from schedules.models import SelfCheck, Term, Window
from schedules.names import title_of
from schedules.queries import self_checks_of, windows_of
from schedules.services.planning import replan
from tests.admin_pages import said
from tests.conftest import SetClock
from tests.factories import AdminFactory, TermFactory, term_with_dates
from tests.moments import at

pytestmark = pytest.mark.django_db

NESTED = re.compile(r"（[^）]*（")
NOW = at("2024-11-15 09:00")


@pytest.fixture
def second_term() -> Term:
    """113-2, in which grade 3 awaits its letters."""
    return term_with_dates(113, 2, opening="2025-02-11", exam_end="2025-06-27", closing="2025-06-30")


def test_what_has_no_day_yet_comes_last_in_its_division(second_term: Term) -> None:
    for division in ("day", "evening"):
        windows = list(windows_of(second_term.code, division=division))
        opens = [window.opens_at for window in windows]
        dated = [moment for moment in opens if moment]
        assert opens == sorted(dated) + [None] * (len(opens) - len(dated))
        assert None in opens
        same_day = [window.closes_at for window in windows if window.opens_at == at("2025-02-11")]
        ends = [moment for moment in same_day if moment]
        assert same_day == sorted(ends) + [None] * (len(same_day) - len(ends))
        assert None in same_day


def test_self_checks_without_a_day_come_last_in_their_division(second_term: Term) -> None:
    days = [
        shown.check.due_on
        for shown in self_checks_of(second_term, AdminFactory.create(), NOW)
        if shown.check.division == "day"
    ]
    known = [day for day in days if day]
    assert days == sorted(known) + [None] * (len(days) - len(known))
    assert SelfCheck.objects.filter(term=second_term, due_on=None).exists()


@pytest.mark.parametrize(
    ("audience", "name"),
    [
        (Audience.GENERAL, "日間部 課程學習成果上傳"),
        (Audience.GRADE3_FIRST, "日間部 課程學習成果上傳（高三下學期第一梯次）"),
        (Audience.GRADE3_SECOND, "日間部 課程學習成果上傳（高三下學期第二梯次）"),
    ],
)
def test_whom_a_window_is_for_stands_in_one_pair_of_brackets(
    second_term: Term, audience: Audience, name: str
) -> None:
    window = Window.objects.get(
        term=second_term, division="day", activity=Activity.OUTCOME_UPLOAD, audience=audience
    )
    assert named(window) == name


def test_a_window_is_called_by_what_it_is_about(second_term: Term) -> None:
    upload = Window.objects.filter(term=second_term, activity=Activity.OUTCOME_UPLOAD)[0]
    assert title_of(upload) == "113-2 課程學習成果上傳"
    receipts = Window(
        activity=Activity.RECEIPT_LATER, reference="25", round=3, subject_year=112, subject_term=0
    )
    assert title_of(receipts) == "112 學年度 多元表現收訖明細確認（第 3 次）"
    receipts.reference = "unknown"
    assert title_of(receipts) == "112 學年度 unknown收訖明細確認（第 3 次）"


# ---------------------------------------------------------------- setting a term up


@pytest.fixture
def client(client_of: Callable[[User], Client], set_clock: SetClock) -> Client:
    set_clock(NOW)
    return client_of(AdminFactory.create())


def page(term: Term) -> str:
    return reverse("admin:schedules_term_setup", args=[term.pk])


def dates(closing: str = "2025-06-30") -> dict[str, str]:
    days = {"opening": "2025-02-11", "final_exam_end": "2025-06-27", "closing_ceremony": closing}
    return {f"{division}-{name}": on for division in ("day", "evening") for name, on in days.items()}


def test_a_new_terms_windows_are_shown_as_new_and_not_as_moved(client: Client) -> None:
    term = TermFactory.create(school_year=113, number=2)
    shown = said(client, client.post(page(term), dates()))
    listed = client.post(page(term), dates()).context["preview"]
    assert listed.new == len(listed.rows) > 20
    assert f"新增 {listed.new} 項期程，列於下表。" in shown
    assert "日間部 課程學習成果上傳 高三下學期第一梯次 新" in shown
    assert listed.moved == []
    assert "→" not in shown and "未定" not in shown and "變動 " not in shown.split("所有期程")[1]


def test_saving_a_new_term_says_how_many_windows_it_got_and_tells_nobody(client: Client) -> None:
    term = TermFactory.create(school_year=113, number=2)
    confirm = client.post(page(term), dates()).context["confirm"]
    response = client.post(page(term), dates() | {"confirm": confirm})
    words = said(client, response)
    assert f"新增 {Window.objects.filter(term=term).count()} 項期程。" in words
    assert "已變動的期程" not in words
    assert not Notice.objects.exists()


def test_what_moves_in_a_term_that_was_set_up_is_listed_and_nothing_is_new(
    client: Client, second_term: Term
) -> None:
    shown = said(client, client.post(page(second_term), dates("2025-07-04")))
    assert "截止 114/07/14（一）24:00 止 → 114/07/18（五）24:00 止" in shown
    assert "新增" not in shown.split("所有期程")[0]
    assert not NESTED.search(shown)


def test_a_letter_moves_what_awaited_it_and_says_from_awaiting_to_when(
    client: Client, second_term: Term
) -> None:
    letter = {"day-grade3_first-due_on": "2025-05-29", "day-grade3_first-number": "一"}
    shown = said(client, client.post(page(second_term), dates() | letter))
    assert "日間部 課程學習成果上傳（高三下學期第一梯次） 截止 待來文 → 114/05/08（四）24:00 止" in shown
    assert "日間部 勾選（高三下學期第一梯次） 開始 待來文 → 114/05/09（五）起" in shown
    assert not NESTED.search(shown)


def test_a_window_without_any_day_is_new_once(second_term: Term) -> None:
    assert replan(second_term, at=NOW) == []
    fresh = TermFactory.create(school_year=114, number=2)
    for one in second_term.dates.all():
        one.pk, one.term = None, fresh
        one.opening, one.final_exam_end, one.closing_ceremony = (
            day.replace(year=2026) for day in (one.opening, one.final_exam_end, one.closing_ceremony)
        )
        one.save()
    changes = replan(fresh, at=NOW)
    assert all(change.is_new for change in changes)
    assert len(changes) == Window.objects.filter(term=fresh).count()
    assert replan(fresh, at=NOW) == []

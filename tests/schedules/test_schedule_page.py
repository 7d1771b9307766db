"""The public schedule (rules D13, D17): for everybody, every window in words, at a constant cost."""

import re
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.models.duties import DutyCode
from accounts.panels import Visitor, nav_for, panels_for
from schedules.domain.activities import Activity, Subject
from schedules.models import OfficialLetter, Window
from schedules.services.extensions import grant_extension
from schedules.services.overrides import override_window
from schedules.services.receipt_windows import open_receipt_window
from schedules.services.terms import save_letter, save_term_dates
from tests.admin_pages import said
from tests.conftest import SetClock
from tests.factories import (
    AdminFactory,
    SchoolClassFactory,
    StudentFactory,
    UserFactory,
    holder_of,
    term_113_1,
    term_with_dates,
)
from tests.moments import at, day

pytestmark = pytest.mark.django_db


def term_113_2() -> None:
    term_with_dates(113, 2, opening="2025-02-11", exam_end="2025-06-27", closing="2025-06-30")


def shown(address: str = "/schedule/") -> str:
    client = Client()
    response = client.get(address)
    assert response.status_code == 200
    return said(client, response)


def test_anybody_reads_the_terms_windows_without_signing_in(set_clock: SetClock) -> None:
    set_clock(at("2025-01-10 09:00"))
    term_113_1()
    page = shown()
    assert "113 學年度第一學期期程" in page
    assert "課程學習成果上傳 113-1 113/08/30（五）起 114/02/03（一）24:00 止 114/02/06（四） 開放中" in page
    assert "休業式日 114/01/20（一） 後 2 週 第 11 點" in page
    assert "勾選 112 學年度 113/08/30（五）起 113/09/20（五）24:00 止 113/09/23（一） 已截止" in page


def test_windows_are_grouped_by_division_and_by_who_keeps_to_them(set_clock: SetClock) -> None:
    set_clock(at("2025-01-10 09:00"))
    term_113_1()
    page = shown()
    in_order = [
        "日間部 學生 ",
        "多元表現上傳",
        "教師 ",
        "課程學習成果認證",
        "行政單位 ",
        "學生基本資料登錄",
        "進修部 學生 ",
    ]
    places = [page.index(words, page.index("日間部 學生")) for words in in_order]
    assert places == sorted(places)


def test_each_division_has_its_own_dates(set_clock: SetClock) -> None:
    set_clock(at("2025-01-10 09:00"))
    term = term_113_1()
    dates = term.dates.get(division="evening")
    dates.closing_ceremony = day("2025-01-22")
    save_term_dates(dates, by=AdminFactory.create(), at=at("2024-09-01"))
    day_part, evening_part = shown().split(" 進修部 學生 進修部 學生 ")
    assert "114/02/03（一）24:00 止" in day_part
    assert "114/02/05（三）24:00 止" in evening_part


def test_grade_3_stands_apart_and_waits_for_its_letter(set_clock: SetClock) -> None:
    set_clock(at("2025-03-10 09:00"))
    term_113_2()
    page = shown()
    first = page[page.index("三年級下學期（第一梯次）") :]
    assert "課程學習成果上傳 113-2 114/02/11（二）起 截止日待來文 — 待來文" in first
    assert "勾選 113 學年度 待來文 — 待來文" in first


def test_a_letter_names_itself_as_the_reason(set_clock: SetClock) -> None:
    set_clock(at("2024-09-20 09:00"))
    term = term_113_1()
    letter = OfficialLetter(
        term=term,
        division="day",
        activity=Activity.PRE_CHECK,
        subject=Subject.THIS_TERM,
        number="臺教國署高字第1135404632號",
        opens_on=day("2024-09-12"),
        due_on=day("2024-11-11"),
    )
    save_letter(letter, by=AdminFactory.create(), at=at("2024-09-01"))
    page = shown()
    assert "開課預檢 113-1 113/09/12（四）起 113/11/11（一）24:00 止 113/11/11（一） 開放中" in page
    assert "來文 臺教國署高字第1135404632號" in page


@pytest.mark.parametrize(
    "now, term",
    [
        ("2025-01-31 23:00", "113 學年度第一學期"),
        ("2025-02-01 00:00", "113 學年度第二學期"),
        ("2026-10-01 09:00", "113 學年度第二學期"),
    ],
)
def test_the_page_begins_with_the_present_term_or_else_the_latest(
    set_clock: SetClock, now: str, term: str
) -> None:
    set_clock(at(now))
    term_113_1()
    term_113_2()
    assert f"{term}期程" in shown()


def test_another_term_is_chosen_from_the_list() -> None:
    term_113_1()
    term_113_2()
    chosen = Client().get("/schedule/?term=113-1")
    assert chosen["Location"] == "/schedule/113-1/"
    assert "113 學年度第一學期期程" in shown("/schedule/113-1/")


@pytest.mark.parametrize("address", ["/schedule/99-1/", "/schedule/113-3/", "/schedule/113-2/"])
def test_a_term_without_a_schedule_is_not_found(address: str) -> None:
    term_113_1()
    assert Client().get(address).status_code == 404


def test_a_term_written_otherwise_is_refused_in_words() -> None:
    response = Client().get("/schedule/?term=2024")
    assert response.status_code == 400
    assert "學期請寫成「113-1」的形式。" in response.content.decode()


def test_before_any_term_is_planned_the_page_says_so() -> None:
    assert "期程還沒有公告" in shown()


def test_the_receipts_of_several_rosters_on_the_same_days_share_a_line(set_clock: SetClock) -> None:
    set_clock(at("2024-10-10 09:00"))
    term = term_113_1()
    for roster in ("25", "26"):
        open_receipt_window(
            term,
            "day",
            subject=(112, 2),
            opens_on=day("2024-10-09"),
            reference=roster,
            at=at("2024-10-08 09:00"),
        )
    page = shown()
    assert page.count("收訖明細確認（第 1 次）") == 1
    assert "收訖明細確認（第 1 次） 112-2・名冊 25、26" in page


def test_consultation_records_are_said_in_words_for_they_have_no_window(set_clock: SetClock) -> None:
    set_clock(at("2025-01-10 09:00"))
    term_113_1()
    assert "每次諮詢結束日後 2 個月內。 第 11 點" in shown()


def test_the_picture_says_every_days_and_state_in_words_too(set_clock: SetClock) -> None:
    set_clock(at("2025-01-10 09:00"))
    term_113_1()
    content = Client().get("/schedule/").content.decode()
    assert 'aria-label="課程學習成果上傳，113/08/30（五）起，114/02/03（一）24:00 止，開放中"' in content
    assert 'aria-label="修課成績登錄，114/01/17（五）起，114/01/31（五）24:00 止，尚未開放"' in content
    words = re.sub(r"<[^>]+>", "", content)
    assert "課程學習成果上傳8/30–2/3　開放中" in words
    assert "113 年 9 月" in words and "114 年 1 月" in words


def test_what_awaits_its_letter_is_drawn_open_ended_and_said_to_wait(set_clock: SetClock) -> None:
    set_clock(at("2025-03-10 09:00"))
    term_113_2()
    content = Client().get("/schedule/").content.decode()
    assert "課程學習成果上傳・三年級下學期（第一梯次），114/02/11（二）起，截止日待來文，待來文" in content
    assert "2/11 起　待來文" in re.sub(r"<[^>]+>", "", content)


def test_the_page_costs_the_same_for_few_and_for_many_windows_and_overrides(set_clock: SetClock) -> None:
    set_clock(at("2024-10-10 09:00"))
    term = term_113_1()
    administrator = AdminFactory.create()

    def cost(rosters: Iterable[int]) -> int:
        for roster in rosters:
            opens_on, now = day("2024-10-09"), at("2024-10-08 09:00")
            window = open_receipt_window(
                term, "day", subject=(112, 2), reference=str(roster), opens_on=opens_on, at=now
            )
            days: dict[str, Any] = {"opens_on": opens_on, "closes_on": day("2024-10-14")}
            override_window(window, **days, reason=f"理由 {roster}", by=administrator, at=now)
        with CaptureQueriesContext(connection) as queries:
            assert shown().count("學校調整") == Window.objects.exclude(reference="").count()
        return len(queries)

    assert cost(range(1)) == cost(range(1, 100))


def test_the_schedule_is_in_everybodys_menu(client_of: Callable[[User], Client]) -> None:
    term_113_1()
    for person in (UserFactory.create(), StudentFactory.create().user):
        assert [item.url for item in nav_for(Visitor(person, at("2024-10-01")))].count("/schedule/") == 1
        assert client_of(person).get("/schedule/").status_code == 200


@pytest.mark.parametrize(
    "duty, activity",
    [
        (DutyCode.BASIC_DATA, "學生基本資料登錄"),
        (DutyCode.CADRE_RECORDS, "幹部經歷登錄"),
        (DutyCode.COURSE_RECORDS, "修課成績登錄"),
        (DutyCode.COURSE_PLATFORM, "選修課程名稱登錄"),
    ],
)
def test_who_holds_a_duty_is_told_from_when_to_when_its_data_are_entered(
    duty: DutyCode, activity: str
) -> None:
    term_113_1()
    person = holder_of(duty)
    (panel,) = [panel for panel in panels_for(Visitor(person, at("2024-09-10"))) if panel.title == "登錄期限"]
    assert [line.text for line in panel.lines] == [f"日間部 113-1 {activity}"]
    assert panel.lines[0].window.closes_at is not None


def test_nobody_else_sees_the_offices_windows() -> None:
    term_113_1()
    for person in (UserFactory.create(), StudentFactory.create().user, holder_of(DutyCode.DISPUTE_HANDLING)):
        titles = [panel.title for panel in panels_for(Visitor(person, at("2024-09-10")))]
        assert "登錄期限" not in titles


def test_a_classs_extension_is_public_and_a_students_is_not(set_clock: SetClock) -> None:
    set_clock(at("2025-01-10 09:00"))
    term = term_113_1()
    window = Window.objects.get(term=term, division="day", activity=Activity.OUTCOME_UPLOAD)
    school_class = SchoolClassFactory.create(name="資訊二丁")
    student = StudentFactory.create(school_class=school_class)
    for target, reason in ((school_class, "校外實習"), (student, "住院")):
        grant_extension(
            window,
            target,
            closes_on=day("2025-02-10"),
            reason=reason,
            by=AdminFactory.create(),
            at=at("2025-01-09"),
        )
    page = shown()
    assert "資訊二丁展延至 114/02/10（一）24:00 止：校外實習" in page
    assert "住院" not in page

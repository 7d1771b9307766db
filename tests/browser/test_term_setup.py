"""Setting a term up in the browser: what would move is seen while typing, and saved only when confirmed."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from schedules.models import Term, TermDates
from tests.conftest import SetClock
from tests.factories import PASSWORD, AdminFactory, SchoolClassFactory, StudentFactory, school, term_113_1
from tests.moments import at, day

pytestmark = pytest.mark.django_db(transaction=True)

MOVE = "日間部 課程學習成果上傳　截止 114/02/03（一）24:00 止 → 114/02/10（一）24:00 止，影響 3 位學生"


@pytest.fixture
def term(set_clock: SetClock) -> Term:
    set_clock(at("2024-11-15 09:00"))
    school()
    StudentFactory.create_batch(3, school_class=SchoolClassFactory.create())
    return term_113_1()


@pytest.fixture
def admin() -> User:
    made: User = AdminFactory.create()
    return made


def opened(browser: Browser, base_url: str, admin: User, *, scripts: bool = True) -> Page:
    context = browser.new_context(locale="zh-TW", base_url=base_url, java_script_enabled=scripts)
    page = context.new_page()
    page.goto("/admin/login/")
    page.locator("[name=username]").fill(admin.username)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="登入", exact=True).click()
    return page


@pytest.fixture
def page(browser: Browser, live_server, admin: User) -> Iterator[Page]:
    troubles: list[str] = []
    page = opened(browser, live_server.url, admin)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    yield page
    page.context.close()
    assert troubles == []


def closing_of(page: Page):
    return page.get_by_role("group", name="日間部").get_by_label("休業式日")


def test_a_new_closing_ceremony_is_previewed_while_typing_saved_on_confirming_and_then_public(
    page: Page, term: Term
) -> None:
    address = f"/admin/schedules/term/{term.pk}/setup/"
    page.goto(address)
    expect(page.locator("#preview")).to_contain_text("沒有期程會變動。")

    closing_of(page).fill("2025-01-27")
    expect(page.locator("#preview")).to_contain_text(MOVE)
    expect(page.locator(".term-setup-is-moved")).to_have_count(3)  # uploads, and their certification

    page.goto(address)
    expect(closing_of(page)).to_have_value("2025-01-20")
    expect(page.locator("#preview")).to_contain_text("沒有期程會變動。")
    assert TermDates.objects.get(term=term, division="day").closing_ceremony == day("2025-01-20")

    closing_of(page).fill("2025-01-27")
    expect(page.locator("#preview")).to_contain_text(MOVE)
    page.get_by_role("button", name="確認儲存").click()
    expect(page.locator(".messagelist")).to_contain_text("113-1 學期的日期已儲存。")
    expect(page.locator(".messagelist")).to_contain_text(MOVE)
    expect(closing_of(page)).to_have_value("2025-01-27")

    page.goto("/schedule/113-1/")
    row = page.locator("#day").get_by_role("row").filter(has_text="課程學習成果上傳")
    expect(row).to_contain_text("114/02/10（一）24:00 止")


def test_a_date_that_cannot_be_is_said_while_typing_and_leaves_nothing_to_confirm(
    page: Page, term: Term
) -> None:
    page.goto(f"/admin/schedules/term/{term.pk}/setup/")
    closing_of(page).fill("2024-08-01")
    expect(page.locator("#preview")).to_contain_text("日間部 休業式日：日期順序應為")
    expect(page.get_by_role("button", name="確認儲存")).to_have_count(0)


def test_the_same_works_without_scripts(browser: Browser, live_server, admin: User, term: Term) -> None:
    page = opened(browser, live_server.url, admin, scripts=False)
    page.goto(f"/admin/schedules/term/{term.pk}/setup/")
    closing_of(page).fill("2025-01-27")
    page.get_by_role("button", name="預覽").click()
    expect(page.locator("#preview")).to_contain_text(MOVE)
    expect(closing_of(page)).to_have_value("2025-01-27")
    page.get_by_role("button", name="確認儲存").click()
    expect(page.locator(".messagelist")).to_contain_text("113-1 學期的日期已儲存。")
    assert TermDates.objects.get(term=term, division="day").closing_ceremony == day("2025-01-27")
    page.context.close()

"""Certifying as a teacher does it: from one outcome to the next, by keyboard alone, many at once."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize, expect

from portfolio.models import Certification, CourseOutcome, CourseSection, ReturnTemplate
from portfolio.models.outcomes import OutcomeState
from tests.browser.conftest import PHONE, SignIn
from tests.conftest import SetClock
from tests.factories import PASSWORD, SectionFactory, school, term_113_1
from tests.portfolio.certifying import NOW, look, school_decides, states, waiting

pytestmark = pytest.mark.django_db(transaction=True)

QUEUE = "/certification/"
DESKTOP = ViewportSize(width=1280, height=900)
CALM_MS = 600  # longer than the pause in which a key does not decide yet


@pytest.fixture(params=[PHONE, DESKTOP], ids=["phone", "desktop"])
def size(request: pytest.FixtureRequest) -> ViewportSize:
    wanted: ViewportSize = request.param
    return wanted


@pytest.fixture
def section(set_clock: SetClock) -> CourseSection:
    set_clock(NOW)
    school()
    term_113_1()
    made: CourseSection = SectionFactory.create()
    return made


@pytest.fixture
def outcomes(section: CourseSection) -> list[CourseOutcome]:
    return waiting(section, 3)


@pytest.fixture
def page(section: CourseSection, sign_in: SignIn, size: ViewportSize) -> Page:
    opened = sign_in(section.teacher)
    opened.set_viewport_size(size)
    return opened


def address(outcome: CourseOutcome) -> re.Pattern[str]:
    return re.compile(rf"/certification/{outcome.pk}/$")


def press(page: Page, key: str) -> None:
    """A key, once the page has been looked at for a moment."""
    page.wait_for_load_state()
    page.wait_for_timeout(CALM_MS)
    page.keyboard.press(key)


def tab_to(page: Page, selector: str) -> None:
    for __ in range(60):
        if page.evaluate("one => document.activeElement.matches(one)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not lead to {selector}")


def is_sound(page: Page) -> None:
    """Nothing sticks out sideways, and nothing serious or critical is wrong for those who use aids."""
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    violations = Axe().run(page).response["violations"]
    assert [one for one in violations if one["impact"] in ("serious", "critical")] == []


def test_the_keyboard_alone_looks_certifies_and_returns(page: Page, outcomes: list[CourseOutcome]) -> None:
    first, second, third = outcomes
    page.goto(QUEUE)
    is_sound(page)
    press(page, "j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("o")
    expect(page).to_have_url(address(first))
    is_sound(page)
    press(page, "j")
    expect(page).to_have_url(address(second))
    press(page, "k")
    expect(page).to_have_url(address(first))
    press(page, "c")
    expect(page).to_have_url(address(second))
    expect(page.get_by_role("status").first).to_contain_text(f"已認證：{first.student}")
    press(page, "r")
    expect(page.locator("#id_reason")).to_be_focused()
    page.keyboard.type("jck 缺第二頁。")
    assert states([second]) == {OutcomeState.WAITING}, "no key decides while one types"
    tab_to(page, "details.return button.btn-outline-danger")
    page.keyboard.press("Enter")
    expect(page).to_have_url(address(third))
    assert states([first]) == {OutcomeState.CERTIFIED}
    assert Certification.objects.get(outcome=second).reason == "jck 缺第二頁。"


def test_o_opens_the_file_beside(page: Page, outcomes: list[CourseOutcome]) -> None:
    page.goto(f"{QUEUE}{outcomes[0].pk}/")
    page.wait_for_load_state()
    file = outcomes[0].attachments.get()
    opened: list[str] = []
    page.context.on("request", lambda request: opened.append(request.url))
    with page.context.expect_page():
        page.keyboard.press("o")
    page.wait_for_timeout(CALM_MS)
    assert any(f"/portfolio/files/{file.pk}/" in one for one in opened)


def test_a_key_pressed_twice_does_not_certify_what_has_only_just_come_up(
    page: Page, outcomes: list[CourseOutcome]
) -> None:
    page.goto(f"{QUEUE}{outcomes[0].pk}/")
    press(page, "c")
    expect(page).to_have_url(address(outcomes[1]))
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow'))")  # has only just come up
    page.keyboard.press("c")
    page.wait_for_timeout(CALM_MS)
    expect(page).to_have_url(address(outcomes[1]))
    assert states(outcomes[1:]) == {OutcomeState.WAITING}


def test_the_keys_are_explained_and_can_be_turned_off(page: Page, outcomes: list[CourseOutcome]) -> None:
    page.goto(f"{QUEUE}{outcomes[0].pk}/")
    press(page, "?")
    expect(page.locator("[data-keys] dl")).to_contain_text("下一件、上一件")
    is_sound(page)
    page.get_by_label("使用快速鍵").uncheck()
    page.reload()
    expect(page.locator("[data-keys]")).to_be_visible()
    for key in ("c", "j", "?"):
        press(page, key)
    expect(page).to_have_url(address(outcomes[0]))
    expect(page.locator("[data-keys] dl")).to_be_hidden()
    assert states(outcomes) == {OutcomeState.WAITING}


def test_with_a_modifier_a_key_is_the_browsers_own(page: Page, outcomes: list[CourseOutcome]) -> None:
    page.goto(f"{QUEUE}{outcomes[0].pk}/")
    for key in ("Control+c", "Alt+c", "Meta+c"):
        press(page, key)
    assert states(outcomes) == {OutcomeState.WAITING}


def test_many_at_once_by_keyboard_with_what_was_not_opened_named(
    page: Page, outcomes: list[CourseOutcome]
) -> None:
    look(outcomes[:2])
    page.goto(QUEUE)
    send = page.locator("#ticked .btn-primary")
    expect(send).to_be_disabled()
    for __ in outcomes:
        press(page, "j")
        page.keyboard.press("x")
        # The box has the focus now; the next row is still the next one.
    expect(send).to_contain_text("認證勾選的 3 件")
    expect(page.locator("[data-ticked-said]")).to_contain_text("已勾選 3 件，其中 1 件還沒有開啟過")
    tab_to(page, "#ticked .btn-primary")
    page.keyboard.press("Enter")
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator(".error-summary")).to_contain_text(str(outcomes[2].student.user))
    is_sound(page)
    assert states(outcomes) == {OutcomeState.WAITING}
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(3)
    page.locator(".error-summary a").click()
    expect(page).to_have_url(address(outcomes[2]))
    page.goto(f"{QUEUE}?tick=seen")
    expect(send).to_contain_text("認證勾選的 3 件")
    tab_to(page, "#ticked .btn-primary")
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_contain_text("已認證 3 件")
    assert states(outcomes) == {OutcomeState.CERTIFIED}


def test_a_kept_reason_goes_into_the_text_and_may_be_changed(
    page: Page, outcomes: list[CourseOutcome], section: CourseSection
) -> None:
    ReturnTemplate.objects.create(owner=section.teacher, text="缺少第二頁。", order=1)
    page.goto(f"{QUEUE}{outcomes[0].pk}/")
    press(page, "r")
    page.get_by_label("選用範本").select_option(label="缺少第二頁。")
    expect(page.get_by_label("退件原因")).to_have_value("缺少第二頁。")
    expect(page.get_by_label("退件原因")).to_be_focused()
    page.keyboard.type("請補上。")
    page.get_by_role("button", name="退件並通知學生").click()
    expect(page).to_have_url(address(outcomes[1]))
    assert Certification.objects.get().reason == "缺少第二頁。請補上。"


def test_reasons_are_kept_and_put_in_order(page: Page, section: CourseSection) -> None:
    page.goto(f"{QUEUE}templates/")
    for text in ("缺少第二頁。", "打不開。"):
        page.get_by_label("退件原因").fill(text)
        page.get_by_role("button", name="新增範本").click()
    page.get_by_role("button", name="往前：打不開。").click()
    expect(page.locator(".reasons").first.locator("li").first).to_contain_text("打不開。")
    is_sound(page)
    page.get_by_role("button", name=re.compile("刪除.*缺少第二頁")).click()
    expect(page.locator(".reasons").first.locator("li")).to_have_count(1)


def test_deciding_first_and_publishing_together(page: Page, outcomes: list[CourseOutcome]) -> None:
    school_decides(publish_together=True)
    page.goto(f"{QUEUE}{outcomes[0].pk}/")
    is_sound(page)
    press(page, "c")
    expect(page).to_have_url(address(outcomes[1]))
    assert states(outcomes) == {OutcomeState.WAITING}
    page.goto(f"{QUEUE}?state=pending")
    is_sound(page)
    page.get_by_role("button", name="發布 1 件決定").click()
    expect(page.get_by_role("main")).to_contain_text("已發布 1 件決定")
    assert states(outcomes[:1]) == {OutcomeState.CERTIFIED}


def test_a_certification_is_taken_back_with_a_reason(page: Page, outcomes: list[CourseOutcome]) -> None:
    page.goto(f"{QUEUE}{outcomes[0].pk}/")
    page.get_by_role("button", name="是，認證").click()
    expect(page).to_have_url(address(outcomes[1]))
    page.goto(f"{QUEUE}{outcomes[0].pk}/?state=certified")
    page.get_by_text("收回認證").first.click()
    page.get_by_role("button", name="收回並通知學生").click()
    expect(page.locator(".error-summary")).to_contain_text("收回認證須填寫原因")
    page.locator("#id_undo_reason").fill("點錯了")
    page.get_by_role("button", name="收回並通知學生").click()
    expect(page.get_by_role("main")).to_contain_text("恢復為待認證")
    is_sound(page)
    assert states(outcomes) == {OutcomeState.WAITING}


@pytest.fixture
def plain(browser: Browser, live_server, section: CourseSection, size: ViewportSize) -> Iterator[Page]:
    """The teacher's page where no script runs."""
    context = browser.new_context(
        viewport=size, locale="zh-TW", base_url=live_server.url, java_script_enabled=False
    )
    opened = context.new_page()
    opened.goto("/accounts/login/")
    opened.get_by_label("帳號").fill(section.teacher.username)
    opened.get_by_label("密碼").fill(PASSWORD)
    opened.get_by_role("main").get_by_role("button", name="登入").click()
    yield opened
    context.close()


def test_without_javascript_everything_has_its_link_or_button(
    plain: Page, outcomes: list[CourseOutcome]
) -> None:
    first, second, third = outcomes
    plain.goto(f"{QUEUE}{first.pk}/")
    expect(plain.locator("[data-keys]")).to_be_hidden()
    plain.get_by_role("link", name="下一件").click()
    plain.get_by_role("link", name="上一件").click()
    plain.get_by_role("button", name="是，認證").click()
    expect(plain).to_have_url(address(second))
    plain.get_by_text("不是，或檔案有問題：退件").click()
    plain.get_by_label("選用範本").select_option(index=1)
    plain.get_by_role("button", name="退件並通知學生").click()
    expect(plain).to_have_url(address(third))
    plain.goto(QUEUE)
    plain.get_by_role("link", name="勾選本頁已開啟過的").click()
    plain.get_by_role("button", name="認證勾選的項目").click()
    expect(plain.get_by_role("main")).to_contain_text("已認證 1 件")
    assert states([first, third]) == {OutcomeState.CERTIFIED}
    assert Certification.objects.get(outcome=second).reason.startswith("這份檔案不是本課程的作品")


def test_a_long_queue_is_comfortable_on_both_sizes(page: Page, section: CourseSection) -> None:
    waiting(section, 60)
    page.goto(QUEUE)
    is_sound(page)
    page.get_by_role("link", name="100 件").click()
    expect(page.locator("[data-row]")).to_have_count(60)

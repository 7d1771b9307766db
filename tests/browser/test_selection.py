"""Choosing, ordering and confirming in a browser: by keyboard alone, and by dragging; phone and desktop."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, ViewportSize, expect

from accounts.models import Student
from portfolio.models import CourseOutcome
from portfolio.models.outcomes import OutcomeState
from tests.browser.conftest import PHONE, SignIn
from tests.browser.keyboard import tab_to
from tests.conftest import SetClock
from tests.factories import (
    CourseFactory,
    EnrolmentFactory,
    OutcomeFactory,
    PerformanceFactory,
    SchoolClassFactory,
    SectionFactory,
    StudentFactory,
    TermFactory,
    attach_pdf,
    school,
    term_113_1,
)
from tests.moments import at

pytestmark = pytest.mark.django_db(transaction=True)

DESKTOP = ViewportSize(width=1280, height=900)
NAMES = ("物理", "化學", "生物")


@pytest.fixture
def student(set_clock: SetClock) -> Student:
    """Selects of 112: three certified outcomes and a performance."""
    set_clock(at("2024-09-10 20:00"))
    school()
    term_113_1()
    student = StudentFactory.create(school_class=SchoolClassFactory.create(school_year=112, grade=1))
    for name in NAMES:
        section = SectionFactory.create(
            course=CourseFactory.create(name=name), term=TermFactory.create(school_year=112, number=1)
        )
        enrolment = EnrolmentFactory.create(student=student, section=section)
        attach_pdf(OutcomeFactory.create(enrolment=enrolment, state=OutcomeState.CERTIFIED))
    PerformanceFactory.create(student=student, school_year=112, details={"name": "校園地圖"})
    return student


def saved(student: Student) -> list[str]:
    return [selection.outcome.title for selection in student.selections.all() if selection.outcome]


def order_on(page: Page) -> list[str]:
    return [
        item.get_attribute("data-piece") or "" for item in page.locator("[data-group=outcomes] > li").all()
    ]


def moving(page: Page, words: str, name: str) -> Locator:
    return page.get_by_role("button", name=re.compile(f"^{words}\\s*{name}$"))


def no_serious_problem(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    serious = [one["id"] for one in found if one["impact"] in ("serious", "critical")]
    assert serious == []


def fits(page: Page) -> bool:
    """Whether nothing has to be scrolled sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_selecting_ordering_and_confirming_by_keyboard_alone(
    student: Student, sign_in: SignIn, size: ViewportSize
):
    page = sign_in(student.user)
    page.set_viewport_size(size)
    page.goto("/portfolio/selection/")
    no_serious_problem(page)
    assert fits(page)
    for name in NAMES:
        tab_to(page, page.get_by_role("checkbox", name=re.compile(name)))
        page.keyboard.press("Space")
    expect(page.locator("[data-counter=outcomes]")).to_contain_text("3／6")
    tab_to(page, page.get_by_role("button", name="下一步"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("排順序、確認")
    no_serious_problem(page)
    assert fits(page)
    last = order_on(page)[-1]
    up = moving(page, "上移", last)
    tab_to(page, up)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").last).to_contain_text(f"「{last}」移到第 2 件，共 3 件")
    expect(up).to_be_focused()
    page.keyboard.press("Enter")
    assert order_on(page)[0] == last
    # It can go no further up: the focus went on to the other button.
    expect(moving(page, "下移", last)).to_be_focused()
    wanted = order_on(page)
    assert saved(student) == []
    tab_to(page, page.get_by_role("button", name="確認勾選"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("已儲存勾選")
    assert saved(student) == wanted


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_dragging_a_handle_puts_a_piece_elsewhere_and_the_page_says_so(
    student: Student, sign_in: SignIn, size: ViewportSize
):
    page = sign_in(student.user)
    page.set_viewport_size(size)
    review_all(page)
    before = order_on(page)
    expect(page.locator("[data-reordered=outcomes]")).to_be_hidden()
    handles = page.locator("[data-handle]")
    handles.nth(1).scroll_into_view_if_needed()
    start, goal = (
        handles.nth(1).bounding_box(),
        page.locator("[data-group=outcomes] > li").first.bounding_box(),
    )
    assert start and goal
    page.mouse.move(start["x"] + 5, start["y"] + 5)
    page.mouse.down()
    page.mouse.move(goal["x"] + 20, goal["y"] + 5, steps=8)
    page.mouse.up()
    assert order_on(page) == [before[1], before[0], before[2]]
    expect(page.get_by_role("status").last).to_contain_text("移到第 1 件")
    page.get_by_role("button", name="確認勾選").click()
    expect(page.get_by_role("status").first).to_contain_text("已儲存勾選")
    assert saved(student) == [before[1], before[0], before[2]]


def test_the_review_follows_what_is_moved(student: Student, sign_in: SignIn):
    page = sign_in(student.user)
    review_all(page)
    page.get_by_role("button", name="確認勾選").click()
    page.get_by_role("button", name="下一步").click()
    unchanged, reordered = page.locator("[data-unchanged]"), page.locator("[data-reordered=outcomes]")
    expect(unchanged).to_be_visible()
    first = order_on(page)[0]
    moving(page, "下移", first).click()
    expect(reordered).to_be_visible()
    expect(unchanged).to_be_hidden()
    moving(page, "上移", first).click()
    expect(unchanged).to_be_visible()


def test_two_pieces_are_compared_and_the_sheet_opens(student: Student, sign_in: SignIn):
    page = sign_in(student.user)
    page.goto("/portfolio/selection/compare/")
    page.get_by_label("第一件").select_option(index=1)
    page.get_by_label("第二件").select_option(index=4)
    page.get_by_role("button", name="並排比較").click()
    expect(page.get_by_role("main")).to_contain_text("校園地圖")
    no_serious_problem(page)
    assert fits(page)
    page.set_viewport_size(DESKTOP)
    left, right = (one.bounding_box() for one in page.locator(".compared > section").all())
    assert left and right and left["y"] == right["y"]


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_portfolio_is_searched_without_a_script_of_its_own(
    student: Student, sign_in: SignIn, size: ViewportSize
):
    outcome = CourseOutcome.objects.get(enrolment__section__course__name="化學")
    page = sign_in(student.user)
    page.set_viewport_size(size)
    page.goto("/portfolio/")
    page.locator("summary", has_text="搜尋與篩選").click()
    page.get_by_label("關鍵字").fill("化學")
    page.get_by_role("button", name="搜尋").click()
    expect(page.get_by_role("main")).to_contain_text("找到 1 件")
    expect(page.get_by_role("link", name=outcome.title)).to_be_visible()
    no_serious_problem(page)
    assert fits(page)


def review_all(page: Page) -> None:
    page.goto("/portfolio/selection/")
    for name in NAMES:
        page.get_by_role("checkbox", name=re.compile(name)).check()
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("排順序、確認")

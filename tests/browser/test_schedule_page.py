"""The public schedule as it is looked at: scrolled inside its box on a phone, and printed on A4."""

import io
from collections.abc import Iterator

import pikepdf
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PHONE
from tests.conftest import SetClock
from tests.factories import school, term_113_1, term_with_dates
from tests.moments import at

pytestmark = pytest.mark.django_db(transaction=True)

A4_PAGES = 2  # one for each division


@pytest.fixture
def page(browser: Browser, live_server, set_clock: SetClock) -> Iterator[Page]:
    """A phone of anybody, in a second term: the longest schedule, with grade 3's own windows."""
    set_clock(at("2025-03-10 09:00"))
    school()
    term_113_1()
    term_with_dates(113, 2, opening="2025-02-11", exam_end="2025-06-27", closing="2025-06-30")
    context = browser.new_context(viewport=PHONE, locale="zh-TW", base_url=live_server.url)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("address", ["/schedule/113-1/", "/schedule/113-2/"])
def test_each_divisions_term_prints_on_one_page_of_a4(page: Page, address: str) -> None:
    page.goto(address)
    with pikepdf.open(io.BytesIO(page.pdf(format="A4"))) as printed:
        assert len(printed.pages) == A4_PAGES


def test_only_the_picture_scrolls_sideways_on_a_phone(page: Page) -> None:
    page.goto("/schedule/113-2/")
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    picture = page.locator("figure.timeline").first
    assert picture.evaluate("box => box.scrollWidth > box.clientWidth")
    picture.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector('figure.timeline').scrollLeft > 0")


def test_nothing_of_the_picture_is_cut_off(page: Page) -> None:
    page.goto("/schedule/113-2/")
    outside = page.evaluate(
        """() => [...document.querySelectorAll("figure.timeline svg")].flatMap((svg) => {
            const box = svg.getBoundingClientRect();
            return [...svg.querySelectorAll("[role=listitem] text")].filter((text) => {
                const own = text.getBoundingClientRect();
                return own.left < box.left - 1 || own.right > box.right + 1;
            }).map((text) => text.textContent);
        })"""
    )
    assert outside == []


def test_the_picture_is_a_list_that_says_name_days_and_state(page: Page) -> None:
    page.goto("/schedule/113-2/")
    picture = page.locator("#day").get_by_role("list", name="113-2 日間部期程圖")
    bars = picture.get_by_role("img")
    assert bars.count() == picture.get_by_role("listitem").count() > 0
    expect(picture.get_by_role("img", name="課程學習成果認證，", exact=False).first).to_have_accessible_name(
        "課程學習成果認證，114/02/11（二）起，114/07/21（一）24:00 止，開放中"
    )

"""Going through a page as somebody without a mouse does."""

import pytest
from playwright.sync_api import Locator, Page, expect

MOST_TABS = 80


def tab_to(page: Page, target: Locator) -> None:
    """Go there with the Tab key; what has the focus is seen."""
    for __ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if target.evaluate("one => one === document.activeElement"):
            expect(target).to_be_in_viewport()
            return
    pytest.fail(f"{target} cannot be reached with the Tab key")


def press(page: Page, target: Locator, key: str = "Enter") -> None:
    tab_to(page, target)
    page.keyboard.press(key)

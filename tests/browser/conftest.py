"""Real pages in a real browser: Debian's Chromium, driven by Playwright, against a server of this process.

The server shares the one clock with the test, so a test moves through a term by setting it.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from accounts.models import User
from tests.factories import PASSWORD

CHROMIUM = os.environ.get("CHROMIUM_PATH") or "/usr/bin/chromium"
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = ViewportSize(width=360, height=800)

SignIn = Callable[[User], Page]

# Playwright keeps an event loop running in the test's thread; the test asks the database beside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser(django_db_setup: None) -> Iterator[Browser]:
    migrated: Any = connection
    contents = getattr(migrated, "_test_serialized_contents", None)  # none when no test of the run commits
    with sync_playwright() as playwright:
        # Beside a running event loop Django has another connection: it must load the same before each test.
        migrated._test_serialized_contents = contents
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def sign_in(browser: Browser, live_server) -> Iterator[SignIn]:
    """A page of `person`'s own, on a phone, signed in through the form; scripts that fail fail the test."""
    contexts = []
    troubles: list[str] = []
    expect.set_options(timeout=15_000)

    def open_page(person: User) -> Page:
        context = browser.new_context(viewport=PHONE, locale="zh-TW", base_url=live_server.url)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        # Listened for from the start: asked for only just before the key is pressed, it may come too late.
        page.on("filechooser", lambda chooser: None)
        page.goto("/accounts/login/")
        page.get_by_label("帳號").fill(person.username)
        page.get_by_label("密碼").fill(PASSWORD)
        page.get_by_role("main").get_by_role("button", name="登入").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(person.name)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert troubles == []

"""Every page as people with disabilities need it (WCAG 2.1 AA): axe-core, and what it does not look at.

The school is that of the permission matrix. The site answers within this process, so that all of its pages
are looked at in one transaction, which is rolled back.
"""

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import override_settings
from playwright.sync_api import Browser
from pytest_django import DjangoDbBlocker

from accounts import clock
from tests.browser.accessibility.school import Reply, School, Visit
from tests.browser.accessibility.visits import FILES, VISITS, unseen
from tests.browser.accessibility.window import Window
from tests.permissions.access import Role
from tests.permissions.scene import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def shared_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder = tmp_path_factory.mktemp("accessibility")
    with override_settings(
        PRIVATE_FILES_DIR=folder / "files",
        EXPORTS_DIR=folder / "exports",
        TRAIL_ANCHORS=folder / "trail-anchors.log",
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    ):
        yield


@pytest.fixture(autouse=True)
def private_folders(shared_folders: None) -> None:
    """Those of the one school, instead of each test's own."""


@pytest.fixture(scope="module")
def school(browser: Browser, shared_folders: None, django_db_blocker: DjangoDbBlocker) -> Iterator[School]:
    """Made beside the browser, in whose thread Django has a connection of its own."""
    with django_db_blocker.unblock(), transaction.atomic(), clock.frozen_at(NOW):
        yield School()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def window(browser: Browser, school: School) -> Iterator[Window]:
    opened = Window(browser, school.ask(Role.ADMIN, "/admin/jsi18n/"))
    yield opened
    opened.context.close()


HINDERS = """<!doctype html><html><title>x</title><body style="margin:0">
<style>:focus-visible { outline: none } a, p { display: block; width: 500px; color: #bbb }</style><main>
<h1>一</h1><h1>二</h1><p>淡</p><span class="state"></span><progress></progress>
<table><tr><td>1</td></tr></table>
<a href="#x">往下</a><input><p class="field-error">請填寫</p></main>"""


def test_what_hinders_people_is_found(school: School, window: Window) -> None:
    """Each of the checks, on a page that fails it."""
    reply = Reply("/", 200, {"Content-Type": "text/html; charset=utf-8"}, HINDERS.encode())
    found = "\n".join(window.problems(reply, own=True, brief=False))
    for problem in (
        "lang is",
        "2 h1",
        "state by colour alone",
        "a meter without a name",
        "a table without headers",
        "an error tied to no field",
        "an error without a summary",
        "the focus is not seen",
        "the skip link is not",
        "color-contrast",
        "wider than 320 px",
        "360 px: label",
        "1280 px: label",
    ):
        assert problem in found


def test_there_is_no_page_that_nobody_looks_at() -> None:
    assert unseen() == []


@pytest.mark.parametrize("visit", VISITS, ids=lambda visit: visit.what)
def test_the_page_hinders_nobody(visit: Visit, school: School, window: Window) -> None:
    reply = visit.ask(school)
    assert reply.is_page, f"{reply.status} {reply.headers}: no page, so it belongs to {FILES}"
    assert window.problems(reply, own=visit.own, brief=visit.brief) == []

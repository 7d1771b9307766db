"""The end of an idle session, in a browser: said before, put off by a button, and no typed text lost (A5)."""

import re
from importlib import import_module

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
ABSENCES = "/people/absences/"


@pytest.fixture
def page(sign_in: SignIn) -> Page:
    return sign_in(UserFactory.create())


def sign_out_after(seconds: int) -> None:
    store = import_module(settings.SESSION_ENGINE).SessionStore
    for session in Session.objects.all():
        changed = store(session.session_key)
        changed["idle_seconds"] = seconds
        changed.save()


def test_two_minutes_before_it_is_said_and_the_button_gives_the_whole_time_anew(page: Page) -> None:
    sign_out_after(100)
    page.goto(ABSENCES)
    expect(page.locator(".idle [role=status]")).to_have_text("閒置時間將滿，再 2 分鐘就會自動登出。")
    sign_out_after(1800)
    page.get_by_role("button", name="繼續使用").click()
    expect(page.locator(".idle")).to_be_hidden()


def test_at_the_end_the_page_is_left_for_the_sign_in_page_and_comes_back(page: Page) -> None:
    sign_out_after(3)
    page.goto(ABSENCES)
    expect(page).to_have_url(re.compile(r"/accounts/login/\?next=%2Fpeople%2Fabsences%2F$"))
    expect(page.get_by_text("閒置時間過長，已自動登出")).to_be_visible()


def test_what_was_typed_and_not_sent_stays_on_the_page(page: Page) -> None:
    sign_out_after(3)
    page.goto(ABSENCES)
    page.locator("main input[name=reason]").fill("公假：校外研習")
    expect(page.locator(".idle [role=status]")).to_contain_text("還沒送出的文字仍在")
    expect(page.locator(".idle").get_by_role("link", name="重新登入")).to_be_visible()
    assert page.locator("main input[name=reason]").input_value() == "公假：校外研習"

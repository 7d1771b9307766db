"""Two-step sign-in as staff meet it: required, set up on a phone, used, and a passkey of the device's own."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from accounts.models import SecurityPolicy, User
from tests.accounts.sign_in.codes import code_now
from tests.browser.conftest import PHONE
from tests.factories import PASSWORD, UserFactory, school

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def page(browser: Browser, live_server) -> Iterator[Page]:
    """On localhost by its name: passkeys belong to a host name, not to an address."""
    expect.set_options(timeout=15_000)
    address = live_server.url.replace("127.0.0.1", "localhost")
    context = browser.new_context(viewport=PHONE, locale="zh-TW", base_url=address)
    troubles: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: troubles.append(str(error)))
    yield page
    context.close()
    assert troubles == []


@pytest.fixture
def teacher() -> User:
    school()
    SecurityPolicy.objects.update(staff_need_second_factor=True)
    return UserFactory.create()


def give_password(page: Page, person: User) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("帳號").fill(person.username)
    page.get_by_label("密碼").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="登入").click()


def sign_out(page: Page) -> None:
    page.locator("details.menu summary").first.click()
    page.get_by_role("button", name="登出").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("登入")


def is_home(page: Page, person: User) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text(person.name)


def set_up_app(page: Page) -> str:
    """From the settings page to the recovery codes; the app's secret."""
    page.get_by_role("link", name="設定驗證應用程式").click()
    secret = page.locator("code.secret").inner_text()
    page.get_by_label("應用程式顯示的六位數字").fill(code_now(secret))
    page.get_by_role("button", name="完成設定").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("復原碼")
    return secret


def give_code(page: Page, code: str) -> None:
    page.get_by_label("驗證碼").fill(code)
    page.get_by_role("button", name="繼續").click()


def test_staff_set_up_an_app_before_anything_else_and_sign_in_with_it(page: Page, teacher: User) -> None:
    give_password(page, teacher)
    expect(page.get_by_text("學校規定教職員使用兩步驟驗證")).to_be_visible()
    page.goto("/people/absences/")
    expect(page.get_by_role("heading", level=1)).to_have_text("兩步驟驗證")

    secret = set_up_app(page)
    recovery_code = page.locator(".codes code").first.inner_text()
    page.get_by_role("link", name="已保存，回首頁").click()
    is_home(page, teacher)
    sign_out(page)

    give_password(page, teacher)
    give_code(page, code_now(secret))
    is_home(page, teacher)
    sign_out(page)

    give_password(page, teacher)
    give_code(page, recovery_code)
    is_home(page, teacher)
    sign_out(page)

    give_password(page, teacher)
    give_code(page, recovery_code)
    expect(page.get_by_role("alert").filter(has_text="驗證碼不正確或已用過")).to_be_visible()


@pytest.fixture
def device(page: Page) -> None:
    """The browser has an authenticator of its own, whose owner always agrees."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


@pytest.mark.usefixtures("device")
def test_a_passkey_is_a_second_factor_and_signs_in_by_itself(page: Page, teacher: User) -> None:
    give_password(page, teacher)
    page.get_by_role("link", name="加入通行密鑰").click()
    page.get_by_label("名稱").fill("辦公室電腦")
    page.get_by_role("button", name="加入").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("復原碼")
    page.goto("/accounts/2fa/")
    expect(page.get_by_text("辦公室電腦").first).to_be_visible()
    sign_out(page)

    give_password(page, teacher)
    page.get_by_role("button", name="使用通行密鑰").click()
    is_home(page, teacher)
    sign_out(page)

    page.get_by_role("button", name="使用通行密鑰").click()
    is_home(page, teacher)
    sign_out(page)

    User.objects.filter(pk=teacher.pk).update(is_active=False)
    page.get_by_role("button", name="使用通行密鑰").click()
    expect(page.get_by_text("這個帳號已停用或到期")).to_be_visible()


@pytest.mark.usefixtures("device")
def test_a_device_without_a_passkey_is_told_so(page: Page, teacher: User) -> None:
    page.goto("/accounts/login/")
    page.get_by_role("button", name="使用通行密鑰").click()
    expect(page.get_by_role("alert").filter(has_text="沒有可用的通行密鑰")).to_be_visible()

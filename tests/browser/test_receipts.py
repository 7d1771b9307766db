"""Answering for what the central database received, by keyboard alone; phone and desktop."""

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from submissions.models import ReceiptConfirmation
from tests.browser.conftest import PHONE, SignIn
from tests.browser.keyboard import press, tab_to
from tests.conftest import SetClock
from tests.moments import at
from tests.submissions.scene import Scene, own

pytestmark = pytest.mark.django_db(transaction=True)

DESKTOP = ViewportSize(width=1280, height=900)
TEXT = "少了校園地圖這一件。"


@pytest.fixture
def confirmation() -> ReceiptConfirmation:
    scene = Scene()
    [student] = scene.students_with_outcomes(1)
    return own(student, scene.period())


@pytest.fixture(params=[PHONE, DESKTOP], ids=["phone", "desktop"])
def receipt(
    request: pytest.FixtureRequest, confirmation: ReceiptConfirmation, sign_in: SignIn, set_clock: SetClock
) -> Page:
    """The student's receipt, reached from the home page."""
    set_clock(at("2024-10-10 20:00"))
    page = sign_in(confirmation.student.user)
    page.set_viewport_size(request.param)
    main = page.get_by_role("main")
    press(page, main.get_by_role("link", name="收訖").first)
    press(page, main.get_by_role("link", name="核對並回覆"))
    expect(main.get_by_role("button", name="確認無誤").first).to_be_visible()
    return page


def test_the_keyboard_alone_confirms_a_receipt(receipt: Page, confirmation: ReceiptConfirmation) -> None:
    press(receipt, receipt.get_by_role("button", name="確認無誤").first)
    expect(receipt.get_by_role("status").first).to_contain_text("確認無誤")
    confirmation.refresh_from_db()
    assert confirmation.answer == ReceiptConfirmation.CONFIRMED


def test_the_keyboard_alone_reports_what_is_missing(receipt: Page, confirmation: ReceiptConfirmation) -> None:
    press(receipt, receipt.get_by_role("link", name="回報疑義").first)
    reasons = receipt.get_by_role("radio")
    tab_to(receipt, reasons.first)
    while not receipt.get_by_role("radio", name="漏列").is_checked():
        receipt.keyboard.press("ArrowDown")
    tab_to(receipt, receipt.get_by_label("說明"))
    receipt.keyboard.type(TEXT)
    press(receipt, receipt.get_by_role("button", name="送出回報"))
    expect(receipt.get_by_role("main")).to_contain_text(TEXT)
    confirmation.refresh_from_db()
    assert (confirmation.answer, confirmation.explanation) == (ReceiptConfirmation.DISPUTED, TEXT)

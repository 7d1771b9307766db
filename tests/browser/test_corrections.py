"""Correcting a returned piece on a telephone: over a line that breaks, and by keyboard alone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import FilePayload, Page, expect

from portfolio import demo_media
from portfolio.domain.filetypes import MEGABYTE, Slot
from portfolio.models import CourseOutcome, UploadDraft
from portfolio.services.certification import return_to_student
from tests.browser.broken_line import Line, line_to
from tests.browser.conftest import SignIn
from tests.browser.keyboard import press, tab_to
from tests.conftest import SetClock
from tests.factories import school, term_113_1
from tests.moments import at
from tests.portfolio.pieces import enrolled, mp4_of, upload

pytestmark = pytest.mark.django_db(transaction=True)

NOW, TEXT = at("2024-10-01 20:00"), "補上第二頁的實作照片"


@pytest.fixture
def outcome(set_clock: SetClock) -> CourseOutcome:
    set_clock(NOW)
    school()
    term_113_1()
    made: CourseOutcome = upload(enrolled(), when=NOW)
    return_to_student(made, reason="第二頁是空白頁", by=made.enrolment.section.teacher, at=NOW)
    return made


@pytest.fixture
def phone(outcome: CourseOutcome, sign_in: SignIn) -> Page:
    return sign_in(outcome.student.user)


@pytest.fixture
def line(live_server) -> Iterator[Line]:
    with line_to(live_server.url) as line:
        yield line


def edit_page(outcome: CourseOutcome) -> str:
    return f"/portfolio/outcomes/{outcome.pk}/edit/"


def test_a_line_that_breaks_half_way_keeps_the_correction_here_and_on_return(
    phone: Page, outcome: CourseOutcome, line: Line
) -> None:
    film = FilePayload(name="示範.mp4", mimeType="video/mp4", buffer=mp4_of(10 * MEGABYTE))
    phone.goto(line.url + edit_page(outcome))
    phone.locator("#id_description").fill(TEXT)
    expect(phone.locator("[data-draft-said]")).to_contain_text("草稿已自動儲存")
    phone.locator("#id_av").set_input_files(film)
    line.breaks_after = 5 * MEGABYTE
    phone.get_by_role("button", name="儲存並送出").click()
    expect(phone.locator(".upload-said")).to_contain_text("網路中斷")
    expect(phone.locator("#id_description")).to_have_value(TEXT)
    again = phone.context.new_page()
    again.goto(f"/portfolio/outcomes/{outcome.pk}/")
    again.get_by_role("link", name="接著寫").click()
    expect(again.locator("#id_description")).to_have_value(TEXT)
    outcome.refresh_from_db()
    assert (outcome.description, outcome.attachments.count()) == ("九九乘法表", 1)
    line.breaks_after = None
    phone.get_by_role("button", name="再試一次").click()
    expect(phone.get_by_role("main")).to_contain_text("目前狀態：待認證")
    outcome.refresh_from_db()
    assert outcome.description == TEXT and outcome.attachments.filter(slot=Slot.AV).exists()
    assert not UploadDraft.objects.exists()


def test_the_keyboard_alone_finds_the_returned_piece_replaces_its_file_and_sends_it(
    phone: Page, outcome: CourseOutcome
) -> None:
    phone.goto("/portfolio/")
    press(phone, phone.get_by_role("link", name="修正後重新送出"))
    expect(phone.get_by_role("heading", level=1)).to_contain_text("修正後重新送出")
    tab_to(phone, phone.locator("#id_description"))
    phone.keyboard.press("Control+a")
    phone.keyboard.type(TEXT)
    tab_to(phone, phone.locator("#id_document"))
    with phone.expect_file_chooser() as chooser:
        phone.keyboard.press("Space")
    better = FilePayload(name="定稿.pdf", mimeType="application/pdf", buffer=demo_media.pdf("定稿", ["一"]))
    chooser.value.set_files(better)
    press(phone, phone.get_by_role("button", name="儲存並送出"))
    expect(phone.get_by_role("main")).to_contain_text("目前狀態：待認證")
    expect(phone.get_by_role("main")).to_contain_text("原來的簡述：九九乘法表")


def test_the_menus_of_the_portfolio_open_by_keyboard_and_lead_on(phone: Page) -> None:
    phone.goto("/portfolio/")
    main = phone.get_by_role("main")
    press(phone, main.locator("summary", has_text="上傳"))
    press(phone, main.get_by_role("link", name="多元表現", exact=True))
    expect(phone.get_by_role("heading", level=1)).to_contain_text("選擇類別")
    phone.goto("/portfolio/")
    press(phone, main.locator("summary", has_text="更多"))
    press(phone, main.get_by_role("link", name="備份"))
    expect(phone.get_by_role("heading", level=1)).to_contain_text("備份")

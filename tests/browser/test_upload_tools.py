"""Uploading as people do it: on a telephone with a bad line, with pictures that are too big, by keyboard."""

import re
from collections.abc import Callable, Iterator
from io import BytesIO
from random import Random

import pikepdf
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import ExifTags, Image
from playwright.sync_api import Browser, FilePayload, Locator, Page, ViewportSize, expect

from portfolio import demo_media, storage
from portfolio.domain.filetypes import MEGABYTE
from portfolio.domain.picture_metadata import tells_position
from portfolio.models import Attachment, CourseOutcome, DiversePerformance, Enrolment, UploadDraft
from tests.browser.broken_line import line_to
from tests.browser.conftest import PHONE, SignIn
from tests.conftest import SetClock
from tests.factories import (
    PASSWORD,
    EnrolmentFactory,
    SchoolClassFactory,
    SectionFactory,
    StudentFactory,
    school,
    term_113_1,
)
from tests.moments import at
from tests.portfolio.pieces import mp4_of, pdf_of

pytestmark = pytest.mark.django_db(transaction=True)

NEW = "/portfolio/outcomes/new/"
WORK = "/portfolio/performances/new/work/"
TEXT = "以迴圈印出九九乘法表，並比較兩種寫法的差異。"
DESKTOP = ViewportSize(width=1280, height=900)
DOCUMENT_LIMIT, AV_LIMIT = 4 * MEGABYTE, 10 * MEGABYTE


@pytest.fixture(params=[PHONE, DESKTOP], ids=["phone", "desktop"])
def size(request: pytest.FixtureRequest) -> ViewportSize:
    wanted: ViewportSize = request.param
    return wanted


@pytest.fixture
def enrolment(set_clock: SetClock) -> Enrolment:
    set_clock(at("2024-10-01 20:00"))
    school()
    term = term_113_1()
    student = StudentFactory.create(school_class=SchoolClassFactory.create())
    made: Enrolment = EnrolmentFactory.create(student=student, section=SectionFactory.create(term=term))
    return made


@pytest.fixture
def page(enrolment: Enrolment, sign_in: SignIn, size: ViewportSize) -> Page:
    """The student's, at both sizes."""
    opened = sign_in(enrolment.student.user)
    opened.set_viewport_size(size)
    return opened


@pytest.fixture
def phone(enrolment: Enrolment, sign_in: SignIn) -> Page:
    return sign_in(enrolment.student.user)


def fill(page: Page, enrolment: Enrolment, *, at_site: str = "") -> None:
    page.goto(at_site + NEW)
    page.locator("#id_enrolment").select_option(str(enrolment.pk))
    page.locator("#id_description").fill(TEXT)


def choose(page: Page, field: str, name: str, content: bytes, kind: str = "application/pdf") -> None:
    page.locator(f"#id_{field}").set_input_files(FilePayload(name=name, mimeType=kind, buffer=content))


def submit(page: Page) -> None:
    page.get_by_role("button", name="送出").click()


def expect_receipt(page: Page) -> None:
    expect(page.get_by_role("heading", name="上傳收據")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text(Attachment.objects.latest("pk").sha256)


def no_sideways_scroll(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def axe_is_content(page: Page) -> None:
    grave = [
        violation
        for violation in Axe().run(page).response["violations"]
        if violation["impact"] in ("serious", "critical")
    ]
    assert grave == []


# ---------------------------------------------------------------- drafts


def test_what_is_typed_is_back_when_one_returns(page: Page, enrolment: Enrolment) -> None:
    fill(page, enrolment)
    expect(page.locator("[data-draft-said]")).to_contain_text("草稿已自動儲存")
    page.goto("/portfolio/")
    expect(page.get_by_role("main")).to_contain_text(TEXT)
    page.get_by_role("link", name=re.compile("繼續")).click()
    expect(page.locator("#id_description")).to_have_value(TEXT)
    expect(page.locator("#id_enrolment")).to_have_value(str(enrolment.pk))
    expect(page.locator(".draft-note")).to_contain_text("可以接著寫")
    assert no_sideways_scroll(page)
    axe_is_content(page)
    page.get_by_role("button", name="捨棄草稿").click()
    expect(page.get_by_role("main")).to_contain_text("草稿已捨棄")
    page.goto(NEW)
    expect(page.locator("#id_description")).to_have_value("")


def test_a_performance_is_kept_while_typing_too(phone: Page) -> None:
    phone.goto(WORK)
    phone.locator("[name=name]").fill("校園地圖")
    expect(phone.locator("[data-draft-said]")).to_contain_text("草稿已自動儲存")
    phone.goto(WORK)
    expect(phone.locator("[name=name]")).to_have_value("校園地圖")


def test_typing_on_goes_into_the_same_draft_until_it_is_sent(phone: Page, enrolment: Enrolment) -> None:
    fill(phone, enrolment)
    expect(phone.locator("[data-draft-said]")).to_contain_text("草稿已自動儲存")
    phone.locator("#id_description").fill("重寫一次")
    choose(phone, "document", "報告.pdf", demo_media.pdf("報告", ["一"]))
    submit(phone)  # saves what the pause after typing had not saved yet, then sends
    expect_receipt(phone)
    assert CourseOutcome.objects.get().description == "重寫一次"
    assert not UploadDraft.objects.exists()


def test_two_windows_do_not_overwrite_each_other_but_the_button_does(
    phone: Page, enrolment: Enrolment
) -> None:
    other = phone.context.new_page()
    other.goto(NEW)
    fill(phone, enrolment)
    expect(phone.locator("[data-draft-said]")).to_contain_text("草稿已自動儲存")
    other.locator("#id_enrolment").select_option(str(enrolment.pk))
    other.locator("#id_description").fill("另一個視窗")
    expect(other.locator("[data-draft-said]")).to_contain_text("已有另一份草稿")
    assert UploadDraft.objects.get().fields == {"description": TEXT}
    other.get_by_role("button", name="儲存草稿").click()
    expect(other.locator("[data-draft-said]")).to_contain_text("草稿已自動儲存")
    assert UploadDraft.objects.get().fields == {"description": "另一個視窗"}


# ---------------------------------------------------------------- a bad line


def test_a_line_that_breaks_half_way_keeps_the_form_here_and_on_return(
    page: Page, enrolment: Enrolment, live_server
) -> None:
    with line_to(live_server.url) as line:
        fill(page, enrolment, at_site=line.url)
        expect(page.locator("[data-draft-said]")).to_contain_text("草稿已自動儲存")
        choose(page, "av", "示範.mp4", mp4_of(AV_LIMIT), "video/mp4")
        line.breaks_after = AV_LIMIT // 2
        submit(page)
        expect(page.locator(".upload-said")).to_contain_text("網路中斷")
        expect(page.locator("#id_description")).to_have_value(TEXT)
        assert no_sideways_scroll(page)
        again = page.context.new_page()
        again.goto(NEW)
        expect(again.locator("#id_description")).to_have_value(TEXT)
        assert not CourseOutcome.objects.exists()
        line.breaks_after = None
        page.get_by_role("button", name="再試一次").click()
        expect_receipt(page)
    assert CourseOutcome.objects.get().attachments.get().size == AV_LIMIT


def test_sending_shows_how_far_it_is_how_fast_and_how_long(phone: Page, enrolment: Enrolment) -> None:
    fill(phone, enrolment)
    choose(phone, "av", "示範.mp4", mp4_of(AV_LIMIT), "video/mp4")
    line = phone.context.new_cdp_session(phone)
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 3 * MEGABYTE}
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", slow)
    submit(phone)
    expect(phone.locator(".upload-figures")).to_have_text(
        re.compile(r"\d+%　.*MB／10\.1 MB　每秒 .*，約剩 \d+ 秒")
    )
    expect_receipt(phone)


def test_sending_can_be_cancelled(phone: Page, enrolment: Enrolment) -> None:
    fill(phone, enrolment)
    choose(phone, "av", "示範.mp4", mp4_of(2 * MEGABYTE), "video/mp4")
    phone.route(f"**{NEW}", lambda route: None if route.request.method == "POST" else route.continue_())
    submit(phone)
    phone.get_by_role("button", name="取消上傳").click()
    expect(phone.locator(".upload-said")).to_contain_text("已取消上傳")
    expect(phone.locator("#id_description")).to_have_value(TEXT)
    phone.unroute(f"**{NEW}")


# ---------------------------------------------------------------- limits


def test_one_byte_too_many_is_said_before_anything_is_sent(page: Page, enrolment: Enrolment) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.url.endswith(NEW) else None)
    fill(page, enrolment)
    sent.clear()
    choose(page, "document", "報告.pdf", pdf_of(DOCUMENT_LIMIT + 1))
    choose(page, "av", "示範.mp4", mp4_of(AV_LIMIT + 1), "video/mp4")
    expect(page.locator("#id_document_problem")).to_contain_text("超過上限 4 MB")
    expect(page.locator("#id_av_problem")).to_contain_text("超過上限 10 MB")
    submit(page)
    expect(page.locator("#id_document")).to_be_focused()
    assert sent == []
    choose(page, "document", "報告.pdf", pdf_of(DOCUMENT_LIMIT))
    choose(page, "av", "示範.mp4", mp4_of(AV_LIMIT), "video/mp4")
    submit(page)
    expect_receipt(page)
    sizes = CourseOutcome.objects.get().attachments.values_list("size", flat=True)
    assert sorted(sizes) == [DOCUMENT_LIMIT, AV_LIMIT]


# ---------------------------------------------------------------- pictures


def photograph(seed: int, width: int, height: int, *, coarse: int = 1) -> bytes:
    """Noise, which compresses badly, with a place; `coarse` makes it compress better."""
    noise = Random(seed).randbytes(width // coarse * (height // coarse) * 3)
    picture = Image.frombytes("RGB", (width // coarse, height // coarse), noise).resize((width, height))
    camera = Image.Exif()
    camera[ExifTags.IFD.GPSInfo] = {ExifTags.GPS.GPSLatitude: (25.0, 2.0, 0.0)}
    target = BytesIO()
    picture.save(target, "JPEG", quality=95, exif=camera)
    return target.getvalue()


def sources(page: Page) -> Locator:
    return page.locator(".picture-tool [data-source]")


def pictures(*contents: bytes) -> list[FilePayload]:
    return [
        FilePayload(name=f"照片{number}.jpg", mimeType="image/jpeg", buffer=content)
        for number, content in enumerate(contents, start=1)
    ]


def stored_document() -> bytes:
    return storage.blob_path(Attachment.objects.get(slot="document").sha256).read_bytes()


def test_several_pictures_become_one_pdf_that_fits_in_the_order_wanted(
    page: Page, enrolment: Enrolment
) -> None:
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    fill(page, enrolment)
    page.get_by_text("把多張圖片合成一個 PDF").click()
    wide, tall, extra = (
        photograph(1, 2400, 1200),
        photograph(2, 1200, 2400),
        photograph(3, 800, 800, coarse=8),
    )
    sources(page).first.set_input_files(pictures(wide, tall, extra))
    pages = page.locator("[data-pages] > li")
    expect(pages).to_have_count(3)
    expect(page.locator("[data-said]")).to_contain_text("3 頁，原始大小共")
    page.get_by_role("button", name="移除：第 3 頁").click()
    page.get_by_role("button", name="往前：第 2 頁").click()
    expect(pages.first).to_contain_text("照片2.jpg")
    expect(page.get_by_role("button", name="往後：第 1 頁")).to_be_focused()
    assert not any("pdf-lib" in address for address in fetched)
    assert no_sideways_scroll(page)
    axe_is_content(page)
    page.get_by_role("button", name="合成 PDF").click()
    expect(page.locator("[data-said]")).to_contain_text("已合成 2 頁")
    assert any("pdf-lib" in address for address in fetched)
    submit(page)
    expect_receipt(page)
    content = stored_document()
    assert len(content) <= DOCUMENT_LIMIT < len(wide) + len(tall)
    assert b"GPS" not in content
    with pikepdf.open(BytesIO(content)) as document:
        shapes = [[float(side) for side in sheet.mediabox][2:] for sheet in document.pages]
    assert [width > height for width, height in shapes] == [False, True]


def test_a_picture_that_is_too_big_is_shrunk_to_the_limit(page: Page, enrolment: Enrolment) -> None:
    fill(page, enrolment)
    big = photograph(4, 2400, 1800)
    assert len(big) > DOCUMENT_LIMIT
    choose(page, "document", "海報.jpg", big, "image/jpeg")
    expect(page.locator("#id_document_problem")).to_contain_text("超過上限")
    page.get_by_role("button", name="縮小到上限").click()
    expect(page.locator("[data-shrink-said]")).to_contain_text("已縮小")
    expect(page.locator("#id_document_problem")).to_be_empty()
    submit(page)
    expect_receipt(page)
    file = Attachment.objects.get()
    assert file.size <= DOCUMENT_LIMIT and file.original_name == "海報.jpg"
    assert not tells_position(file.file_kind, BytesIO(stored_document()))


def test_the_telephones_camera_is_one_of_the_ways(phone: Page, enrolment: Enrolment) -> None:
    fill(phone, enrolment)
    phone.get_by_text("把多張圖片合成一個 PDF").click()
    camera = phone.get_by_label("拍照", exact=True)
    expect(camera).to_have_attribute("capture", "environment")
    camera.set_input_files(pictures(photograph(5, 600, 400)))
    expect(phone.locator("[data-pages] > li")).to_have_count(1)


def test_a_file_that_is_no_picture_is_named_and_left_out(phone: Page, enrolment: Enrolment) -> None:
    fill(phone, enrolment)
    phone.get_by_text("把多張圖片合成一個 PDF").click()
    sources(phone).first.set_input_files(
        FilePayload(name="照片.heic", mimeType="image/heic", buffer=b"no picture")
    )
    expect(phone.locator("[data-said]")).to_contain_text("「照片.heic」這個瀏覽器讀不出來")
    expect(phone.locator("[data-make]")).to_be_hidden()


# ---------------------------------------------------------------- looking at it afterwards


def test_every_kind_of_file_can_be_looked_at_in_the_page(page: Page, enrolment: Enrolment) -> None:
    fill(page, enrolment)
    choose(page, "document", "圖.jpg", photograph(6, 600, 400), "image/jpeg")
    choose(page, "av", "示範.mp4", demo_media.mp4(1), "video/mp4")
    submit(page)
    expect_receipt(page)
    expect(page.get_by_role("main")).to_contain_text("帶有拍攝地點（GPS）")
    page.wait_for_function("document.querySelector('.preview img').naturalWidth === 600")
    page.wait_for_function("document.querySelector('.preview video').readyState >= 1")
    axe_is_content(page)
    page.get_by_role("link", name="修改").click()
    choose(page, "document", "報告.pdf", demo_media.pdf("報告", ["一"]))
    choose(page, "av", "錄音.mp3", demo_media.mp3(1), "audio/mpeg")
    submit(page)
    expect(page.get_by_role("main")).to_contain_text("更換文件")
    page.wait_for_function("document.querySelector('.preview audio').readyState >= 1")
    address = page.locator(".preview-pdf").get_attribute("src")
    assert address
    shown = page.request.get(address.split("#")[0])
    assert shown.headers["content-type"] == "application/pdf"
    assert shown.headers["content-security-policy"].startswith("sandbox;")


def test_the_receipt_can_be_taken_along(phone: Page, enrolment: Enrolment) -> None:
    fill(phone, enrolment)
    choose(phone, "document", "報告.pdf", demo_media.pdf("報告", ["一"]))
    submit(phone)
    expect_receipt(phone)
    with phone.expect_download() as download:
        phone.get_by_role("link", name="下載收據").click()
    text = download.value.path().read_text(encoding="utf-8")
    assert Attachment.objects.get().sha256 in text and enrolment.student.user.name in text


def test_lists_show_thumbnails(page: Page, enrolment: Enrolment) -> None:
    fill(page, enrolment)
    choose(page, "document", "報告.pdf", demo_media.pdf("報告", ["一"]))
    submit(page)
    expect_receipt(page)
    page.goto("/portfolio/")
    page.wait_for_function("document.querySelector('img.thumb')?.naturalWidth > 0")
    assert no_sideways_scroll(page)


# ---------------------------------------------------------------- other ways


def press(page: Page, key: str, until: Callable[[], bool]) -> None:
    for __ in range(60):
        if until():
            return
        page.keyboard.press(key)
    raise AssertionError("the keyboard does not lead there")


def focused(page: Page, selector: str) -> Callable[[], bool]:
    return lambda: bool(page.evaluate("one => document.activeElement.matches(one)", selector))


def test_the_keyboard_alone_makes_a_pdf_and_uploads_it(phone: Page, enrolment: Enrolment) -> None:
    phone.goto(NEW)
    press(phone, "Tab", focused(phone, "#id_enrolment"))
    phone.keyboard.press("ArrowDown")
    press(phone, "Tab", focused(phone, "#id_description"))
    phone.keyboard.type(TEXT)
    press(phone, "Tab", focused(phone, ".picture-tool summary"))
    phone.keyboard.press("Enter")
    press(phone, "Tab", focused(phone, "[data-source]"))
    with phone.expect_file_chooser() as chooser:
        phone.keyboard.press("Space")
    chooser.value.set_files(pictures(photograph(7, 400, 600), photograph(8, 600, 400)))
    expect(phone.locator("[data-pages] > li")).to_have_count(2)
    press(phone, "Tab", focused(phone, "[data-move='1']"))
    phone.keyboard.press("Enter")
    expect(phone.locator("[data-pages] > li").first).to_contain_text("照片2.jpg")
    press(phone, "Tab", focused(phone, "[data-make]"))
    phone.keyboard.press("Enter")
    expect(phone.locator("[data-said]")).to_contain_text("已合成 2 頁")
    press(phone, "Tab", focused(phone, "form[data-upload] .btn-primary[type=submit]"))
    phone.keyboard.press("Enter")
    expect_receipt(phone)
    assert CourseOutcome.objects.get().attachments.get().kind == "pdf"


@pytest.fixture
def plain(browser: Browser, live_server, enrolment: Enrolment, size: ViewportSize) -> Iterator[Page]:
    """The student's page where no script runs."""
    context = browser.new_context(
        viewport=size, locale="zh-TW", base_url=live_server.url, java_script_enabled=False
    )
    page = context.new_page()
    page.goto("/accounts/login/")
    page.get_by_label("帳號").fill(enrolment.student.user.username)
    page.get_by_label("密碼").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="登入").click()
    yield page
    context.close()


def test_without_javascript_the_form_keeps_a_draft_and_uploads(plain: Page, enrolment: Enrolment) -> None:
    fill(plain, enrolment)
    expect(plain.locator(".picture-tool")).to_be_hidden()
    plain.get_by_role("button", name="儲存草稿").click()
    expect(plain.get_by_role("main")).to_contain_text("草稿已儲存，還沒有送出")
    plain.goto(NEW)
    expect(plain.locator("#id_description")).to_have_value(TEXT)
    choose(plain, "document", "報告.pdf", demo_media.pdf("報告", ["一"]))
    submit(plain)
    expect_receipt(plain)
    assert not UploadDraft.objects.exists()


def test_without_javascript_a_performance_works_alike(plain: Page) -> None:
    plain.goto(WORK)
    plain.locator("[name=name]").fill("校園地圖")
    plain.get_by_role("button", name="儲存草稿").click()
    expect(plain.locator("[name=name]")).to_have_value("校園地圖")
    plain.locator("[name=date]").fill("2024-09-20")
    plain.get_by_label("簡述").fill(TEXT)
    choose(plain, "document", "報告.pdf", demo_media.pdf("報告", ["一"]))
    submit(plain)
    expect_receipt(plain)
    assert DiversePerformance.objects.get().title == "校園地圖"

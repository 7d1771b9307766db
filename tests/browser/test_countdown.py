"""The time left on a page runs on the server's clock, to the last second, with the person's own extension.

The server's clock is held still; a page takes it when it loads and runs on from there.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Student, User
from accounts.models.duties import DutyCode
from schedules.domain.activities import Activity, Audience
from schedules.models import Window
from schedules.services.extensions import grant_extension
from tests.browser.conftest import SignIn
from tests.conftest import SetClock
from tests.factories import (
    EnrolmentFactory,
    OutcomeFactory,
    SchoolClassFactory,
    SectionFactory,
    StudentFactory,
    holder_of,
    school,
    term_113_1,
)
from tests.moments import at, day
from tests.submissions.scene import CLOSED, SELECTION_CLOSED, Scene, own

pytestmark = pytest.mark.django_db(transaction=True)

CLOSING = at("2025-02-04 00:00")
OVER_WITHIN_MS = 10_000
PAGES = ["/", "/portfolio/", "/portfolio/outcomes/new/"]


@pytest.fixture
def student() -> Student:
    school()
    term_113_1()
    made: Student = StudentFactory.create(school_class=SchoolClassFactory.create())
    EnrolmentFactory.create(student=made, section=SectionFactory.create())
    return made


def upload_countdown(page: Page):
    """The time left for course outcomes, wherever on the page it stands."""
    named = page.locator(".window, .panel-lines > li").filter(has_text="課程學習成果上傳")
    return named.first.locator(".countdown")


@pytest.mark.parametrize("address", PAGES)
def test_the_last_seconds_are_counted_and_then_the_time_is_over(
    sign_in: SignIn, set_clock: SetClock, student: Student, address: str
) -> None:
    set_clock(CLOSING - timedelta(seconds=6))
    page = sign_in(student.user)
    page.goto(address)
    countdown = upload_countdown(page)
    expect(countdown).to_have_text(["還有 4 秒"], timeout=OVER_WITHIN_MS)
    expect(countdown).to_have_text(["還有 1 秒"], timeout=OVER_WITHIN_MS)
    expect(countdown).to_have_text(["時間已到，重新整理頁面"], timeout=OVER_WITHIN_MS)


def test_the_time_is_never_over_on_the_page_before_it_is_on_the_server(
    sign_in: SignIn, set_clock: SetClock, student: Student
) -> None:
    set_clock(CLOSING - timedelta(seconds=3))
    page = sign_in(student.user)
    page.goto("/portfolio/outcomes/new/")
    # How long after the page was received the words changed, measured in the page itself.
    waited = page.evaluate(
        """() => new Promise((done) => {
            const began = performance.timeOrigin
                + performance.getEntriesByType("navigation")[0].responseStart;
            const wait = () => document.body.innerText.includes("時間已到")
                ? done(Date.now() - began) : setTimeout(wait, 5);
            wait();
        })"""
    )
    assert 3000 <= waited < 4000


def test_a_device_whose_clock_is_wrong_shows_the_servers_time_left(
    sign_in: SignIn, set_clock: SetClock, student: Student
) -> None:
    """The device here runs in another year altogether: the test's own clock is held in 2025."""
    set_clock(at("2025-02-01 21:00"))
    page = sign_in(student.user)
    page.goto("/portfolio/")
    expect(upload_countdown(page)).to_have_text(["還有 2 天 3 小時"])
    expect(page.locator("footer time")).to_have_text("114/02/01（六）21:00")


def test_ones_own_extension_is_what_is_counted_down_to(
    sign_in: SignIn, set_clock: SetClock, student: Student
) -> None:
    window = Window.objects.get(
        activity=Activity.OUTCOME_UPLOAD, division="day", audience=Audience.GENERAL, term__number=1
    )
    registry = holder_of(DutyCode.COURSE_OUTCOMES)
    granted = at("2025-02-03 09:00")
    grant_extension(window, student, closes_on=day("2025-02-05"), reason="住院治療", by=registry, at=granted)
    set_clock(at("2025-02-06 00:00") - timedelta(seconds=5))
    page = sign_in(student.user)
    for address in PAGES:
        page.goto(address)
        expect(page.get_by_role("main")).to_contain_text("已展延。理由：住院治療（第 11 點）")
        expect(upload_countdown(page)).to_contain_text(["還有"])
    expect(upload_countdown(page)).to_have_text(["時間已到，重新整理頁面"], timeout=OVER_WITHIN_MS)


def test_a_window_that_opens_counts_down_to_its_opening(
    sign_in: SignIn, set_clock: SetClock, student: Student
) -> None:
    set_clock(at("2024-08-30 00:00") - timedelta(seconds=4))
    page = sign_in(student.user)
    page.goto("/portfolio/outcomes/new/")
    expect(upload_countdown(page)).to_have_text(["已經開放，重新整理頁面"], timeout=OVER_WITHIN_MS)


@dataclass(frozen=True)
class Counted:
    """A page of somebody's on which the time until `closing` is counted, in the window of that name."""

    person: User
    address: str
    window: str
    closing: datetime


def selecting() -> Counted:
    student = Scene().student()
    return Counted(student.user, "/portfolio/selection/", "勾選", SELECTION_CLOSED)


def all_receipts() -> Counted:
    scene = Scene()
    (student,) = scene.students_with_outcomes(1)
    scene.period()
    return Counted(student.user, "/receipts/", "開放至", CLOSED)


def one_receipt() -> Counted:
    scene = Scene()
    (student,) = scene.students_with_outcomes(1)
    receipt = own(student, scene.period())
    return Counted(student.user, f"/receipts/{receipt.pk}/", "收訖明細確認", CLOSED)


def certifying() -> Counted:
    school()
    term = term_113_1()
    section = SectionFactory.create(term=term)
    taking = StudentFactory.create(school_class=SchoolClassFactory.create())
    OutcomeFactory.create(enrolment=EnrolmentFactory.create(student=taking, section=section))
    window = Window.objects.get(activity=Activity.CERTIFICATION, division="day", term=term)
    assert window.closes_at
    closing = timezone.localtime(window.closes_at)
    return Counted(section.teacher, "/certification/", "課程學習成果認證", closing)


@pytest.mark.parametrize("counted_page", [selecting, all_receipts, one_receipt, certifying])
def test_selection_receipts_and_certification_count_down_and_close_on_the_open_page(
    sign_in: SignIn, set_clock: SetClock, counted_page: Callable[[], Counted]
) -> None:
    page_of = counted_page()
    set_clock(page_of.closing - timedelta(seconds=6))
    page = sign_in(page_of.person)
    page.goto(page_of.address)
    window = page.locator(".window").filter(has_text=page_of.window).first
    expect(page.locator("footer time")).to_have_attribute(
        "datetime", (page_of.closing - timedelta(seconds=6)).isoformat()
    )
    expect(window.locator(".countdown")).to_have_text("還有 4 秒", timeout=OVER_WITHIN_MS)
    expect(window.locator(".countdown")).to_have_text("還有 1 秒", timeout=OVER_WITHIN_MS)
    expect(window).not_to_contain_class("window-over")
    expect(window.locator(".countdown")).to_have_text("時間已到，重新整理頁面", timeout=OVER_WITHIN_MS)
    expect(window).to_contain_class("window-over")
    set_clock(page_of.closing)
    window.get_by_role("link", name="重新整理頁面").click()
    expect(page.locator("[data-closes-at]")).to_have_count(0)

"""What homeroom teachers, counsellors and offices do from day to day, and what students get of it."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from accounts.models import SchoolClass, Student, User
from accounts.models.duties import DutyCode
from portfolio.models import CadreRecord, ClassCounsellor, PersonalArchive
from portfolio.models.outcomes import OutcomeState
from portfolio.services.archives import build_waiting
from tests.browser.conftest import PHONE, SignIn
from tests.conftest import SetClock
from tests.factories import (
    EnrolmentFactory,
    OutcomeFactory,
    SchoolClassFactory,
    StudentFactory,
    UserFactory,
    attach_pdf,
    holder_of,
    school,
    term_113_1,
)
from tests.moments import at

pytestmark = pytest.mark.django_db(transaction=True)

NOW = at("2024-11-20 09:00")
DESKTOP = ViewportSize(width=1280, height=900)
Opened = Callable[[User, str], Page]


@pytest.fixture
def school_class(set_clock: SetClock) -> SchoolClass:
    set_clock(NOW)
    school()
    term_113_1()
    made: SchoolClass = SchoolClassFactory.create()
    return made


@pytest.fixture
def student(school_class: SchoolClass) -> Student:
    made: Student = StudentFactory.create(school_class=school_class)
    return made


@pytest.fixture(params=[PHONE, DESKTOP], ids=["phone", "desktop"])
def opened(request: pytest.FixtureRequest, sign_in: SignIn) -> Opened:
    """A page as a person sees it, of which nothing has to be scrolled sideways."""

    def open_page(person: User, address: str) -> Page:
        page = sign_in(person)
        page.set_viewport_size(request.param)
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        return page

    return open_page


def test_a_homeroom_teacher_sees_who_has_what_reminds_with_one_click_and_helps(
    opened: Opened, school_class: SchoolClass, student: Student
) -> None:
    returned = OutcomeFactory.create(
        enrolment=EnrolmentFactory.create(student=student), state=OutcomeState.RETURNED
    )
    attach_pdf(returned)
    other = StudentFactory.create(school_class=school_class)
    assert school_class.homeroom_teacher
    page = opened(school_class.homeroom_teacher, f"/class/{school_class.pk}/")
    page.get_by_role("link", name=re.compile("已退件")).first.click()
    expect(page.get_by_role("link", name=student.user.name, exact=True)).to_be_visible()
    expect(page.get_by_role("link", name=other.user.name, exact=True)).to_have_count(0)

    page.get_by_role("button", name="提醒 2 人").first.click()
    expect(page.get_by_text("今天已提醒 2 人").first).to_be_visible()
    assert student.user.notices.count() == other.user.notices.count() == 1

    page.get_by_role("link", name=f"代為辦理 {student.user.name}").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(student.user.name)


def test_a_counsellor_records_a_talk_and_its_student_reads_it(
    opened: Opened, school_class: SchoolClass, student: Student
) -> None:
    counsellor = UserFactory.create()
    ClassCounsellor.objects.create(school_class=school_class, counsellor=counsellor)
    page = opened(counsellor, "/consultations/new/")
    page.get_by_label("個別").check()
    page.get_by_label("日期").fill("2024-11-18")
    page.get_by_label("開始時間").fill("12:20")
    page.get_by_label("結束時間").fill("12:50")
    page.get_by_label("地點").fill("諮商室")
    page.get_by_label("諮詢內容").fill("討論選修課。")
    page.get_by_label("建議").fill("先修數學甲。")
    page.get_by_label(student.user.name).check()
    page.get_by_role("button", name="儲存").click()
    expect(page.get_by_role("main")).to_contain_text("先修數學甲。")

    own = opened(student.user, "/portfolio/consultations/")
    expect(own.get_by_role("main")).to_contain_text("先修數學甲。")


def test_an_office_enters_a_post_its_student_reports_an_error_and_is_answered(
    opened: Opened, student: Student, set_clock: SetClock
) -> None:
    set_clock(at("2024-10-25 09:00"))  # while posts of the term are entered
    office = holder_of(DutyCode.CADRE_RECORDS)
    page = opened(office, "/cadre/new/")
    page.get_by_label("學號").fill(student.student_number)
    page.get_by_label("單位名稱").fill("資訊二甲")
    page.get_by_label("擔任職務").fill("班長")
    page.get_by_label("幹部等級").select_option("2")
    page.get_by_label("開始日期").fill("2024-08-30")
    page.get_by_label("結束日期").fill("2024-11-15")
    page.get_by_role("button", name="登錄", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("班長")
    post = CadreRecord.objects.get()

    own = opened(student.user, "/portfolio/records/")
    own.get_by_role("link", name=re.compile("回報錯誤")).click()
    own.get_by_role("textbox").fill("應為副班長。")
    own.get_by_role("button", name="送出回報").click()
    expect(own.get_by_text("查證中")).to_be_visible()

    page.goto("/record-reports/")
    page.get_by_role("link", name=re.compile("查證並回覆")).click()
    page.get_by_label("資料無誤").check()
    page.get_by_label("查證說明").fill("與導師名單相符。")
    page.get_by_role("button", name="回覆並通知學生").click()
    expect(page.get_by_role("main")).to_contain_text("資料無誤")
    own.goto("/portfolio/records/")
    expect(own.get_by_role("main")).to_contain_text("與導師名單相符。")
    post.refresh_from_db()
    assert post.withdrawn_at is None


def test_a_student_asks_for_everything_of_theirs_and_takes_it_along(opened: Opened, student: Student) -> None:
    attach_pdf(OutcomeFactory.create(enrolment=EnrolmentFactory.create(student=student)))
    page = opened(student.user, "/portfolio/archive/")
    page.get_by_role("button", name="產生備份").click()
    expect(page.get_by_role("heading", name="正在產生")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_be_visible()
    assert build_waiting(NOW + timedelta(seconds=5)) == 1
    # The page asks by itself how far it is.
    expect(page.get_by_role("heading", name="可以下載了")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="下載備份").click()
    assert download.value.path().stat().st_size == PersonalArchive.objects.get().size


def test_an_announcement_with_an_act_due_is_counted_read_and_only_then_silent(
    opened: Opened, student: Student
) -> None:
    page = opened(holder_of(DutyCode.BASIC_DATA), "/announcements/manage/")
    page.get_by_label("對象").select_option("students")
    page.get_by_label("部別").select_option("day")
    page.get_by_label("標題").fill("請核對成績")
    page.get_by_label("內容").fill("逐筆核對，有誤請回報。")
    page.get_by_label("須於何日前處理").fill("2024-11-29")
    page.get_by_role("button", name="發布").click()
    expect(page.get_by_role("table")).to_contain_text("請核對成績")

    own = opened(student.user, "/")
    expect(own.locator("#notices")).to_contain_text("[請於 113/11/29（五） 前處理] 請核對成績")
    expect(own.get_by_role("link", name=re.compile("未讀 1 則")).first).to_be_visible()
    own.get_by_role("button", name="都看過了").click()
    expect(own.locator("#notices")).to_have_count(0)
    own.goto("/accounts/notices/")
    own.get_by_text("通知信設定").click()
    own.get_by_label("每天彙整成一封").check()
    own.get_by_role("button", name="儲存設定").click()
    own.get_by_text("通知信設定").click()
    expect(own.get_by_label("每天彙整成一封")).to_be_checked()


def test_the_language_chosen_is_kept_for_the_next_time(opened: Opened, student: Student) -> None:
    page = opened(student.user, "/portfolio/")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("My learning portfolio")
    again = opened(student.user, "/portfolio/")
    expect(again.get_by_role("heading", level=1)).to_have_text("My learning portfolio")
    again.get_by_role("button", name="中文").click()
    expect(again.get_by_role("heading", level=1)).to_have_text("我的學習歷程")

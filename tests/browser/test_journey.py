"""One school's whole cycle, from the first upload to deemed correct, by seven people in a browser.

School year 113: uploads and certification in autumn 2024, selection in September 2025, submission and
receipts in October 2025. Time moves through the one clock; no task has to run for anything but the files.
"""

import io
import json
import re
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import FilePayload, Page, expect

from accounts.domain.division import Division
from accounts.models import AuditEntry, Duty, PostHolding, Student, User
from accounts.models.duties import DutyCode
from portfolio import demo_media
from portfolio.domain.categories import CATEGORIES, FieldKind
from portfolio.models import CourseOutcome, DiversePerformance, Enrolment
from submissions.domain.workbook import read_workbook
from submissions.models import Batch, ReceiptConfirmation
from submissions.practice import write_practice_receipts
from submissions.services.exports import build_waiting
from tests.browser.conftest import SignIn
from tests.conftest import SetClock
from tests.factories import (
    EnrolmentFactory,
    SchoolClassFactory,
    SectionFactory,
    StudentFactory,
    UserFactory,
    holder_of,
    place,
    school,
    term_113_1,
    term_with_dates,
)
from tests.moments import at, day

pytestmark = pytest.mark.django_db(transaction=True)

DESCRIPTION = "以迴圈印出九九乘法表，並比較兩種寫法的差異。"


@dataclass
class Cast:
    """Who takes part. `careful` answers everything, `silent` nothing, `evening` is of the other division."""

    careful: Student
    silent: Student
    evening: Student
    teacher: User
    registry: User
    affairs: User
    evening_academic: User
    first: Enrolment
    second: Enrolment


@pytest.fixture
def cast() -> Cast:
    school()
    term = term_113_1()
    term_with_dates(113, 2, opening="2025-02-11", exam_end="2025-06-27", closing="2025-06-30")
    term_with_dates(114, 1, opening="2025-09-01", exam_end="2026-01-16", closing="2026-01-20")
    day_class = SchoolClassFactory.create(name="資訊二甲")
    evening_class = SchoolClassFactory.create(name="進資二甲", division=Division.EVENING)
    careful, silent = (StudentFactory.create(school_class=day_class) for __ in range(2))
    evening = StudentFactory.create(school_class=evening_class)
    _move_up(day_class, [careful, silent])
    _move_up(evening_class, [evening])
    teacher = UserFactory.create()
    first, second = (SectionFactory.create(term=term, teacher=teacher) for __ in range(2))
    night = SectionFactory.create(term=term, teacher=teacher, division=Division.EVENING, group="進資二甲")
    EnrolmentFactory.create(student=silent, section=first)
    EnrolmentFactory.create(student=evening, section=night)
    return Cast(
        careful=careful,
        silent=silent,
        evening=evening,
        teacher=teacher,
        registry=_registry_head(),
        affairs=holder_of(DutyCode.DIVERSE_PERFORMANCE),
        evening_academic=holder_of(DutyCode.COURSE_OUTCOMES, Division.EVENING),
        first=EnrolmentFactory.create(student=careful, section=first),
        second=EnrolmentFactory.create(student=careful, section=second),
    )


def _move_up(school_class, students: list[Student]) -> None:
    """The class of the next school year, in which the same students confirm their receipts."""
    following = SchoolClassFactory.create(
        school_year=114, division=school_class.division, grade=3, name=school_class.name.replace("二", "三")
    )
    for student in students:
        place(student, following)


def _registry_head() -> User:
    """The registry head owns the course outcomes and the confirmation of receipts (annex)."""
    registry = holder_of(DutyCode.COURSE_OUTCOMES)
    post = PostHolding.objects.get(user=registry).post
    Duty.objects.create(code=DutyCode.RECEIPT_CONFIRMATION, division=Division.DAY, owner=post)
    return registry


def test_from_the_first_upload_to_deemed_correct(
    cast: Cast, sign_in: SignIn, set_clock: SetClock, tmp_path: Path
) -> None:
    set_clock(at("2024-10-01 20:00"))
    careful, silent, evening = (sign_in(s.user) for s in (cast.careful, cast.silent, cast.evening))
    _upload_outcome(careful, cast.first, document=("心得.pdf", demo_media.pdf("心得", ["第一頁"])))
    _upload_outcome(careful, cast.second, av=("示範.mp4", demo_media.mp4(1)))
    for page, student in ((silent, cast.silent), (evening, cast.evening)):
        _upload_outcome(page, student.enrolments.get(), document=("圖.png", demo_media.png("圖", 1)))
    for category in CATEGORIES:
        _upload_performance(careful, category)
    _upload_performance(silent, "work")
    assert set(
        DiversePerformance.objects.filter(student=cast.careful).values_list("category", flat=True)
    ) == set(CATEGORIES)

    set_clock(at("2024-10-05 10:00"))
    teacher = sign_in(cast.teacher)
    _certify_all_but(teacher, cast.second)
    set_clock(at("2024-10-06 21:00"))
    _correct_and_resend(careful, cast.second)
    set_clock(at("2024-10-07 09:00"))
    _certify(teacher, CourseOutcome.objects.get(enrolment=cast.second))

    set_clock(at("2025-09-10 20:00"))
    _select_everything(careful, outcomes=2, performances=10)
    _select_everything(silent, outcomes=1, performances=1)
    _select_everything(evening, outcomes=1, performances=0)
    set_clock(at("2025-09-22 00:00"))
    evening.goto("/portfolio/selection/")
    expect(evening.get_by_role("button", name="下一步")).to_be_visible()
    set_clock(at("2025-09-23 00:00"))
    evening.goto("/portfolio/selection/")
    expect(evening.get_by_role("button", name="下一步")).to_have_count(0)

    set_clock(at("2025-10-01 09:00"))
    registry, affairs = sign_in(cast.registry), sign_in(cast.affairs)
    outcomes = _submit(registry, "26 學生課程學習成果名冊", tmp_path)
    performances = _submit(affairs, "25 學生自填多元表現名冊", tmp_path)
    night = _submit(sign_in(cast.evening_academic), "28 進修部", tmp_path)
    _check_workbook(tmp_path / f"{outcomes.pk}.xlsx", outcomes, "學期課程學習成果", rows=3)
    _check_workbook(tmp_path / f"{performances.pk}.xlsx", performances, "作品成果紀錄", rows=2)
    _check_workbook(tmp_path / f"{night.pk}.xlsx", night, "學期課程學習成果", rows=1)
    _check_archive(tmp_path / f"{outcomes.pk}.zip", files=3)
    affairs.goto(f"/submissions/{outcomes.pk}/freeze/")
    expect(affairs.get_by_role("heading", level=1)).to_contain_text("找不到")

    set_clock(at("2025-10-07 09:00"))
    _import_receipts(registry, outcomes, tmp_path)
    _import_receipts(affairs, performances, tmp_path)
    for batch in (outcomes, performances):
        _open_period(registry, batch, "2025-10-08")

    set_clock(at("2025-10-08 20:00"))
    _confirm(careful, cast.careful, outcomes)
    _report(careful, cast.careful, performances)
    silent.goto("/receipts/")
    expect(silent.get_by_role("main")).to_contain_text("您必須在")

    set_clock(at("2025-10-11 23:59:59"))
    silent.goto("/receipts/")
    expect(silent.get_by_role("main")).to_contain_text("您必須在")
    set_clock(at("2025-10-12 00:00"))
    silent.goto("/receipts/")
    expect(silent.get_by_role("main")).not_to_contain_text("您必須在")
    expect(silent.get_by_role("main")).to_contain_text("視同")
    _too_late(silent, cast.silent, outcomes)
    _overview(registry, outcomes, confirmed=1, deemed=1)
    _overview(registry, performances, disputed=1, deemed=1)
    _trail_names_who_did_what(cast)


def _upload_outcome(
    page: Page,
    enrolment: Enrolment,
    *,
    document: tuple[str, bytes] | None = None,
    av: tuple[str, bytes] | None = None,
) -> None:
    page.goto("/portfolio/")
    page.get_by_role("main").get_by_text("上傳", exact=True).click()
    page.get_by_role("main").get_by_role("link", name="課程學習成果", exact=True).click()
    course = enrolment.section.course.name
    option = page.get_by_role("option", name=re.compile(course))
    page.get_by_label("課程", exact=False).first.select_option(option.get_attribute("value"))
    page.get_by_label("簡述").fill(DESCRIPTION)
    for name, file in (("document", document), ("av", av)):
        if file:
            _choose(page, name, *file)
    page.get_by_role("button", name="送出").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(course)
    stored = CourseOutcome.objects.get(enrolment=enrolment).attachments.get()
    expect(page.get_by_role("main")).to_contain_text(stored.sha256[:8])


def _upload_performance(page: Page, category: str) -> None:
    page.goto("/portfolio/performances/new/")
    spec = CATEGORIES[category]
    page.locator(f"a[href$='/performances/new/{category}/']").click()
    for field in spec.fields:
        control = page.locator(f"[name={field.key}]")
        if control.evaluate("one => one.tagName") == "SELECT":
            control.select_option(index=1)
        elif field.required:
            control.fill(_typed(field.kind))
    page.get_by_label("簡述").fill(f"{spec.label}的經過與心得。")
    _choose(page, "document", "證明.jpg", demo_media.jpg(category, 1))
    page.get_by_role("button", name="送出").click()
    expect(page.get_by_role("main")).to_contain_text(f"{spec.label}的經過與心得。")


def _typed(kind: FieldKind) -> str:
    return {
        FieldKind.TEXT: "虛構",
        FieldKind.DATE: "2024-09-20",
        FieldKind.INTEGER: "2",
        FieldKind.DECIMAL: "8",
        FieldKind.SCHOOL_YEAR: "113",
        FieldKind.TERM: "1",
    }[kind]


def _choose(page: Page, field: str, name: str, content: bytes) -> None:
    file = FilePayload(name=name, mimeType="application/octet-stream", buffer=content)
    page.locator(f"input[type=file][name={field}]").set_input_files(file)


def _certify_all_but(page: Page, returned: Enrolment) -> None:
    """Go through the queue as a teacher would: open, decide, and the next one comes by itself."""
    page.goto("/certification/")
    expect(page.get_by_role("main")).to_contain_text("待認證")
    for outcome in CourseOutcome.objects.filter(state="waiting"):
        if outcome.enrolment == returned:
            page.goto(f"/certification/{outcome.pk}/")
            page.get_by_text("不是，或檔案有問題：退件").click()
            page.get_by_label("退件原因").fill("影片沒有聲音，請重新匯出。")
            page.get_by_role("button", name="退件並通知學生").click()
        else:
            _certify(page, outcome)


def _certify(page: Page, outcome: CourseOutcome) -> None:
    page.goto(f"/certification/{outcome.pk}/")
    page.get_by_role("button", name="是，認證").click()
    expect(page.get_by_role("main")).to_contain_text("認證")
    outcome.refresh_from_db()
    assert outcome.state == "certified"


def _correct_and_resend(page: Page, enrolment: Enrolment) -> None:
    outcome = CourseOutcome.objects.get(enrolment=enrolment)
    page.goto("/")
    page.get_by_role("link", name=re.compile("被退件")).click()
    expect(page.get_by_role("main")).to_contain_text("影片沒有聲音，請重新匯出。")
    page.goto(f"/portfolio/outcomes/{outcome.pk}/edit/")
    _choose(page, "av", "示範.mp4", demo_media.mp4(2))
    page.get_by_role("button", name="送出").click()
    expect(page.get_by_role("main")).to_contain_text("待認證")


def _select_everything(page: Page, *, outcomes: int, performances: int) -> None:
    page.goto("/portfolio/selection/")
    boxes = page.get_by_role("checkbox")
    expect(boxes).to_have_count(outcomes + performances)
    for number in range(outcomes + performances):
        boxes.nth(number).check()
    expect(page.locator(".save-counts")).to_contain_text(f"{outcomes}／6")
    page.get_by_role("button", name="下一步").click()
    page.get_by_role("button", name="確認勾選").click()
    expect(page.get_by_role("status").first).to_contain_text("已儲存勾選")
    page.reload()
    assert [boxes.nth(number).is_checked() for number in range(outcomes + performances)] == [True] * (
        outcomes + performances
    )


def _submit(page: Page, roster: str, folder: Path) -> Batch:
    """Create, freeze, build both files as the worker does, download them, record the submission."""
    page.goto("/submissions/new/")
    page.get_by_role("radio", name=re.compile(re.escape(roster))).first.check()
    page.get_by_label("學年度").select_option("113")
    page.get_by_role("button", name="建立批次").click()
    expect(page.get_by_role("link", name="凍結名冊")).to_be_visible()
    batch = Batch.objects.latest("pk")
    page.get_by_role("link", name="凍結名冊").click()
    page.get_by_role("button", name="確定凍結").click()
    page.get_by_role("button", name=re.compile("產生名冊")).click()
    expect(page.get_by_role("progressbar").first).to_be_visible()
    assert build_waiting(at("2025-10-01 09:01")) == 2
    links = page.get_by_role("link", name=re.compile("下載"))
    expect(links).to_have_count(2)
    for number, extension in enumerate(("xlsx", "zip")):
        with page.expect_download() as download:
            links.nth(number).click()
        assert download.value.suggested_filename.endswith(extension)
        download.value.save_as(folder / f"{batch.pk}.{extension}")
    page.get_by_role("link", name="登錄提交").click()
    page.get_by_label("提交日期").fill("2025-10-01")
    page.get_by_role("button", name="登錄已提交").click()
    expect(page.get_by_role("link", name="匯入收訖明細")).to_be_visible()
    return batch


def _check_workbook(path: Path, batch: Batch, sheet: str, *, rows: int) -> None:
    workbook = read_workbook(path)
    code = "999E99" if batch.division == Division.EVENING else "999999"
    assert workbook["封面"] == [
        ["學校代碼", "學年度", "學期", "名冊別"],
        [code, "113", "0", batch.roster_code],
    ]
    assert list(workbook) == ["封面", *(spec.name for spec in batch.spec.sheets if spec.sure)]
    headings, *data = workbook[sheet]
    assert headings == batch.spec.sheets[[s.name for s in batch.spec.sheets].index(sheet)].headings
    assert len(data) == rows
    assert all(row[1] == "0970315" for row in data)  # born on 2008-03-15


def _check_archive(path: Path, *, files: int) -> None:
    with ZipFile(path) as archive:
        assert archive.testzip() is None
        assert len(archive.namelist()) == files + 1  # and the manifest


def _import_receipts(page: Page, batch: Batch, folder: Path) -> None:
    """The central database's part: a ZIP that says everything arrived, which the office then imports."""
    file = folder / f"receipts-{batch.pk}.zip"
    write_practice_receipts(batch, file)
    with ZipFile(file) as archive:
        assert "SHA.txt" in archive.namelist()
        name = next(name for name in archive.namelist() if name.endswith(".json"))
        assert json.load(io.TextIOWrapper(archive.open(name), "utf-8-sig"))["名冊資訊"]
    page.goto(f"/submissions/{batch.pk}/")
    page.get_by_role("link", name="匯入收訖明細").click()
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="核對並匯入").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("收訖明細")
    assert batch.imports.get().records.count() == batch.rows.count()


def _open_period(page: Page, batch: Batch, opens_on: str) -> None:
    page.goto(f"/submissions/{batch.pk}/")
    page.get_by_role("link", name="開放學生確認").click()
    page.get_by_label("開始日").fill(opens_on)
    page.get_by_role("button", name="試算截止日").click()
    expect(page.get_by_role("main")).to_contain_text("114/10/11")
    page.get_by_role("button", name="確定開放並通知").click()
    window = batch.periods.get().window
    assert (window.computed_opens_on, window.computed_closes_on) == (day("2025-10-08"), day("2025-10-11"))


def _confirm(page: Page, student: Student, batch: Batch) -> None:
    page.goto("/")
    expect(page.get_by_role("main")).to_contain_text("請確認收訖明細")
    page.goto(f"/receipts/{_confirmation(student, batch).pk}/")
    page.get_by_role("button", name="確認無誤").first.click()
    expect(page.get_by_role("main")).to_contain_text("確認無誤")


def _report(page: Page, student: Student, batch: Batch) -> None:
    """Polishing is no ground (S6); a missing record is."""
    page.goto(f"/receipts/{_confirmation(student, batch).pk}/")
    page.get_by_role("link", name=re.compile("回報疑義")).first.click()
    page.get_by_role("radio", name=re.compile("不夠精進")).check()
    page.get_by_label("說明").fill("想換一份比較好的報告。")
    page.get_by_role("button", name="送出回報").click()
    expect(page.get_by_role("main")).to_contain_text("第 6 點（三）")
    page.get_by_role("radio", name="漏列").check()
    page.get_by_label("說明").fill("少了校園地圖這一件。")
    page.get_by_role("button", name="送出回報").click()
    expect(page.get_by_role("main")).to_contain_text("回報疑義")


def _confirmation(student: Student, batch: Batch) -> ReceiptConfirmation:
    return ReceiptConfirmation.objects.get(period__batch=batch, student=student)


def _too_late(page: Page, student: Student, batch: Batch) -> None:
    """The button is gone, and posting without it is refused (T3)."""
    confirmation = _confirmation(student, batch)
    page.goto(f"/receipts/{confirmation.pk}/")
    expect(page.get_by_role("button", name="確認無誤")).to_have_count(0)
    token = page.locator("form[action='/accounts/logout/'] input[name=csrfmiddlewaretoken]").input_value()
    answer = page.request.post(
        f"/receipts/{confirmation.pk}/confirm/",
        form={"csrfmiddlewaretoken": token},
        headers={"Referer": page.url},
    )
    assert answer.status == 409
    assert "已截止" in answer.text()
    confirmation.refresh_from_db()
    assert confirmation.answer is None


def _overview(page: Page, batch: Batch, *, confirmed: int = 0, disputed: int = 0, deemed: int = 0) -> None:
    period = batch.periods.get()
    page.goto(f"/receipts/manage/{period.pk}/")
    answers = period.confirmations.values_list("answer", flat=True)
    assert sorted(a or "" for a in answers) == sorted(
        ["confirmed"] * confirmed + ["disputed"] * disputed + [""] * deemed
    )
    expect(page.get_by_role("main")).to_contain_text("視同")


def _trail_names_who_did_what(cast: Cast) -> None:
    by = dict(AuditEntry.objects.filter(act="mark_submitted").values_list("actor", "act"))
    assert set(by) == {cast.registry.pk, cast.affairs.pk, cast.evening_academic.pk}
    acts = set(AuditEntry.objects.values_list("act", flat=True))
    assert {"upload_outcome", "upload_performance", "certify", "return", "revise_outcome", "select"} <= acts
    assert {"freeze_batch", "download_export", "import_receipts", "open_receipt_period"} <= acts
    assert {"confirm_receipt", "dispute_receipt", "sign_in"} <= acts

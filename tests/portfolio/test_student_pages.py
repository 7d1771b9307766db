"""The student's own pages: what they show, whom they let in, what they refuse and keep."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, Student, User
from portfolio.models import Attachment, CourseOutcome, DiversePerformance, Enrolment
from portfolio.models.outcomes import OutcomeState
from portfolio.services.certification import certify, return_to_student
from tests.factories import (
    CourseFactory,
    EnrolmentFactory,
    OutcomeFactory,
    PerformanceFactory,
    SchoolClassFactory,
    SectionFactory,
    StudentFactory,
    UserFactory,
    attach_pdf,
    select,
    term_113_1,
    uploaded_pdf,
)
from tests.moments import at

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]
SetClock = Callable[[datetime], None]

IN_TERM = at("2024-10-15 10:00")
AFTER_UPLOAD = at("2025-02-04 00:00")
NEW_OUTCOME = "/portfolio/outcomes/new/"
TYPED = "用迴圈印出九九乘法表"


@pytest.fixture
def student(set_clock: SetClock) -> Student:
    """A grade-2 student of 113, in the middle of 113-1."""
    set_clock(IN_TERM)
    term_113_1()
    return StudentFactory.create(school_class=SchoolClassFactory.create())


@pytest.fixture
def enrolment(student: Student) -> Enrolment:
    return EnrolmentFactory.create(
        student=student, section=SectionFactory.create(course=CourseFactory.create(name="程式設計"))
    )


@pytest.fixture
def client(student: Student, client_of: ClientOf) -> Client:
    return client_of(student.user)


def text_of(response: Any) -> str:
    text: str = response.content.decode()
    return text


def post_outcome(client: Client, enrolment: Enrolment, **changes: object) -> str:
    data = {"enrolment": enrolment.pk, "description": TYPED, "document": uploaded_pdf(), **changes}
    response = client.post(NEW_OUTCOME, {key: value for key, value in data.items() if value is not None})
    assert response.status_code == 200, "a refusal shows the form again"
    return text_of(response)


# ---------------------------------------------------------------- overview


def test_the_overview_shows_every_piece_with_its_state(
    client: Client, student: Student, enrolment: Enrolment
):
    for state in (OutcomeState.WAITING, OutcomeState.CERTIFIED):
        OutcomeFactory.create(enrolment=enrolment, state=state)
    OutcomeFactory.create(
        enrolment=enrolment, state=OutcomeState.WITHDRAWN, withdrawn_at=at("2024-10-02 08:00")
    )
    PerformanceFactory.create(student=student)
    page = text_of(client.get("/portfolio/"))
    for words in ("程式設計", "待認證", "已認證", "已撤回 1 件", "校園地圖"):
        assert words in page


def test_the_overview_counts_standing_pieces_only_and_cites_the_article(
    client: Client, student: Student, enrolment: Enrolment
):
    OutcomeFactory.create_batch(3, enrolment=enrolment)
    OutcomeFactory.create(
        enrolment=enrolment, state=OutcomeState.WITHDRAWN, withdrawn_at=at("2024-10-02 08:00")
    )
    page = text_of(client.get("/portfolio/"))
    assert "<b>3</b>／10 件，還可 7 件" in page
    assert "第 5 點（三）1" in page


def test_the_overview_says_until_when_uploading_is_open(client: Client, enrolment: Enrolment):
    page = text_of(client.get("/portfolio/"))
    assert "113-1 課程學習成果上傳" in page
    assert "114/02/03（一）24:00 止" in page


def test_a_student_without_pieces_is_told_so_without_a_reminder(client: Client, enrolment: Enrolment):
    page = text_of(client.get("/portfolio/"))
    assert "這個學期沒有課程學習成果" in page
    assert "最多 10 件" in page
    assert "<b>0</b>" not in page


def test_the_reason_of_a_return_is_read_in_the_list(client: Client, enrolment: Enrolment):
    outcome = OutcomeFactory.create(enrolment=enrolment)
    return_to_student(outcome, reason="缺少第二頁", by=enrolment.section.teacher, at=IN_TERM)
    assert "缺少第二頁" in text_of(client.get("/portfolio/"))


def test_an_earlier_year_is_shown_on_request_and_an_unknown_one_is_not_found(
    client: Client, student: Student
):
    PerformanceFactory.create(student=student, school_year=112, details={"name": "去年的作品"})
    assert "去年的作品" not in text_of(client.get("/portfolio/"))
    assert "去年的作品" in text_of(client.get("/portfolio/?year=112"))
    assert client.get("/portfolio/?year=99").status_code == 404


# ---------------------------------------------------------------- uploading an outcome


def test_the_form_offers_credited_courses_of_the_open_term_only(
    client: Client, student: Student, enrolment: Enrolment
):
    uncredited = SectionFactory.create(course=CourseFactory.create(name="班級活動", credits=0))
    EnrolmentFactory.create(student=student, section=uncredited)
    EnrolmentFactory.create(section=SectionFactory.create(course=CourseFactory.create(name="別人的課")))
    page = text_of(client.get(NEW_OUTCOME))
    assert "程式設計" in page
    assert "班級活動" not in page
    assert "別人的課" not in page


def test_the_form_tells_the_browser_kinds_and_sizes(client: Client, enrolment: Enrolment):
    page = text_of(client.get(NEW_OUTCOME))
    assert "data-upload" in page
    assert 'accept=".pdf,.jpg,.png,.jpeg"' in page
    assert f'data-max-bytes="{4 * 1024 * 1024}"' in page
    assert f'data-max-bytes="{10 * 1024 * 1024}"' in page
    assert 'data-max-length="100"' in page


def test_outside_the_window_the_page_explains_instead_of_showing_a_form(
    client: Client, enrolment: Enrolment, set_clock: SetClock
):
    set_clock(AFTER_UPLOAD)
    page = text_of(client.get(NEW_OUTCOME))
    assert "目前沒有開放上傳的課程" in page
    assert "已截止" in page
    assert "<textarea" not in page


def test_an_upload_leads_to_its_receipt(client: Client, enrolment: Enrolment):
    data = {"enrolment": enrolment.pk, "description": TYPED, "document": uploaded_pdf("報告")}
    response = client.post(NEW_OUTCOME, data, follow=True)
    file = Attachment.objects.get()
    assert response.redirect_chain == [(f"/portfolio/outcomes/{file.outcome_id}/", 302)]
    page = text_of(response)
    for words in ("已收到", "113/10/15（二）10:00", "報告.pdf", file.sha256, f"{file.size} 位元組", TYPED):
        assert words in page


@pytest.mark.parametrize(
    "name, content, said",
    [
        ("作業.pdf", b"MZ\x90\x00" + b"\0" * 200, "Windows 執行檔"),
        ("作業.pdf", b"", "空檔案"),
        ("作業.pdf", b"%PDF-1.7 broken", "作業.pdf"),
        ("作業.pdf", b"%PDF-1.7" + b"\0" * (4 * 1024 * 1024), "上限 4 MB"),
    ],
    ids=["an exe renamed pdf", "an empty file", "a damaged pdf", "more than 4 MB"],
)
def test_a_bad_file_is_refused_and_the_text_kept(
    client: Client, enrolment: Enrolment, name: str, content: bytes, said: str
):
    page = post_outcome(client, enrolment, document=SimpleUploadedFile(name, content))
    assert said in page
    assert TYPED in page
    assert "檔案沒有存下來，請重新選擇" in page
    assert not CourseOutcome.objects.exists()


def test_a_film_of_more_than_10_mb_is_refused(client: Client, enrolment: Enrolment):
    film = SimpleUploadedFile("影片.mp4", b"\0\0\0\x18ftypisom" + b"\0" * (10 * 1024 * 1024))
    assert "上限 10 MB" in post_outcome(client, enrolment, document=None, av=film)


def test_101_characters_are_refused_and_kept(client: Client, enrolment: Enrolment):
    page = post_outcome(client, enrolment, description="學" * 101)
    assert "簡述共 101 字，上限 100 字" in page
    assert "學" * 101 in page
    assert not CourseOutcome.objects.exists()


def test_100_rare_characters_with_a_line_break_are_accepted(client: Client, enrolment: Enrolment):
    data = {"enrolment": enrolment.pk, "description": "𠮷" * 98 + "\r\n終", "document": uploaded_pdf()}
    assert client.post(NEW_OUTCOME, data).status_code == 302
    assert len(CourseOutcome.objects.get().description) == 100


def test_no_file_at_all_is_refused(client: Client, enrolment: Enrolment):
    assert "請至少上傳一個檔案" in post_outcome(client, enrolment, document=None)


def test_an_uncredited_course_is_refused_by_name(client: Client, student: Student):
    section = SectionFactory.create(course=CourseFactory.create(name="班級活動", credits=0))
    page = post_outcome(client, EnrolmentFactory.create(student=student, section=section))
    assert "「班級活動」不計學分" in page
    assert TYPED in page


def test_somebody_elses_course_is_refused(client: Client, enrolment: Enrolment):
    other = EnrolmentFactory.create(section=enrolment.section)
    assert "請選擇您修習的課程" in post_outcome(client, other)
    assert not CourseOutcome.objects.exists()


def test_a_closed_window_is_refused_with_its_date_and_the_text_kept(
    client: Client, enrolment: Enrolment, set_clock: SetClock
):
    set_clock(AFTER_UPLOAD)
    page = post_outcome(client, enrolment)
    assert "已截止：114/02/03（一）24:00 止" in page
    assert TYPED in page
    assert not CourseOutcome.objects.exists()


def test_the_last_second_of_the_last_day_is_still_accepted(
    client: Client, enrolment: Enrolment, set_clock: SetClock
):
    set_clock(at("2025-02-03 23:59:59"))
    data = {"enrolment": enrolment.pk, "description": TYPED, "document": uploaded_pdf()}
    assert client.post(NEW_OUTCOME, data).status_code == 302


def test_the_eleventh_outcome_of_a_term_is_refused_with_the_limit_and_the_mend(
    client: Client, enrolment: Enrolment
):
    for number in range(10):
        data = {"enrolment": enrolment.pk, "description": TYPED, "document": uploaded_pdf(f"第 {number} 件")}
        assert client.post(NEW_OUTCOME, data).status_code == 302
    page = post_outcome(client, enrolment)
    assert "上限 10 件" in page
    assert "請先撤回一件再上傳" in page
    assert CourseOutcome.objects.count() == 10


# ---------------------------------------------------------------- one outcome


def test_the_page_of_an_outcome_shows_decisions_and_replaced_files(
    client: Client, enrolment: Enrolment, set_clock: SetClock
):
    client.post(
        NEW_OUTCOME, {"enrolment": enrolment.pk, "description": TYPED, "document": uploaded_pdf("初稿")}
    )
    outcome = CourseOutcome.objects.get()
    return_to_student(outcome, reason="缺少第二頁", by=enrolment.section.teacher, at=at("2024-10-16 09:00"))
    set_clock(at("2024-10-17 09:00"))
    client.post(
        f"/portfolio/outcomes/{outcome.pk}/edit/", {"description": TYPED, "document": uploaded_pdf("定稿")}
    )
    certify(outcome, by=enrolment.section.teacher, at=at("2024-10-18 09:00"))
    page = text_of(client.get(f"/portfolio/outcomes/{outcome.pk}/"))
    for words in (
        "已認證",
        "缺少第二頁",
        "初稿.pdf",
        "定稿.pdf",
        "更換文件",
        "換成新的檔案",
        "修改內容後失效",
    ):
        assert words in page


def test_a_return_shows_the_last_days_to_correct_and_to_certify(client: Client, enrolment: Enrolment):
    outcome = OutcomeFactory.create(enrolment=enrolment)
    attach_pdf(outcome)
    return_to_student(outcome, reason="缺少第二頁", by=enrolment.section.teacher, at=IN_TERM)
    page = text_of(client.get(f"/portfolio/outcomes/{outcome.pk}/"))
    assert "修正後重新送出" in page
    assert "114/02/03（一）24:00 止" in page
    assert "114/02/10（一）24:00 止" in page


def test_a_corrected_outcome_waits_again(client: Client, enrolment: Enrolment):
    outcome = OutcomeFactory.create(enrolment=enrolment)
    attach_pdf(outcome)
    return_to_student(outcome, reason="簡述太短", by=enrolment.section.teacher, at=IN_TERM)
    address = f"/portfolio/outcomes/{outcome.pk}/edit/"
    assert "簡述太短" in text_of(client.get(address))
    response = client.post(address, {"description": "改寫過的簡述"}, follow=True)
    assert "目前狀態：待認證" in text_of(response)
    outcome.refresh_from_db()
    assert (outcome.state, outcome.description) == (OutcomeState.WAITING, "改寫過的簡述")


def test_correcting_after_close_is_refused_and_the_text_kept(
    client: Client, enrolment: Enrolment, set_clock: SetClock
):
    outcome = OutcomeFactory.create(enrolment=enrolment)
    set_clock(AFTER_UPLOAD)
    page = text_of(client.post(f"/portfolio/outcomes/{outcome.pk}/edit/", {"description": "來不及的修正"}))
    assert "已截止" in page
    assert "來不及的修正" in page
    outcome.refresh_from_db()
    assert outcome.description != "來不及的修正"


def test_the_edit_page_warns_that_a_change_voids_the_certification(client: Client, enrolment: Enrolment):
    outcome = OutcomeFactory.create(enrolment=enrolment)
    certify(outcome, by=enrolment.section.teacher, at=IN_TERM)
    assert "認證就失效" in text_of(client.get(f"/portfolio/outcomes/{outcome.pk}/edit/"))


def test_withdrawing_frees_the_place_and_needs_a_post(client: Client, enrolment: Enrolment):
    client.post(NEW_OUTCOME, {"enrolment": enrolment.pk, "description": TYPED, "document": uploaded_pdf()})
    outcome = CourseOutcome.objects.get()
    address = f"/portfolio/outcomes/{outcome.pk}/withdraw/"
    assert client.get(address).status_code == 405
    page = text_of(client.post(address, follow=True))
    assert "已撤回，空出一個件數" in page
    assert "最多 10 件" in page


def test_after_close_nothing_invites_to_change_and_a_direct_post_is_refused(
    client: Client, enrolment: Enrolment, set_clock: SetClock
):
    outcome = OutcomeFactory.create(enrolment=enrolment)
    set_clock(AFTER_UPLOAD)
    page = text_of(client.get(f"/portfolio/outcomes/{outcome.pk}/"))
    assert "/edit/" not in page
    assert "/withdraw/" not in page
    assert client.get(f"/portfolio/outcomes/{outcome.pk}/edit/").status_code == 302
    response = client.post(f"/portfolio/outcomes/{outcome.pk}/withdraw/")
    assert response.status_code == 409
    assert "已截止" in text_of(response)


def test_a_selected_outcome_cannot_be_withdrawn(client: Client, enrolment: Enrolment):
    outcome = OutcomeFactory.create(enrolment=enrolment, state=OutcomeState.CERTIFIED)
    select(outcome)
    response = client.post(f"/portfolio/outcomes/{outcome.pk}/withdraw/")
    assert response.status_code == 409
    assert "請先取消勾選" in text_of(response)


# ---------------------------------------------------------------- whose pages


def own_addresses(student: Student) -> list[str]:
    outcome = OutcomeFactory.create(enrolment=EnrolmentFactory.create(student=student))
    performance = PerformanceFactory.create(student=student)
    return [
        f"/portfolio/outcomes/{outcome.pk}/",
        f"/portfolio/outcomes/{outcome.pk}/edit/",
        f"/portfolio/performances/{performance.pk}/",
    ]


COMMON = ["/portfolio/", NEW_OUTCOME, "/portfolio/performances/new/", "/portfolio/selection/"]


def test_a_student_sees_all_their_own_pages(client: Client, student: Student):
    for address in [*COMMON, *own_addresses(student)]:
        assert client.get(address).status_code == 200, address


def test_another_students_pieces_are_not_found(client: Client, student: Student):
    other = StudentFactory.create(school_class=student.placements.get().school_class)
    for address in own_addresses(other):
        assert client.get(address).status_code == 404, address


@pytest.mark.parametrize("kind", ["outcomes", "performances"])
def test_another_students_piece_cannot_be_withdrawn(client: Client, kind: str):
    outcome, performance = OutcomeFactory.create(), PerformanceFactory.create()
    pk = {"outcomes": outcome, "performances": performance}[kind].pk
    assert client.post(f"/portfolio/{kind}/{pk}/withdraw/").status_code == 404
    assert not CourseOutcome.objects.exclude(withdrawn_at=None).exists()
    assert not DiversePerformance.objects.exclude(withdrawn_at=None).exists()


@pytest.mark.parametrize("pk", ["0", "999999", "99999999999999999999999"])
def test_a_tampered_id_is_not_found(client: Client, pk: str):
    assert client.get(f"/portfolio/outcomes/{pk}/").status_code == 404
    assert client.get(f"/portfolio/performances/{pk}/").status_code == 404
    assert client.get(f"/portfolio/files/{pk}/").status_code == 404


def test_who_is_not_signed_in_is_asked_to(student: Student):
    for address in [*COMMON, *own_addresses(student), "/portfolio/files/1/"]:
        response = Client().get(address)
        assert response.status_code == 302, address
        assert response["Location"].startswith(reverse("accounts:login"))


def test_who_is_no_student_has_no_students_pages(student: Student, client_of: ClientOf):
    staff = client_of(UserFactory.create())
    for address in [*COMMON, *own_addresses(student)]:
        assert staff.get(address).status_code == 403, address


def test_what_a_student_does_is_on_record(client: Client, student: Student, enrolment: Enrolment):
    client.post(NEW_OUTCOME, {"enrolment": enrolment.pk, "description": TYPED, "document": uploaded_pdf()})
    entry = AuditEntry.objects.get(act="upload_outcome")
    assert (entry.actor, entry.at, entry.address) == (student.user, IN_TERM, "127.0.0.1")

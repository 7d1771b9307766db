"""Who uploads a file that is accepted with a doubt is told at once what it is, and what to do."""

from collections.abc import Callable
from io import BytesIO

import pikepdf
import pytest
from django.test import Client
from pikepdf import Dictionary, Name

from accounts.models import Student, User
from portfolio import demo_media
from portfolio.domain.file_kinds import FileKind
from portfolio.domain.file_remarks import Remark, words
from portfolio.models import Attachment, CourseOutcome, Enrolment
from portfolio.services.outcomes import revise_course_outcome
from tests.admin_pages import said
from tests.conftest import SetClock
from tests.factories import term_113_1, uploaded_pdf
from tests.moments import at
from tests.portfolio.helpers import REASON, guardian_of
from tests.portfolio.pieces import DOCUMENT, NOW, enrolled, sent, upload

pytestmark = pytest.mark.django_db

NEW, TOLD = "/portfolio/outcomes/new/", "檔案已收下，有幾點請您知道"
RENAMED = "「海報.pdf」的內容是 JPG 圖片"


@pytest.fixture
def enrolment(set_clock: SetClock) -> Enrolment:
    set_clock(NOW)
    term_113_1()
    return enrolled()


@pytest.fixture
def student(enrolment: Enrolment) -> Student:
    return enrolment.student


def with_script() -> bytes:
    target = BytesIO()
    with pikepdf.open(BytesIO(demo_media.pdf("報告", ["一"]))) as document:
        document.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
        document.save(target)
    return target.getvalue()


def post(client: Client, address: str, enrolment: Enrolment, content: bytes, name: str, **more):
    form = {"enrolment": enrolment.pk, "description": "海報", "document": sent(content, name), **more}
    return client.post(address, form)


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        (demo_media.jpg("Poster", 1), "海報.pdf", [RENAMED, "不必重新上傳"]),
        (with_script(), "報告.pdf", ["「報告.pdf」內含程式碼", "再重新上傳"]),
    ],
)
def test_the_page_after_the_upload_and_the_piece_ever_after_say_it(
    enrolment: Enrolment, client_of: Callable[[User], Client], content: bytes, name: str, expected: list[str]
):
    client = client_of(enrolment.student.user)
    response = post(client, NEW, enrolment, content, name)
    for __ in range(2):
        page = client.get(response.url).content.decode()
        assert all(part in page for part in [TOLD, *expected])


def test_in_english_it_is_said_in_english(enrolment: Enrolment, client_of: Callable[[User], Client]):
    client = client_of(enrolment.student.user)
    address = post(client, NEW, enrolment, demo_media.jpg("Poster", 1), "海報.pdf").url
    client.post("/accounts/language/", {"language": "en"})
    page = client.get(address).content.decode()
    assert "海報.pdf" in page and RENAMED not in page


def test_nothing_is_said_of_a_file_without_a_doubt(enrolment: Enrolment, client_of: Callable[[User], Client]):
    client = client_of(enrolment.student.user)
    response = post(client, NEW, enrolment, demo_media.pdf("報告", ["一"]), "報告.pdf")
    assert TOLD not in client.get(response.url).content.decode()


def test_a_replaced_file_takes_its_remark_along(enrolment: Enrolment, client_of: Callable[[User], Client]):
    outcome = upload(enrolment, files={DOCUMENT: sent(with_script())})
    owner = enrolment.student.user
    later = at("2024-10-01 09:05")
    revise_course_outcome(
        outcome, description="重存", files={DOCUMENT: uploaded_pdf("重存.pdf")}, by=owner, at=later
    )
    assert Attachment.objects.get(replaced_at=later).remarks == [Remark.SCRIPT]
    assert TOLD not in client_of(owner).get(f"/portfolio/outcomes/{outcome.pk}/").content.decode()


def test_the_teacher_is_not_told_what_is_between_the_student_and_the_file(
    enrolment: Enrolment, client_of: Callable[[User], Client]
):
    outcome = upload(enrolment, files={DOCUMENT: sent(demo_media.jpg("Poster", 1), "海報.pdf")})
    page = client_of(enrolment.section.teacher).get(f"/certification/{outcome.pk}/").content.decode()
    assert "海報.pdf" in page and RENAMED not in page


def test_who_uploads_for_the_student_is_told_too(enrolment: Enrolment, client_of: Callable[[User], Client]):
    client = client_of(guardian_of(enrolment.student))
    address = f"/proxy/{enrolment.student.pk}/outcomes/new/"
    poster = demo_media.jpg("Poster", 1)
    response = post(client, address, enrolment, poster, "海報.pdf", proxy_reason=REASON)
    assert CourseOutcome.objects.exists()
    assert RENAMED in said(client, response)


@pytest.mark.parametrize("remark", list(Remark))
def test_every_remark_names_the_file_and_says_what_to_do(remark: Remark):
    text = words(remark, name="報告.pdf", kind=FileKind.PDF)
    assert "「報告.pdf」" in text
    assert "上傳" in text or "更換" in text

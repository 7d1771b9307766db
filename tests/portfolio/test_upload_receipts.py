"""The receipt: on the page and to keep, with what anybody needs to check it."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from portfolio.models import Enrolment
from portfolio.services.outcomes import revise_course_outcome
from tests.conftest import SetClock
from tests.factories import StudentFactory, school, term_113_1, uploaded_pdf
from tests.moments import at
from tests.portfolio.helpers import REASON, guardian_of
from tests.portfolio.pieces import DOCUMENT, NOW, enrolled, perform, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def enrolment(set_clock: SetClock) -> Enrolment:
    set_clock(NOW)
    school()
    term_113_1()
    return enrolled()


@pytest.fixture
def client(enrolment: Enrolment, client_of: Callable[[User], Client]) -> Client:
    return client_of(enrolment.student.user)


def lines(client: Client, address: str) -> list[str]:
    response = client.get(address)
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert response.headers["Content-Disposition"].startswith('attachment; filename="upload-receipt-')
    return response.content.decode().split("\r\n")


def test_it_says_who_what_when_to_the_second_and_the_hash(client: Client, enrolment: Enrolment):
    outcome = upload(enrolment, when=at("2024-10-01 23:58:07"))
    file, text = outcome.attachments.get(), lines(client, f"/portfolio/outcomes/{outcome.pk}/receipt/")
    for line in (
        "虛構高級中學（999999）",
        f"學生：{enrolment.student.user.name}",
        f"學號：{enrolment.student.student_number}",
        f"課程：113-1 {enrolment.section.course}",
        "送出時間：2024-10-01 23:58:07 +0800",
        "文件：作品.pdf",
        f"大小：{file.size} 位元組",
        f"SHA-256：{file.sha256}",
    ):
        assert line in text
    assert any("certutil -hashfile" in line for line in text)


def test_earlier_versions_stay_on_it(client: Client, enrolment: Enrolment):
    outcome = upload(enrolment)
    later = at("2024-10-02 08:00:01")
    files = {DOCUMENT: uploaded_pdf("新版")}
    revise_course_outcome(outcome, description="新版", files=files, by=enrolment.student.user, at=later)
    text = lines(client, f"/portfolio/outcomes/{outcome.pk}/receipt/")
    assert [line for line in text if line.startswith("SHA-256：")] == [
        f"SHA-256：{file.sha256}" for file in outcome.attachments.order_by("pk")
    ]
    assert "已更換，更換時間：2024-10-02 08:00:01 +0800" in text


def test_a_performance_has_one_too_with_who_helped(client: Client, enrolment: Enrolment):
    parent = guardian_of(enrolment.student)
    piece = perform(enrolment.student, by=parent, proxy_reason=REASON, name="<校園> & 地圖")
    text = lines(client, f"/portfolio/performances/{piece.pk}/receipt/")
    assert "名稱：<校園> & 地圖" in text
    assert f"上傳人：{parent.name}（代為上傳）{REASON}" in text


def test_what_somebody_typed_cannot_add_lines_of_its_own(client: Client, enrolment: Enrolment):
    outcome = upload(enrolment, description="第一行\nSHA-256：假的")
    text = lines(client, f"/portfolio/outcomes/{outcome.pk}/receipt/")
    assert "SHA-256：假的" not in text


def test_nobody_elses_is_handed_out(enrolment: Enrolment, client_of: Callable[[User], Client]):
    outcome, piece = upload(enrolment), perform(enrolment.student)
    stranger = client_of(StudentFactory.create().user)
    assert stranger.get(f"/portfolio/outcomes/{outcome.pk}/receipt/").status_code == 404
    assert stranger.get(f"/portfolio/performances/{piece.pk}/receipt/").status_code == 404
    assert (
        client_of(enrolment.section.teacher).get(f"/portfolio/outcomes/{outcome.pk}/receipt/").status_code
        == 403
    )


def test_the_page_has_every_version_with_its_hash_and_the_way_to_the_receipt(
    client: Client, enrolment: Enrolment
):
    outcome = upload(enrolment)
    files = {DOCUMENT: uploaded_pdf("新版")}
    revise_course_outcome(outcome, description="新版", files=files, by=enrolment.student.user, at=NOW)
    page = client.get(f"/portfolio/outcomes/{outcome.pk}/").content.decode()
    assert f'href="/portfolio/outcomes/{outcome.pk}/receipt/"' in page
    for file in outcome.attachments.all():
        assert f"SHA-256 {file.sha256}" in page and f'href="/portfolio/files/{file.pk}/"' in page
        assert client.get(f"/portfolio/files/{file.pk}/").status_code == 200


def test_the_teachers_page_has_no_receipt_to_take_along(
    enrolment: Enrolment, client_of: Callable[[User], Client]
):
    outcome = upload(enrolment)
    page = client_of(enrolment.section.teacher).get(f"/certification/{outcome.pk}/").content.decode()
    assert "上傳收據" in page and "下載收據" not in page

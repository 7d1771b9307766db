"""Uploading a diverse performance: each category's own fields, refusals beside them, codes in words."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Student, User
from portfolio.domain.categories import CATEGORIES, Category, FieldKind
from portfolio.models import CodeEntry, DiversePerformance
from tests.factories import (
    PerformanceFactory,
    SchoolClassFactory,
    StudentFactory,
    select,
    term_with_dates,
    uploaded_pdf,
)
from tests.moments import at

pytestmark = pytest.mark.django_db

IN_YEAR = at("2025-10-15 10:00")
SAMPLES = {
    FieldKind.TEXT: "示範內容",
    FieldKind.DATE: "2025-09-20",
    FieldKind.INTEGER: "2",
    FieldKind.DECIMAL: "12.5",
    FieldKind.SCHOOL_YEAR: "114",
    FieldKind.TERM: "1",
}


@pytest.fixture
def student(set_clock: Callable[[datetime], None]) -> Student:
    """A student of 114, whose performances may be uploaded all year."""
    set_clock(IN_YEAR)
    term_with_dates(114, 1, opening="2025-09-01", exam_end="2026-01-16", closing="2026-01-20")
    return StudentFactory.create(school_class=SchoolClassFactory.create(school_year=114))


@pytest.fixture
def client(student: Student, client_of: Callable[[User], Client]) -> Client:
    return client_of(student.user)


def filled(category: Category) -> dict[str, str]:
    return {
        field.key: CodeEntry.objects.filter(code_list=field.code_list)[0].code
        if field.kind is FieldKind.CODE
        else SAMPLES[field.kind]
        for field in category.fields
    }


def post(client: Client, code: str, **changes: object) -> tuple[int, str]:
    data = {**filled(CATEGORIES[code]), "description": "我的心得", "document": uploaded_pdf(), **changes}
    data = {key: value for key, value in data.items() if value is not None}
    response = client.post(f"/portfolio/performances/new/{code}/", data)
    return response.status_code, response.content.decode()


def test_all_ten_categories_can_be_chosen(client: Client):
    page = client.get("/portfolio/performances/new/").content.decode()
    for category in CATEGORIES.values():
        assert f'href="/portfolio/performances/new/{category.code}/"' in page
        assert str(category.admission_hint) in page


@pytest.mark.parametrize("code", CATEGORIES)
def test_each_category_asks_for_its_own_fields_and_keeps_them(client: Client, code: str):
    category = CATEGORIES[code]
    page = client.get(f"/portfolio/performances/new/{code}/").content.decode()
    for field in category.fields:
        assert f'name="{field.key}"' in page
        assert str(field.label) in page
    assert post(client, code)[0] == 302
    piece = DiversePerformance.objects.get()
    assert (piece.category, piece.school_year) == (code, 114)
    assert set(piece.details) == {field.key for field in category.fields}
    assert client.get(f"/portfolio/performances/{piece.pk}/").status_code == 200


def test_the_page_of_a_performance_says_codes_and_dates_in_words(client: Client):
    post(client, "competition")
    page = client.get(f"/portfolio/performances/{DiversePerformance.objects.get().pk}/").content.decode()
    for words in ("競賽等級", "校級", "個人", "114/09/20（六）", "我的心得", "SHA-256"):
        assert words in page


def test_every_field_at_fault_has_its_message_and_what_was_typed_stays(client: Client):
    status, page = post(
        client, "competition", name="", level="99", result_date="昨天", award="第一名", description="心" * 101
    )
    assert status == 200
    for words in (
        "請填寫「競賽名稱」。",
        "「競賽等級」請從選單選擇。",
        "「結果公布日期」請填西元日期",
        "簡述共 101 字",
        "第一名",
        "心" * 101,
    ):
        assert words in page
    assert page.count('class="field has-error"') == 4
    assert not DiversePerformance.objects.exists()


def test_an_end_before_its_beginning_is_refused(client: Client):
    status, page = post(client, "service", start_date="2025-09-20", end_date="2025-09-19")
    assert status == 200
    assert "「結束日期」不可早於「開始日期」" in page


def test_an_exe_renamed_pdf_is_refused(client: Client):
    exe = SimpleUploadedFile("獎狀.pdf", b"MZ\x90\x00" + b"\0" * 200)
    status, page = post(client, "work", document=exe)
    assert status == 200
    assert "Windows 執行檔" in page
    assert "示範內容" in page
    assert not DiversePerformance.objects.exists()


def test_a_link_alone_is_enough_and_nothing_at_all_is_not(client: Client):
    assert post(client, "work", document=None)[0] == 200
    assert post(client, "work", document=None, external_link="javascript:alert(1)")[0] == 200
    assert not DiversePerformance.objects.exists()
    assert post(client, "work", document=None, external_link="https://video.example.edu.tw/1")[0] == 302


def test_the_21st_performance_of_a_year_is_refused_with_the_limit(client: Client):
    for __ in range(20):
        assert post(client, "work")[0] == 302
    status, page = post(client, "work")
    assert status == 200
    assert "上限 20 件" in page
    assert DiversePerformance.objects.count() == 20


def test_an_unknown_category_is_not_found(client: Client):
    assert client.get("/portfolio/performances/new/cooking/").status_code == 404


def test_withdrawing_keeps_the_record_apart(client: Client):
    post(client, "work")
    piece = DiversePerformance.objects.get()
    page = client.post(f"/portfolio/performances/{piece.pk}/withdraw/", follow=True).content.decode()
    assert "已撤回 1 件（不佔件數）" in page
    assert "已撤回" in client.get(f"/portfolio/performances/{piece.pk}/").content.decode()


def test_a_selected_performance_offers_no_withdrawal_and_refuses_it(client: Client, student: Student):
    piece = PerformanceFactory.create(student=student, school_year=114)
    select(piece)
    address = f"/portfolio/performances/{piece.pk}/withdraw/"
    assert address not in client.get(f"/portfolio/performances/{piece.pk}/").content.decode()
    assert client.post(address).status_code == 409

"""/cadre/: the offices that keep cadre records look, enter, correct, withdraw and export them."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.domain.division import Division
from accounts.models import AuditEntry, Student, User
from portfolio.models import CadreRecord
from portfolio.record_permissions import RecordAct
from schedules.models import Term
from tests.accounts.annex_staff import Staff, annex_staff
from tests.factories import (
    AdminFactory,
    SchoolClassFactory,
    StudentFactory,
    UserFactory,
    place,
    term_113_1,
    term_with_dates,
)
from tests.moments import at, day

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]
NOW = at("2024-09-20 09:00")
PAGE = "/cadre/"


@pytest.fixture
def term() -> Term:
    return term_113_1()


@pytest.fixture
def staff(set_clock: Callable[[Any], None]) -> Staff:
    set_clock(NOW)
    return annex_staff()


@pytest.fixture
def keeper(staff: Staff, client_of: ClientOf) -> Client:
    return client_of(staff["activities-head"])


@pytest.fixture
def student(term: Term) -> Student:
    return StudentFactory.create(school_class=SchoolClassFactory.create(name="資訊二甲"))


def cadre(student: Student, term: Term, **fields: Any) -> CadreRecord:
    defaults = {
        "unit": "資訊二甲",
        "title": "班長",
        "level": "2",
        "starts_on": day("2024-08-30"),
        "ends_on": day("2025-01-20"),
        "recorded_at": NOW,
    }
    return CadreRecord.objects.create(student=student, term=term, **{**defaults, **fields})


def said(page: Any) -> str:
    return " ".join(page.content.decode().split())


def filled(student: Student, term: Term, **fields: Any) -> dict[str, Any]:
    return {
        "term": term.pk,
        "student_number": student.student_number,
        "unit": "學生會",
        "title": "會長",
        "level": "1",
        "starts_on": "2024-08-30",
        "ends_on": "2025-01-20",
        **fields,
    }


def test_the_list_shows_the_terms_own_records_with_class_and_level(
    keeper: Client, term: Term, student: Student
) -> None:
    cadre(student, term)
    page = said(keeper.get(PAGE))
    for text in ("113-1 共 1 筆", student.user.name, "資訊二甲", "班長", "班級幹部", "幹部經歷登錄"):
        assert text in page


def test_search_and_filters_narrow_the_list(keeper: Client, term: Term, student: Student) -> None:
    other = StudentFactory.create(school_class=SchoolClassFactory.create(name="電機二甲"))
    cadre(student, term)
    cadre(other, term, unit="吉他社", title="社長", level="3")
    gone = cadre(student, term, title="副班長", withdrawn_at=NOW)
    for query, titles in (
        ("", {"班長", "社長"}),
        ("q=吉他", {"社長"}),
        ("q=電機二甲", {"社長"}),
        (f"q={student.student_number}", {"班長"}),
        (f"q={other.user.name}", {"社長"}),
        ("level=2", {"班長"}),
        ("withdrawn=1", {gone.title}),
        ("q=沒有這個", set()),
    ):
        listed = keeper.get(f"{PAGE}?term={term.pk}&{query}").context["page_obj"]
        assert {record.title for record in listed} == titles, query


def test_another_terms_list_goes_by_the_class_of_that_year(
    keeper: Client, term: Term, student: Student
) -> None:
    before = term_with_dates(112, 2, opening="2024-02-16", exam_end="2024-06-27", closing="2024-06-28")
    place(student, SchoolClassFactory.create(school_year=112, grade=1, name="資訊一甲"))
    cadre(student, before, unit="資訊一甲", starts_on=day("2024-02-16"), ends_on=day("2024-06-28"))
    (listed,) = keeper.get(f"{PAGE}?term={before.pk}").context["page_obj"]
    assert listed.class_name == "資訊一甲"
    assert not keeper.get(PAGE).context["page_obj"]
    assert keeper.get(f"{PAGE}?term=999").status_code == 404


def test_a_record_is_entered_corrected_and_withdrawn(keeper: Client, term: Term, student: Student) -> None:
    page = keeper.post(f"{PAGE}new/", filled(student, term), follow=True)
    assert "已登錄" in said(page)
    record = CadreRecord.objects.get()
    address = f"{PAGE}{record.pk}/"
    correction = filled(student, term, title="副會長", reason="學生回報")
    assert "已更正。" in said(keeper.post(address, correction, follow=True))
    record.refresh_from_db()
    assert record.title == "副會長"
    shown = said(keeper.get(address))
    for text in ("更正幹部經歷", "會長 → 副會長", "學生回報"):
        assert text in shown
    page = keeper.post(f"{address}withdraw/", {"withdraw-reason": "登錯人"}, follow=True)
    assert "已於" in said(page)
    record.refresh_from_db()
    assert record.withdrawn_at == NOW
    assert not keeper.get(PAGE).context["page_obj"]


def test_a_refusal_keeps_what_was_typed(keeper: Client, term: Term, student: Student) -> None:
    page = said(keeper.post(f"{PAGE}new/", filled(student, term, ends_on="2024-08-01")))
    assert "結束日期不可早於開始日期" in page
    assert 'value="會長"' in page
    record = cadre(student, term)
    page = said(keeper.post(f"{PAGE}{record.pk}/withdraw/", {"withdraw-reason": ""}))
    assert "還不能送出" in page
    record.refresh_from_db()
    assert record.withdrawn_at is None


def test_dates_out_of_the_term_are_taken_with_a_warning(keeper: Client, term: Term, student: Student) -> None:
    page = keeper.post(f"{PAGE}new/", filled(student, term, ends_on="2025-06-30"), follow=True)
    assert "起訖日期不全在 113-1 學期內" in said(page)
    assert CadreRecord.objects.exists()


def test_after_the_window_nothing_new_is_entered(
    keeper: Client, term: Term, student: Student, set_clock: Callable[[Any], None]
) -> None:
    set_clock(at("2024-11-15 09:00"))
    page = said(keeper.post(f"{PAGE}new/", filled(student, term)))
    assert "幹部經歷登錄已截止" in page
    assert 'value="會長"' in page
    assert not CadreRecord.objects.exists()


def test_the_other_divisions_students_and_records_are_not_there(
    keeper: Client, staff: Staff, client_of: ClientOf, term: Term
) -> None:
    evening = StudentFactory.create(school_class=SchoolClassFactory.create(division=Division.EVENING))
    record = cadre(evening, term)
    assert not keeper.get(PAGE).context["page_obj"]
    assert keeper.get(f"{PAGE}{record.pk}/").status_code == 404
    assert keeper.post(f"{PAGE}{record.pk}/", filled(evening, term, reason="x")).status_code == 404
    withdrawal = {"withdraw-reason": "登錯人"}
    assert keeper.post(f"{PAGE}{record.pk}/withdraw/", withdrawal).status_code == 404
    page = keeper.post(f"{PAGE}new/", filled(evening, term))
    assert f"您的部別沒有學號「{evening.student_number}」的學生" in said(page)
    theirs = client_of(staff["evening-affairs-head"])
    assert list(theirs.get(PAGE).context["page_obj"]) == [record]


ADDRESSES = [PAGE, f"{PAGE}new/", f"{PAGE}export/", f"{PAGE}1/", f"{PAGE}1/withdraw/"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_pages_are_not_there_for_anybody_else(
    staff: Staff, client_of: ClientOf, term: Term, student: Student, address: str
) -> None:
    method = "post" if address.endswith(("export/", "withdraw/")) else "get"
    others = [staff["registry-head"], UserFactory.create(), student.user, AdminFactory.create()]
    for person in others:
        assert getattr(client_of(person), method)(address).status_code == 404
    assert getattr(Client(), method)(address).status_code == 302


def test_the_menu_leads_there_for_who_keeps_the_records(
    keeper: Client, staff: Staff, client_of: ClientOf
) -> None:
    assert 'href="/cadre/"' in said(keeper.get("/"))
    assert 'href="/cadre/"' not in said(client_of(staff["registry-head"]).get("/"))


def test_the_export_has_what_the_page_shows_safe_and_on_the_trail(
    keeper: Client, term: Term, student: Student
) -> None:
    cadre(student, term, unit="=1+1")
    cadre(student, term, title="社長", level="3")
    response = keeper.post(f"{PAGE}export/?term={term.pk}&level=2", {"format": "xlsx"})
    sheet = openpyxl.load_workbook(BytesIO(response.content)).worksheets[0]
    headings, row = [[cell.value for cell in cells] for cells in sheet.rows]
    assert headings == ["學號", "姓名", "班級", "單位名稱", "開始日期", "結束日期", "擔任職務", "幹部等級"]
    assert row[3:] == ["=1+1", "2024-08-30", "2025-01-20", "班長", "2"]
    assert sheet.cell(2, 4).data_type == "s"
    assert b"'=1+1" in keeper.post(f"{PAGE}export/?term={term.pk}", {"format": "csv"}).content
    entry = AuditEntry.objects.filter(act=RecordAct.EXPORT_CADRE).earliest("pk")
    assert (entry.changes["rows"], entry.changes["term"]) == (1, "113-1")
    assert keeper.post(f"{PAGE}export/", {"format": "pdf"}).status_code == 404
    assert keeper.get(f"{PAGE}export/").status_code == 405


def test_the_list_costs_the_same_queries_for_10_and_for_200_rows(
    keeper: Client, term: Term, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portfolio.views.cadre.PAGE_LENGTH", 500)
    school_class = SchoolClassFactory.create()

    def queries(rows: int) -> int:
        with CaptureQueriesContext(connection) as captured:
            page = keeper.get(PAGE)
        assert len(page.context["page_obj"]) == rows
        return len(captured)

    for student in StudentFactory.create_batch(10, school_class=school_class):
        cadre(student, term)
    few = queries(10)
    for student in StudentFactory.create_batch(190, school_class=school_class):
        cadre(student, term)
    assert queries(200) == few


def test_a_long_list_comes_in_pages(keeper: Client, term: Term, student: Student) -> None:
    for number in range(60):
        cadre(student, term, title=f"職務{number}")
    assert len(keeper.get(PAGE).context["page_obj"]) == 50
    assert len(keeper.get(f"{PAGE}?page=2").context["page_obj"]) == 10

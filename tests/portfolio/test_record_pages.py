"""/portfolio/records/: a student sees their grades and cadre records, and reports what is wrong."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.domain.division import Division
from accounts.models import AuditEntry, Notice, Student, User
from portfolio.models import CadreRecord, Grade, RecordReport
from portfolio.record_permissions import RecordAct
from schedules.models import Term
from tests.accounts.annex_staff import Staff, annex_staff
from tests.factories import SchoolClassFactory, StudentFactory, TermFactory, UserFactory
from tests.moments import at, day

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]
SetClock = Callable[[Any], None]
NOW = at("2025-02-10 09:00")
PAGE = "/portfolio/records/"
WRONG = {"explanation": "成績應為 78 分，系統上是 58 分。"}


@pytest.fixture
def term(set_clock: SetClock) -> Term:
    set_clock(NOW)
    return TermFactory.create()


@pytest.fixture
def staff() -> Staff:
    return annex_staff()


@pytest.fixture
def student(term: Term) -> Student:
    return StudentFactory.create(school_class=SchoolClassFactory.create())


@pytest.fixture
def client(student: Student, client_of: ClientOf) -> Client:
    return client_of(student.user)


def grade(student: Student, term: Term, number: int = 1, **fields: Any) -> Grade:
    defaults = {
        "division": Division.DAY,
        "course_code": f"113999999V21305211{number:05}",
        "subject": f"程式設計{number}",
        "course_grade": 2,
        "credits": 3,
        "score": Decimal("52.35"),
        "passed": False,
        "imported_at": NOW,
    }
    return Grade.objects.create(student=student, term=term, **{**defaults, **fields})


def cadre(student: Student, term: Term, **fields: Any) -> CadreRecord:
    defaults = {"unit": "資訊二甲", "title": "班長", "level": "2", "recorded_at": NOW}
    dates = {"starts_on": day("2024-08-30"), "ends_on": day("2025-01-20")}
    return CadreRecord.objects.create(student=student, term=term, **{**defaults, **dates, **fields})


def said(page: Any) -> str:
    return " ".join(page.content.decode().split())


def test_own_grades_and_posts_are_shown_term_by_term_newest_first(
    client: Client, student: Student, term: Term
) -> None:
    before = TermFactory.create(school_year=112, number=2)
    grade(student, term, resit_score=60, resit_passed=True)
    grade(student, before, 2, score=None, passed=None, gone_at=NOW)
    cadre(student, term)
    cadre(student, term, title="副班長", withdrawn_at=NOW)
    page = client.get(PAGE)
    assert [str(part.term) for part in page.context["terms"]] == ["113-1", "112-2"]
    text = said(page)
    for shown in ("52.35", "60", "及格", "程式設計1", "班長", "班級幹部", "校務系統名單已無"):
        assert shown in text
    assert "副班長" not in text


def test_another_students_records_are_not_shown_and_not_to_be_reported(
    client: Client, student: Student, term: Term, staff: Staff
) -> None:
    other = StudentFactory.create(school_class=SchoolClassFactory.create())
    theirs = {
        "grade": grade(other, term, subject="別人的科目"),
        "cadre": cadre(other, term, title="別人的職務"),
    }
    text = said(client.get(PAGE))
    assert "別人的" not in text
    for kind, record in theirs.items():
        for ask in (client.get, lambda address: client.post(address, WRONG)):
            assert ask(f"{PAGE}{kind}/{record.pk}/report/").status_code == 404
    assert not Notice.objects.exists()


@pytest.mark.parametrize("address", [PAGE, f"{PAGE}grade/1/report/"])
def test_the_pages_are_the_students(client_of: ClientOf, term: Term, address: str) -> None:
    assert client_of(UserFactory.create()).get(address).status_code == 403
    assert Client().get(address).status_code == 302


def test_a_wrong_grade_is_told_to_who_acts_for_course_records(
    client: Client, student: Student, term: Term, staff: Staff
) -> None:
    record = grade(student, term)
    page = client.post(f"{PAGE}grade/{record.pk}/report/", WRONG, follow=True)
    assert f"通知承辦人員 {staff['registry-clerk']}" in said(page)
    assert "已於" in said(page)
    notice = Notice.objects.get()
    assert notice.user == staff["registry-clerk"]
    assert WRONG["explanation"] in notice.body
    assert student.student_number in notice.subject
    entry = AuditEntry.objects.get(act=RecordAct.REPORT_ERROR)
    assert (entry.actor, entry.object_id, entry.reason) == (
        student.user,
        str(record.pk),
        WRONG["explanation"],
    )


def test_a_wrong_cadre_record_is_told_to_its_keeper_or_who_stands_in(
    client: Client, student: Student, term: Term, staff: Staff
) -> None:
    staff.is_away("activities-head", "2025-02-10", "2025-02-11")
    record = cadre(student, term)
    client.post(f"{PAGE}cadre/{record.pk}/report/", WRONG)
    notice = Notice.objects.get(key__startswith="record-error")
    assert notice.user == staff["discipline-head"]
    report = RecordReport.objects.get()
    assert (report.record, notice.url) == (record, f"/record-reports/{report.pk}/")


def test_the_evening_divisions_records_are_told_to_its_student_affairs(
    term: Term, staff: Staff, client_of: ClientOf
) -> None:
    student = StudentFactory.create(school_class=SchoolClassFactory.create(division=Division.EVENING))
    records = {"cadre": cadre(student, term), "grade": grade(student, term, division=Division.EVENING)}
    for kind, record in records.items():
        client_of(student.user).post(f"{PAGE}{kind}/{record.pk}/report/", WRONG)
    told = {notice.user for notice in Notice.objects.all()}
    assert told == {staff["evening-affairs-head"], staff["evening-academic-head"]}


def test_a_record_is_reported_once_a_day(
    client: Client, student: Student, term: Term, staff: Staff, set_clock: SetClock
) -> None:
    record, other = grade(student, term), grade(student, term, 2)
    address = f"{PAGE}grade/{record.pk}/report/"
    client.post(address, WRONG)
    page = said(client.post(address, {"explanation": "還是錯的。"}))
    assert "今天已經回報過" in page
    assert "還是錯的。" in page
    client.post(f"{PAGE}grade/{other.pk}/report/", WRONG)
    assert Notice.objects.count() == 2
    set_clock(at("2025-02-11 00:01"))
    client.post(address, WRONG)
    assert Notice.objects.count() == AuditEntry.objects.filter(act=RecordAct.REPORT_ERROR).count() == 3


@pytest.mark.parametrize("text, message", [(" ", "請說明哪裡有錯"), ("錯" * 201, "上限 200 字")])
def test_a_report_says_what_is_wrong(
    client: Client, student: Student, term: Term, staff: Staff, text: str, message: str
) -> None:
    record = grade(student, term)
    page = client.post(f"{PAGE}grade/{record.pk}/report/", {"explanation": text})
    assert message in said(page)
    assert not Notice.objects.exists()


def test_without_anybody_to_act_the_student_is_told_whom_to_ask(
    client: Client, student: Student, term: Term
) -> None:
    record = grade(student, term)
    page = client.post(f"{PAGE}grade/{record.pk}/report/", WRONG)
    assert "目前沒有可辦理的人員，請洽執行秘書" in said(page)
    assert not AuditEntry.objects.filter(act=RecordAct.REPORT_ERROR).exists()


def test_a_withdrawn_record_and_an_unknown_kind_are_not_there(
    client: Client, student: Student, term: Term
) -> None:
    record = cadre(student, term, withdrawn_at=NOW)
    assert client.get(f"{PAGE}cadre/{record.pk}/report/").status_code == 404
    assert client.get(f"{PAGE}else/{record.pk}/report/").status_code == 404


def test_the_page_costs_the_same_queries_for_few_and_for_many_records(
    client: Client, student: Student, term: Term
) -> None:
    terms = [TermFactory.create(school_year=year, number=number) for year in (111, 112) for number in (1, 2)]

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(PAGE)
        return len(captured)

    grade(student, term, 0)
    cadre(student, term)
    few = queries()
    for one in terms:
        for number in range(1, 13):
            grade(student, one, number)
            cadre(student, one, title=f"職務{number}")
    assert queries() == few


def test_an_empty_page_says_when_to_expect_records(client: Client, term: Term) -> None:
    assert "還沒有學校登錄的資料" in said(client.get(PAGE))

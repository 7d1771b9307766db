"""/record-reports/: the office that keeps a record looks into what students report, and answers."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.domain.division import Division
from accounts.errors import Conflict, NotAllowed
from accounts.models import AuditEntry, Notice, Student, User
from portfolio.models import CadreRecord, Grade, RecordReport
from portfolio.services.record_reports import answer_report
from schedules.models import Term
from tests.accounts.annex_staff import Staff, annex_staff
from tests.conftest import SetClock
from tests.factories import SchoolClassFactory, StudentFactory, TermFactory
from tests.moments import at, day

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]
NOW = at("2025-02-10 09:00")
LIST = "/record-reports/"
ANSWER = {"finding": "corrected", "answer": "已改為 78 分。"}


@pytest.fixture
def term(set_clock: SetClock) -> Term:
    set_clock(NOW)
    return TermFactory.create()


@pytest.fixture
def staff() -> Staff:
    return annex_staff()


def student_in(division: Division = Division.DAY) -> Student:
    return StudentFactory.create(school_class=SchoolClassFactory.create(division=division))


def grade_report(student: Student, term: Term, number: int = 1, **fields: Any) -> RecordReport:
    grade = Grade.objects.create(
        student=student,
        term=term,
        division=fields.get("division", Division.DAY),
        course_code=f"113999999V21305211{number:05}",
        subject=f"程式設計{number}",
        course_grade=2,
        credits=3,
        score=58,
        imported_at=NOW,
    )
    return report_of(student, grade=grade, **fields)


def cadre_report(student: Student, term: Term, **fields: Any) -> RecordReport:
    dates = {"starts_on": day("2024-08-30"), "ends_on": day("2025-01-20")}
    post = {"unit": "資訊二甲", "title": "班長", "level": "2", "recorded_at": NOW}
    cadre = CadreRecord.objects.create(student=student, term=term, **post, **dates)
    return report_of(student, cadre=cadre, **fields)


def report_of(student: Student, **fields: Any) -> RecordReport:
    given = {"division": Division.DAY, "explanation": "應為 78 分。", "reported_at": NOW, **fields}
    return RecordReport.objects.create(student=student, **given)


def answered(report: RecordReport, by: User, when: datetime = NOW) -> RecordReport:
    return answer_report(report, **ANSWER, by=by, at=when)


def said(page: Any) -> str:
    return " ".join(page.content.decode().split())


def test_each_office_sees_the_reports_about_what_it_keeps(
    term: Term, staff: Staff, client_of: ClientOf
) -> None:
    day_student, evening_student = student_in(), student_in(Division.EVENING)
    reports = {
        "registry-clerk": grade_report(day_student, term),
        "activities-head": cadre_report(day_student, term),
        "evening-academic-head": grade_report(evening_student, term, 2, division=Division.EVENING),
        "evening-affairs-head": cadre_report(evening_student, term, division=Division.EVENING),
    }
    for post, own in reports.items():
        client = client_of(staff[post])
        assert list(client.get(LIST).context["page_obj"]) == [own], post
        for other in reports.values():
            expected = 200 if other == own else 404
            assert client.get(f"{LIST}{other.pk}/").status_code == expected, post
            if other != own:
                with pytest.raises(NotAllowed):
                    answered(other, by=staff[post])


def test_the_answer_reaches_the_student_with_what_came_of_it(
    term: Term, staff: Staff, client_of: ClientOf
) -> None:
    student = student_in()
    report = grade_report(student, term)
    page = client_of(staff["registry-clerk"]).post(f"{LIST}{report.pk}/", ANSWER, follow=True)
    assert f"已回覆，並通知 {student.user}" in said(page)
    report.refresh_from_db()
    assert (report.finding, report.answer) == ("corrected", "已改為 78 分。")
    assert (report.answered_by, report.answered_at) == (staff["registry-clerk"], NOW)
    notice = Notice.objects.get(user=student.user)
    assert "您回報的成績：已更正" in notice.subject
    assert "應為 78 分。" in notice.body and "已改為 78 分。" in notice.body
    own = said(client_of(student.user).get("/portfolio/records/"))
    assert "已更正" in own and "已改為 78 分。" in own
    entry = AuditEntry.objects.get(act="answer_record_report")
    assert (entry.actor, entry.object_id) == (staff["registry-clerk"], str(report.grade_id))


def test_until_it_is_answered_the_student_reads_that_it_is_looked_into(
    term: Term, staff: Staff, client_of: ClientOf
) -> None:
    student = student_in()
    cadre_report(student, term)
    assert "查證中" in said(client_of(student.user).get("/portfolio/records/"))


def test_the_delegate_answers_for_the_owner(term: Term, staff: Staff) -> None:
    staff.is_away("registry-clerk", "2025-02-10", "2025-02-11")
    report = answered(grade_report(student_in(), term), by=staff["registry-head"])
    assert (report.answered_by, report.answered_for) == (staff["registry-head"], staff["registry-clerk"])


def test_a_report_is_answered_once(term: Term, staff: Staff) -> None:
    report = grade_report(student_in(), term)
    answered(report, by=staff["registry-clerk"])
    with pytest.raises(Conflict, match=f"已由 {staff['registry-clerk']} 回覆"):
        answered(report, by=staff["registry-clerk"])
    assert Notice.objects.count() == 1


@pytest.mark.parametrize(
    "given, message",
    [
        ({"answer": " "}, "請說明查證的結果"),
        ({"answer": "字" * 201}, "上限 200 字"),
        ({"finding": ""}, "請選擇查證結果"),
    ],
)
def test_an_answer_says_what_was_found(
    term: Term, staff: Staff, client_of: ClientOf, given: dict[str, str], message: str
) -> None:
    report = grade_report(student_in(), term)
    page = client_of(staff["registry-clerk"]).post(f"{LIST}{report.pk}/", ANSWER | given)
    assert page.status_code == 200
    assert message in said(page)
    report.refresh_from_db()
    assert report.answered_at is None
    assert not Notice.objects.exists()


def test_what_waits_stands_first_and_the_home_page_counts_it(
    term: Term, staff: Staff, client_of: ClientOf
) -> None:
    student, client = student_in(), client_of(staff["registry-clerk"])
    assert "目前沒有待查證的回報" in said(client.get("/"))
    done = answered(grade_report(student, term, 1), by=staff["registry-clerk"])
    later = grade_report(student, term, 2, reported_at=at("2025-02-09 12:00"))
    first = grade_report(student, term, 3, reported_at=at("2025-02-08 12:00"))
    assert list(client.get(LIST).context["page_obj"]) == [first, later, done]
    assert "2 件學生回報等您查證" in said(client.get("/"))


@pytest.mark.parametrize("broken", [{"grade": None}, {"finding": "right"}, {"answered_at": NOW}])
def test_a_report_is_about_one_record_and_an_answer_is_whole(term: Term, broken: dict[str, Any]) -> None:
    report = grade_report(student_in(), term)
    with pytest.raises(IntegrityError):
        RecordReport.objects.filter(pk=report.pk).update(**broken)


def test_the_list_costs_the_same_queries_for_few_and_for_many(
    term: Term, staff: Staff, client_of: ClientOf
) -> None:
    client = client_of(staff["registry-clerk"])

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(LIST).status_code == 200
        return len(captured)

    grade_report(student_in(), term, 1)
    few = queries()
    for number in range(2, 12):
        answered(grade_report(student_in(), term, number), by=staff["registry-clerk"])
        grade_report(student_in(), term, 100 + number)
    assert queries() == few

"""Course consultation records: who keeps them, who reads them, until when (articles 5-5 and 11-4, R3)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import time
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.domain.division import Division
from accounts.errors import Conflict, InvalidInput, NotAllowed
from accounts.models import AuditEntry, Departure, Notice, SchoolClass, Student, User
from accounts.models.duties import DutyCode
from portfolio.consultations.permissions import readable_by
from portfolio.consultations.queries import coverage
from portfolio.models import ClassCounsellor, ConsultationRecord, PortfolioPolicy
from portfolio.models.consultations import ConsultationForm
from portfolio.services.consultations import (
    Consultation,
    correct_consultation,
    due_on,
    record_consultation,
    withdraw_consultation,
)
from submissions.domain.rosters import ROSTERS
from tests.conftest import SetClock
from tests.factories import (
    SchoolClassFactory,
    StudentFactory,
    UserFactory,
    holder_of,
    place,
    term_113_1,
    term_with_dates,
)
from tests.moments import at, day

pytestmark = pytest.mark.django_db

NOW = at("2024-11-20 09:00")


@pytest.fixture(autouse=True)
def terms(set_clock: SetClock) -> None:
    set_clock(NOW)
    term_113_1()
    term_with_dates(113, 2, opening="2025-02-11", exam_end="2025-06-27", closing="2025-06-30")


@pytest.fixture
def school_class() -> SchoolClass:
    return SchoolClassFactory.create()


@pytest.fixture
def counsellor(school_class: SchoolClass) -> User:
    user = UserFactory.create()
    ClassCounsellor.objects.create(school_class=school_class, counsellor=user)
    return user


@pytest.fixture
def student(school_class: SchoolClass) -> Student:
    return StudentFactory.create(school_class=school_class)


@pytest.fixture
def entry(student: Student) -> Consultation:
    return Consultation(
        form=ConsultationForm.INDIVIDUAL,
        held_on=day("2024-11-18"),
        starts_at=time(12, 20),
        ends_at=time(12, 50),
        place="諮商室",
        students=[student],
        content="討論選修課。",
        advice="先修數學甲。",
    )


def test_a_counsellor_keeps_a_record_and_the_student_is_told_once(
    entry: Consultation, counsellor: User, student: Student
) -> None:
    record = record_consultation(entry, by=counsellor, at=NOW)
    again = record_consultation(entry, by=counsellor, at=NOW)
    assert again == record
    assert (record.counsellor, record.term.school_year, record.term.number) == (counsellor, 113, 1)
    told = AuditEntry.objects.get(act="record_consultation")
    assert (told.actor, told.standing) == (counsellor, "課程諮詢教師")
    assert Notice.objects.filter(user=student.user).count() == 1


@pytest.mark.parametrize("part", ["place", "content", "advice"])
def test_date_time_place_content_and_advice_are_all_required(
    entry: Consultation, counsellor: User, part: str
) -> None:
    with pytest.raises(InvalidInput, match="都要填寫"):
        record_consultation(replace(entry, **{part: "  "}), by=counsellor, at=NOW)  # type: ignore[arg-type]


def test_what_has_not_ended_cannot_be_recorded(entry: Consultation, counsellor: User) -> None:
    with pytest.raises(InvalidInput, match="諮詢結束後才能登錄"):
        record_consultation(entry, by=counsellor, at=at("2024-11-18 12:49"))
    record_consultation(entry, by=counsellor, at=at("2024-11-18 12:50"))


def test_an_individual_consultation_has_one_student(
    entry: Consultation, counsellor: User, school_class: SchoolClass
) -> None:
    both = [*entry.students, StudentFactory.create(school_class=school_class)]
    with pytest.raises(InvalidInput, match="只能有一位學生"):
        record_consultation(replace(entry, students=both), by=counsellor, at=NOW)
    grouped = replace(entry, students=both, form=ConsultationForm.GROUP)
    assert record_consultation(grouped, by=counsellor, at=NOW).students.count() == 2


@pytest.mark.parametrize(
    "held_on, last",
    [("2024-09-25", "2024-11-25"), ("2024-12-31", "2025-02-28"), ("2025-02-28", "2025-04-30")],
)
def test_d4_a_record_is_due_two_months_after_by_the_civil_code(held_on: str, last: str) -> None:
    assert due_on(day(held_on)) == day(last)


def test_d4_a_late_record_says_why_and_one_in_time_does_not(entry: Consultation, counsellor: User) -> None:
    late = replace(entry, held_on=day("2024-09-18"))
    in_time = record_consultation(
        replace(late, late_reason="不需要"), by=counsellor, at=at("2024-11-18 23:59")
    )
    assert in_time.late_reason == ""
    other = replace(late, content="另一次。")
    with pytest.raises(InvalidInput, match="逾期登錄請填寫原因"):
        record_consultation(other, by=counsellor, at=at("2024-11-19 00:00"))
    record = record_consultation(replace(other, late_reason="公假"), by=counsellor, at=at("2024-11-19 00:00"))
    assert record.late_reason == "公假"


def test_another_classs_counsellor_neither_records_nor_reads(
    entry: Consultation, counsellor: User, student: Student
) -> None:
    other = UserFactory.create()
    ClassCounsellor.objects.create(school_class=SchoolClassFactory.create(), counsellor=other)
    with pytest.raises(NotAllowed, match="不是您負責諮詢的學生"):
        record_consultation(entry, by=other, at=NOW)
    record_consultation(entry, by=counsellor, at=NOW)
    assert not readable_by(other, NOW).exists()


def test_the_convener_answers_for_the_whole_school(entry: Consultation, counsellor: User) -> None:
    convener = holder_of(DutyCode.CONSULTATION_RECORDS, Division.EVENING)
    record = record_consultation(entry, by=convener, at=NOW)
    assert readable_by(convener, NOW).get() == record


def test_a_counsellor_who_has_left_reads_nothing(entry: Consultation, counsellor: User) -> None:
    record_consultation(entry, by=counsellor, at=NOW)
    Departure.objects.create(
        user=counsellor, leaves_on=day("2024-11-19"), reason="退休", recorded_by=counsellor, recorded_at=NOW
    )
    counsellor = User.objects.get(pk=counsellor.pk)
    assert not readable_by(counsellor, NOW).exists()


def test_the_homeroom_teacher_reads_only_where_the_school_chose_so(
    entry: Consultation, counsellor: User, school_class: SchoolClass
) -> None:
    record_consultation(entry, by=counsellor, at=NOW)
    homeroom = school_class.homeroom_teacher
    assert homeroom is not None
    assert not readable_by(homeroom, NOW).exists()
    PortfolioPolicy.objects.update(homeroom_reads_consultations=True)
    assert readable_by(homeroom, NOW).count() == 1


def test_a_correction_keeps_on_the_trail_what_was_said_before(entry: Consultation, counsellor: User) -> None:
    record = record_consultation(entry, by=counsellor, at=NOW)
    correct_consultation(record, replace(entry, place="圖書館"), by=counsellor, at=NOW)
    changes = AuditEntry.objects.get(act="correct_consultation").changes
    assert changes == {"place": ["諮商室", "圖書館"]}
    correct_consultation(record, replace(entry, place="圖書館"), by=counsellor, at=NOW)
    assert AuditEntry.objects.filter(act="correct_consultation").count() == 1


def test_a_record_is_taken_back_with_a_reason_and_kept(
    entry: Consultation, counsellor: User, student: Student, client_of: Callable[[User], Client]
) -> None:
    record = record_consultation(entry, by=counsellor, at=NOW)
    with pytest.raises(InvalidInput):
        withdraw_consultation(record, reason=" ", by=counsellor, at=NOW)
    withdraw_consultation(record, reason="學生選錯", by=counsellor, at=NOW)
    with pytest.raises(Conflict):
        withdraw_consultation(record, reason="再一次", by=counsellor, at=NOW)
    assert ConsultationRecord.objects.count() == 1
    shown = client_of(student.user).get(reverse("portfolio:consultations")).content.decode()
    assert "討論選修課" not in shown


def test_r3_no_roster_knows_of_consultations() -> None:
    headings = {
        column.heading for roster in ROSTERS.values() for sheet in roster.sheets for column in sheet.columns
    }
    assert not [heading for heading in headings if "諮詢" in heading]


# ---------------------------------------------------------------- pages


def _posted(student: Student, **changes: Any) -> dict[str, Any]:
    return {
        "form": "individual",
        "held_on": "2024-11-18",
        "starts_at": "12:20",
        "ends_at": "12:50",
        "place": "諮商室",
        "students": [student.pk],
        "content": "討論選修課。",
        "advice": "先修數學甲。",
        **changes,
    }


def test_recording_correcting_and_withdrawing_on_the_pages(
    counsellor: User, student: Student, client_of: Callable[[User], Client]
) -> None:
    client = client_of(counsellor)
    page = client.post(reverse("consultations:new"), _posted(student), follow=True).content.decode()
    assert "先修數學甲。" in page
    record = ConsultationRecord.objects.get()
    edited = _posted(student, advice="先修物理。")
    client.post(reverse("consultations:edit", args=[record.pk]), edited)
    own = client_of(student.user).get(reverse("portfolio:consultations")).content.decode()
    assert "先修物理。" in own
    client.post(reverse("consultations:withdraw", args=[record.pk]), {"reason": "學生選錯"})
    assert "沒有符合的諮詢紀錄" in client.get(reverse("consultations:list")).content.decode()


def test_a_refusal_stands_beside_what_was_typed(
    counsellor: User, student: Student, client_of: Callable[[User], Client]
) -> None:
    answer = client_of(counsellor).post(
        reverse("consultations:new"), _posted(student, held_on="2024-09-01", content="很長的內容")
    )
    page = answer.content.decode()
    assert "逾期登錄請填寫原因" in page
    assert "很長的內容" in page
    assert not ConsultationRecord.objects.exists()


def test_the_pages_are_not_there_for_others(
    entry: Consultation, counsellor: User, student: Student, client_of: Callable[[User], Client]
) -> None:
    record = record_consultation(entry, by=counsellor, at=NOW)
    other = UserFactory.create()
    ClassCounsellor.objects.create(school_class=SchoolClassFactory.create(), counsellor=other)
    for name in ("detail", "edit", "withdraw"):
        address = reverse(f"consultations:{name}", args=[record.pk])
        for user in (other, student.user, UserFactory.create()):
            client = client_of(user)
            answer = client.post(address, {"reason": "x"}) if name == "withdraw" else client.get(address)
            assert answer.status_code == 404
    classmate = StudentFactory.create(school_class=SchoolClass.objects.first())
    shown = client_of(classmate.user).get(reverse("portfolio:consultations")).content.decode()
    assert "討論選修課" not in shown
    assert client_of(student.user).get(reverse("consultations:list")).status_code == 404


def test_searching_by_student_place_and_text(
    entry: Consultation, counsellor: User, student: Student, client_of: Callable[[User], Client]
) -> None:
    record_consultation(entry, by=counsellor, at=NOW)
    client = client_of(counsellor)
    for words, found in (
        (student.user.name, 1),
        (student.student_number, 1),
        ("數學甲", 1),
        ("諮商", 1),
        ("無", 0),
    ):
        page = client.get(reverse("consultations:list"), {"q": words})
        assert len(page.context["page_obj"]) == found, words
    assert len(client.get(reverse("consultations:list"), {"form": "group"}).context["page_obj"]) == 0


def test_the_coverage_of_a_class_equals_a_hand_count(
    entry: Consultation, counsellor: User, student: Student, school_class: SchoolClass
) -> None:
    others = [StudentFactory.create(school_class=school_class) for __ in range(3)]
    record_consultation(entry, by=counsellor, at=NOW)
    group = replace(
        entry, form=ConsultationForm.GROUP, students=[student, others[0]], held_on=day("2024-11-19")
    )
    record_consultation(group, by=counsellor, at=NOW)
    taken_back = record_consultation(replace(entry, students=[others[1]]), by=counsellor, at=NOW)
    withdraw_consultation(taken_back, reason="誤登", by=counsellor, at=NOW)
    (row,) = coverage(counsellor, NOW)
    assert (row.students, row.consulted, row.individual) == (4, 2, 1)
    assert row.last_on == day("2024-11-19")


def test_the_lists_ask_the_same_number_of_queries_however_long(
    entry: Consultation, counsellor: User, school_class: SchoolClass, client_of: Callable[[User], Client]
) -> None:
    client = client_of(counsellor)

    def counts() -> list[int]:
        found = []
        for name in ("list", "coverage", "new"):
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert client.get(reverse(f"consultations:{name}")).status_code == 200
            found.append(len(queries))
        return found

    record_consultation(entry, by=counsellor, at=NOW)
    few = counts()
    for number in range(20):
        student = StudentFactory.create()
        place(student, school_class)
        record_consultation(
            replace(entry, students=[student], content=f"第 {number} 次"), by=counsellor, at=NOW
        )
    assert counts() == few

"""The student's portfolio by year and term: every state, what is looked for, and emptiness without a nag."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from accounts.models import Student, User
from portfolio.models import UploadDraft
from portfolio.models.courses import StudyKind
from portfolio.models.outcomes import OutcomeState
from tests.factories import (
    CourseFactory,
    EnrolmentFactory,
    OutcomeFactory,
    PerformanceFactory,
    SchoolClassFactory,
    SectionFactory,
    StudentFactory,
    TermFactory,
    attach_pdf,
    place,
    select,
    term_113_1,
)
from tests.moments import at

pytestmark = pytest.mark.django_db

PAGE = "/portfolio/"
SetClock = Callable[[datetime], None]


@pytest.fixture
def student(set_clock: SetClock) -> Student:
    set_clock(at("2024-10-15 10:00"))
    term_113_1()
    student = StudentFactory.create(school_class=SchoolClassFactory.create())
    place(student, SchoolClassFactory.create(school_year=112, grade=1))
    return student


@pytest.fixture
def client(student: Student, client_of: Callable[[User], Client]) -> Client:
    return client_of(student.user)


def takes(student: Student, name: str, *, year: int = 113, number: int = 1, **facts):
    section = SectionFactory.create(
        course=CourseFactory.create(name=name), term=TermFactory.create(school_year=year, number=number)
    )
    return EnrolmentFactory.create(student=student, section=section, **facts)


def page(client: Client, **query: str) -> str:
    answer = client.get(PAGE, query)
    assert answer.status_code == 200
    return answer.content.decode()


def filled(student: Student) -> None:
    """Something in every state that the portfolio alone knows, in two years."""
    for name, state in (("數學", OutcomeState.WAITING), ("國文", OutcomeState.RETURNED)):
        OutcomeFactory.create(enrolment=takes(student, name), state=state)
    withdrawn = takes(student, "公民")
    OutcomeFactory.create(enrolment=withdrawn, state=OutcomeState.WITHDRAWN, withdrawn_at=at("2024-10-02"))
    retake = takes(
        student, "物理", year=112, number=2, kind=StudyKind.RETAKE, original_school_year=111, original_term=1
    )
    select(OutcomeFactory.create(enrolment=retake, state=OutcomeState.CERTIFIED))
    attach_pdf(PerformanceFactory.create(student=student, details={"name": "校園地圖"}), "地圖原稿")
    UploadDraft.objects.create(
        student=student,
        enrolment=takes(student, "化學"),
        fields={"description": "酸鹼滴定"},
        saved_at=at("2024-10-14"),
    )
    UploadDraft.objects.create(student=student, category="service", fields={}, saved_at=at("2024-10-14"))


def test_this_year_is_shown_first_and_all_years_on_request(client: Client, student: Student):
    filled(student)
    now = page(client)
    for words in ("數學", "待認證", "國文", "已退件", "已撤回 1 件", "化學", "酸鹼滴定", "草稿", "服務學習"):
        assert words in now
    assert "物理" not in now
    everything = page(client, year="all")
    assert "113-1 課程學習成果" in everything
    assert "112-2 課程學習成果" in everything
    assert "重修（原修 111-1）" in everything


@pytest.mark.parametrize(
    "query, found",
    [
        ({"q": "數學"}, ["數學"]),
        ({"q": "地圖原稿"}, ["校園地圖"]),
        ({"q": "酸鹼"}, ["化學"]),
        ({"kind": "outcomes"}, ["數學", "國文", "公民", "物理", "化學"]),
        ({"kind": "outcomes-retake"}, ["物理"]),
        ({"kind": "performances"}, ["校園地圖", "服務學習"]),
        ({"kind": "performances-service"}, ["服務學習"]),
        ({"state": "draft"}, ["化學", "服務學習"]),
        ({"state": "returned"}, ["國文"]),
        ({"state": "withdrawn"}, ["公民"]),
        ({"state": "selected"}, ["物理"]),
        ({"state": "uploaded"}, ["校園地圖"]),
        ({"kind": "outcomes", "year": "112"}, ["物理"]),
        ({"q": "物理", "year": "113"}, []),
        ({"q": "沒有這個字"}, []),
        ({"state": "tampered"}, []),
    ],
    ids=str,
)
def test_pieces_are_found_by_words_kind_state_and_year(
    client: Client, student: Student, query: dict[str, str], found: list[str]
):
    filled(student)
    text = page(client, **query)
    assert f"找到 {len(found)} 件" in text
    listed = text.split('role="status"', 1)[1]
    for name in ("數學", "國文", "公民", "物理", "化學", "校園地圖", "服務學習"):
        assert (f">{name}</a>" in listed) is (name in found), name


def test_the_filter_offers_only_what_there_is_something_of(client: Client, student: Student):
    filled(student)
    text = page(client)
    assert "課程學習成果：重修" in text
    assert "課程學習成果：補修" not in text
    assert "多元表現：作品成果" in text
    assert "多元表現：職場學習" not in text


def test_what_is_looked_for_is_shown_as_text_only(client: Client, student: Student):
    filled(student)
    assert "<script>alert" not in page(client, q='"><script>alert(1)</script>')


def test_a_returned_piece_says_until_when_it_can_be_corrected_and_leads_there(
    client: Client, student: Student, set_clock: SetClock
):
    outcome = OutcomeFactory.create(enrolment=takes(student, "國文"), state=OutcomeState.RETURNED)
    link = f"/portfolio/outcomes/{outcome.pk}/edit/"
    assert link in page(client)
    assert "114/02/03（一）24:00 止" in page(client)
    set_clock(at("2025-02-04 00:00"))
    assert link not in page(client)


def test_a_student_with_nothing_sees_no_search_and_no_reminder(client: Client, student: Student):
    takes(student, "數學")
    text = page(client)
    assert "搜尋與篩選" not in text
    assert "這個學期沒有課程學習成果" in text
    assert "這個學年度沒有多元表現" in text
    assert "<b>0</b>" not in text


def test_somebody_elses_pieces_and_drafts_are_never_listed(client: Client, student: Student):
    other = StudentFactory.create(school_class=SchoolClassFactory.create())
    filled(other)
    assert "找到 0 件" in page(client, q="學")

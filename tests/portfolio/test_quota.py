"""How many pieces at most, and what frees a place (rules Q1, Q2, Q5; 5.6, 5.8)."""

import pytest
from django.db import IntegrityError, transaction

from accounts.domain.division import Division
from accounts.errors import QuotaExceeded, WindowClosed
from portfolio.models import CourseOutcome, DiversePerformance, QuotaLedger
from portfolio.services.certification import return_to_student
from portfolio.services.outcomes import withdraw_course_outcome
from portfolio.services.performances import withdraw_performance
from schedules.models import QuotaRule
from tests.factories import (
    EnrolmentFactory,
    SchoolClassFactory,
    SectionFactory,
    StudentFactory,
    place,
    term_113_1,
    term_with_dates,
)
from tests.moments import at
from tests.portfolio.pieces import CLOSED, NOW, blobs, enrolled, perform, rows, upload

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def term():
    return term_113_1()


@pytest.fixture
def enrolment():
    return enrolled()


@pytest.fixture
def student():
    return StudentFactory.create(school_class=SchoolClassFactory.create())


def fill(enrolment, count=10):
    return [upload(enrolment) for _ in range(count)]


def ledger():
    return QuotaLedger.objects.get()


def test_the_tenth_outcome_of_a_term_is_taken_and_the_eleventh_refused(enrolment):
    fill(enrolment)
    before, kept = rows(), blobs()
    with pytest.raises(QuotaExceeded) as refusal:
        upload(enrolment)
    assert refusal.value.message == (
        "113-1 學期的課程學習成果已上傳 10 件（上限 10 件，第 5 點（三）1）。請先撤回一件再上傳。"
    )
    assert (rows(), blobs()) == (before, kept)


def test_the_twentieth_performance_of_a_year_is_taken_and_the_twenty_first_refused(student):
    for _ in range(20):
        perform(student)
    before = rows()
    with pytest.raises(QuotaExceeded) as refusal:
        perform(student, "service")
    assert refusal.value.message == (
        "113 學年度的多元表現已上傳 20 件（上限 20 件，第 5 點（四））。請先撤回一件再上傳。"
    )
    assert rows() == before


def test_the_quota_is_the_terms_whatever_the_course(enrolment):
    fill(enrolment, 6)
    other = EnrolmentFactory.create(student=enrolment.student)
    fill(other, 4)
    with pytest.raises(QuotaExceeded):
        upload(other)


def test_every_student_has_a_quota_of_their_own(enrolment):
    fill(enrolment)
    assert upload(enrolled())


def test_evening_students_have_the_same_quota():
    evening = enrolled(in_class={"division": Division.EVENING}, division=Division.EVENING)
    fill(evening)
    with pytest.raises(QuotaExceeded):
        upload(evening)


def test_a_new_term_brings_ten_new_places(enrolment):
    fill(enrolment)
    second = term_with_dates(113, 2, opening="2025-02-11", exam_end="2025-06-27", closing="2025-06-30")
    next_course = EnrolmentFactory.create(
        student=enrolment.student, section=SectionFactory.create(term=second)
    )
    for _ in range(10):
        upload(next_course, when=at("2025-03-01"))
    with pytest.raises(QuotaExceeded, match="113-2 學期"):
        upload(next_course, when=at("2025-03-01"))
    assert set(QuotaLedger.objects.values_list("term", "used")) == {(1, 10), (2, 10)}


def test_performances_share_one_quota_through_both_terms_and_get_a_new_one_in_august(student):
    term_with_dates(113, 2, opening="2025-02-11", exam_end="2025-06-27", closing="2025-06-30")
    term_with_dates(114, 1, opening="2025-09-01", exam_end="2026-01-17", closing="2026-01-20")
    place(student, SchoolClassFactory.create(school_year=114, grade=3))
    for _ in range(12):
        perform(student)
    for _ in range(8):
        perform(student, when=at("2025-07-31 23:59:59"))
    with pytest.raises(QuotaExceeded):
        perform(student, when=at("2025-07-31 23:59:59"))
    assert perform(student, when=at("2025-08-01 00:00")).school_year == 114


def test_withdrawing_an_outcome_frees_its_place(enrolment):
    pieces = fill(enrolment)
    withdraw_course_outcome(pieces[3], by=enrolment.student.user, at=NOW)
    assert ledger().used == 9
    assert upload(enrolment)
    with pytest.raises(QuotaExceeded):
        upload(enrolment)
    assert CourseOutcome.objects.standing().count() == ledger().used == 10


def test_withdrawing_a_performance_frees_its_place(student):
    pieces = [perform(student) for _ in range(20)]
    withdraw_performance(pieces[0], by=student.user, at=NOW)
    assert perform(student)
    assert DiversePerformance.objects.standing().count() == ledger().used == 20


def test_a_returned_outcome_keeps_its_place_until_it_is_withdrawn(enrolment):
    piece, *_ = fill(enrolment)
    return_to_student(piece, reason="缺頁", by=enrolment.section.teacher, at=NOW)
    with pytest.raises(QuotaExceeded):
        upload(enrolment)
    withdraw_course_outcome(piece, by=enrolment.student.user, at=NOW)
    assert upload(enrolment)


def test_a_refused_upload_takes_no_place(enrolment):
    with pytest.raises(WindowClosed):
        upload(enrolment, when=CLOSED)
    assert not QuotaLedger.objects.exists()


def test_the_limit_is_the_schools_data_and_a_higher_one_holds_at_once(enrolment):
    fill(enrolment)
    QuotaRule.objects.filter(quota="outcomes_per_term").update(limit=12)
    fill(enrolment, 2)
    with pytest.raises(QuotaExceeded, match="已上傳 12 件（上限 12 件"):
        upload(enrolment)


def test_a_limit_lowered_afterwards_takes_nothing_away_and_says_how_it_stands(enrolment):
    pieces = fill(enrolment)
    QuotaRule.objects.filter(quota="outcomes_per_term").update(limit=8)
    with pytest.raises(QuotaExceeded, match="已上傳 10 件（上限 8 件"):
        upload(enrolment)
    assert CourseOutcome.objects.standing().count() == 10
    for piece in pieces[:2]:
        withdraw_course_outcome(piece, by=enrolment.student.user, at=NOW)
    with pytest.raises(QuotaExceeded, match="已上傳 8 件（上限 8 件"):
        upload(enrolment)
    withdraw_course_outcome(pieces[2], by=enrolment.student.user, at=NOW)
    assert upload(enrolment)


def test_the_database_itself_holds_the_limit(enrolment):
    fill(enrolment, 1)
    with pytest.raises(IntegrityError, match="quota_is_kept"), transaction.atomic():
        QuotaLedger.objects.update(used=11)

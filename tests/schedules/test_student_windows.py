"""Which window a student keeps to: division, grade and letter batch of that year's class decide (T13)."""

import pytest

from accounts.domain.division import Division
from accounts.errors import WindowClosed
from schedules.domain.activities import Activity, Audience, Subject
from schedules.domain.terms import TermCode
from schedules.models import OfficialLetter, TermDates, Window
from schedules.queries import general_window, performance_window, student_window, student_windows
from schedules.services.overrides import override_window
from schedules.services.planning import replan
from tests.factories import (
    AdminFactory,
    SchoolClassFactory,
    StudentFactory,
    place,
    term_113_1,
    term_with_dates,
)
from tests.moments import at, day

pytestmark = pytest.mark.django_db
FIRST, SECOND = TermCode(113, 1), TermCode(113, 2)


def in_class(**fields):
    return StudentFactory.create(school_class=SchoolClassFactory.create(**fields))


@pytest.fixture
def both_terms():
    first = term_113_1()
    second = term_with_dates(113, 2, opening="2025-02-11", exam_end="2025-06-27", closing="2025-06-30")
    for division in Division:
        OfficialLetter.objects.create(
            term=second,
            division=division,
            audience=Audience.GRADE3_FIRST,
            subject=Subject.THIS_TERM,
            due_on=day("2025-05-28"),
        )
    replan(second, at=at("2025-03-03"))
    return first, second


def closes(student, activity, term, *, whole_year=False):
    return student_window(student, activity, term, whole_year=whole_year).closes_at


def test_grade_3_and_grade_1_keep_to_different_windows_at_the_same_moment(both_terms):
    third, first = in_class(grade=3), in_class(grade=1)
    assert closes(third, Activity.OUTCOME_UPLOAD, SECOND) == at("2025-05-08")
    assert closes(first, Activity.OUTCOME_UPLOAD, SECOND) == at("2025-07-15")
    now = at("2025-06-01 12:00")
    assert not student_window(third, Activity.CERTIFICATION, SECOND).is_open(now)
    assert student_window(first, Activity.CERTIFICATION, SECOND).is_open(now)


def test_the_second_batch_goes_on_waiting_for_its_own_letter(both_terms):
    assert closes(in_class(grade=3, letter_batch=2), Activity.OUTCOME_UPLOAD, SECOND) is None


def test_grade_3_follows_the_general_rule_in_its_first_term(both_terms):
    assert closes(in_class(grade=3), Activity.OUTCOME_UPLOAD, FIRST) == at("2025-02-04")


def test_each_division_keeps_to_its_own_dates(both_terms):
    term = both_terms[0]
    dates = TermDates.objects.get(term=term, division=Division.EVENING)
    dates.closing_ceremony = day("2025-01-23")
    dates.save()
    replan(term, at=at("2025-01-10"))
    assert closes(in_class(division=Division.DAY), Activity.OUTCOME_UPLOAD, FIRST) == at("2025-02-04")
    assert closes(in_class(division=Division.EVENING), Activity.OUTCOME_UPLOAD, FIRST) == at("2025-02-07")


def test_the_class_of_the_works_own_year_counts_not_todays(both_terms):
    student = in_class(grade=1, school_year=112)
    place(student, SchoolClassFactory.create(grade=2, school_year=113, division=Division.EVENING))
    selection = student_window(student, Activity.SELECTION, TermCode(112, 2), whole_year=True)
    assert (selection.division, selection.closes_at) == (Division.DAY, at("2024-09-21"))


def test_grade_3_selects_for_its_last_year_by_the_letter(both_terms):
    window = student_window(in_class(grade=3), Activity.SELECTION, SECOND, whole_year=True)
    assert (window.opens_at, window.closes_at) == (at("2025-05-08"), at("2025-05-15"))


def test_grades_1_and_2_select_for_it_in_the_autumn_after(both_terms):
    with pytest.raises(WindowClosed):
        student_window(in_class(grade=2), Activity.SELECTION, SECOND, whole_year=True)
    term_with_dates(114, 1, opening="2025-09-01", exam_end="2026-01-17", closing="2026-01-20")
    assert closes(in_class(grade=2), Activity.SELECTION, SECOND, whole_year=True) == at("2025-09-23")


def test_who_was_in_no_class_that_year_has_no_window_and_is_told_whom_to_ask(both_terms):
    with pytest.raises(WindowClosed, match="註冊組"):
        student_window(in_class(school_year=112), Activity.OUTCOME_UPLOAD, FIRST)
    assert student_windows(StudentFactory.create(), FIRST) == []


def test_before_the_school_has_set_dates_nothing_is_open():
    student = in_class()
    with pytest.raises(WindowClosed, match="113-1 課程學習成果上傳"):
        student_window(student, Activity.OUTCOME_UPLOAD, FIRST)
    with pytest.raises(WindowClosed, match="113 學年度 勾選"):
        student_window(student, Activity.SELECTION, SECOND, whole_year=True)


def test_the_general_window_is_never_grade_3s(both_terms):
    found = general_window(Activity.CERTIFICATION, Division.DAY, SECOND)
    assert found
    assert found.audience == Audience.GENERAL
    assert general_window(Activity.CERTIFICATION, Division.DAY, TermCode(114, 2)) is None


def test_the_first_terms_performance_window_stays_good_into_february():
    term_113_1()
    student = in_class()
    last_moment, first_after = at("2025-02-03 23:59:59"), at("2025-02-04 00:00")
    assert performance_window(student, last_moment).is_open(last_moment)
    with pytest.raises(WindowClosed):
        performance_window(student, first_after).require_open(first_after)


def test_once_the_second_terms_performance_window_has_opened_it_alone_counts(both_terms):
    first, second = both_terms
    override_window(
        Window.objects.get(term=first, division=Division.DAY, activity=Activity.PERFORMANCE_UPLOAD),
        opens_on=day("2024-08-01"),
        closes_on=day("2025-07-31"),
        reason="全學年期間皆可上傳",
        by=AdminFactory.create(),
        at=at("2024-10-21"),
    )
    third, other = in_class(grade=3), in_class(grade=2)
    for now in (at("2025-02-02"), at("2025-05-08")):
        assert performance_window(third, now).term == second
        assert performance_window(other, now).is_open(now)
    assert performance_window(third, at("2025-02-02")).is_open(at("2025-02-02"))
    assert not performance_window(third, at("2025-05-08")).is_open(at("2025-05-08"))


def test_performances_turn_to_the_new_year_on_the_first_of_august(both_terms):
    student = in_class()
    assert performance_window(student, at("2025-07-31 23:59")).is_open(at("2025-07-31 23:59"))
    with pytest.raises(WindowClosed):
        performance_window(student, at("2025-08-01 00:00"))

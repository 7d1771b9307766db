"""Selecting for a school year's submission (article 6-1, rules Q3, Q4, Q6, S1)."""

import pytest

from accounts.domain.division import Division
from accounts.errors import InvalidInput, NotAllowed, QuotaExceeded, WindowClosed
from accounts.models import AuditEntry
from portfolio.models import QuotaLedger, Selection
from portfolio.models.outcomes import OutcomeState
from portfolio.services.selection import select_items
from schedules.domain.activities import Activity, Audience
from schedules.models import Window
from tests.factories import (
    EnrolmentFactory,
    OutcomeFactory,
    PerformanceFactory,
    SchoolClassFactory,
    SectionFactory,
    StudentFactory,
    TermFactory,
    term_113_1,
    term_with_dates,
)
from tests.moments import at
from tests.portfolio.pieces import rows

pytestmark = pytest.mark.django_db
YEAR = 112
NOW = at("2024-09-10 20:00")  # selection for 112 is open
LAST_MOMENT, CLOSED = at("2024-09-20 23:59:59.999999"), at("2024-09-21 00:00")


@pytest.fixture(autouse=True)
def term():
    return term_113_1()


@pytest.fixture
def student():
    return StudentFactory.create(school_class=SchoolClassFactory.create(school_year=YEAR))


def outcomes(student, count, *, state=OutcomeState.CERTIFIED, term=2, year=YEAR, **fields):
    section = SectionFactory.create(term=TermFactory.create(school_year=year, number=term))
    enrolment = EnrolmentFactory.create(student=student, section=section)
    return OutcomeFactory.create_batch(count, enrolment=enrolment, state=state, **fields)


def performances(student, count, *, year=YEAR, **fields):
    return PerformanceFactory.create_batch(count, student=student, school_year=year, **fields)


def choose(student, outcomes=(), performances=(), *, by=None, when=NOW, year=YEAR):
    select_items(
        student,
        year,
        outcomes=[piece.pk for piece in outcomes],
        performances=[piece.pk for piece in performances],
        by=by or student.user,
        at=when,
    )


def chosen(student):
    return {selection.outcome or selection.performance for selection in student.selections.all()}


def test_six_certified_outcomes_of_both_terms_and_ten_performances_may_be_chosen(student):
    six = [*outcomes(student, 4, term=1), *outcomes(student, 2, term=2)]
    ten = performances(student, 10)
    choose(student, six, ten)
    assert chosen(student) == {*six, *ten}
    rows = Selection.objects.values_list("student", "school_year", "selected_at", "selected_by")
    assert set(rows) == {(student.pk, YEAR, NOW, student.user.pk)}


def test_a_seventh_outcome_is_refused_with_the_limit_and_the_mend(student):
    with pytest.raises(QuotaExceeded) as refusal:
        choose(student, outcomes(student, 8))
    assert refusal.value.message == (
        "112 學年度的課程學習成果勾選了 8 件，上限 6 件（第 6 點（一））。請取消 2 件再儲存。"
    )
    assert not Selection.objects.exists()


def test_an_eleventh_performance_is_refused_with_the_limit_and_the_mend(student):
    with pytest.raises(QuotaExceeded) as refusal:
        choose(student, (), performances(student, 11))
    assert refusal.value.message == (
        "112 學年度的多元表現勾選了 11 件，上限 10 件（第 6 點（一））。請取消 1 件再儲存。"
    )
    assert not Selection.objects.exists()


def test_choosing_nothing_is_a_valid_choice(student):
    choose(student)
    assert AuditEntry.objects.get().changes == {"school_year": YEAR, "outcomes": [], "performances": []}


def test_until_it_closes_the_choice_may_be_changed_freely(student):
    first, second, third = outcomes(student, 3)
    one, two = performances(student, 2)
    choose(student, [first, second], [one])
    choose(student, [second, third], [two], when=at("2024-09-11 20:00"))
    assert chosen(student) == {second, third, two}
    # What stayed chosen keeps the moment it was chosen at.
    assert second.selection.selected_at == NOW
    assert third.selection.selected_at == at("2024-09-11 20:00")
    choose(student, [], [], when=LAST_MOMENT)
    assert chosen(student) == set()
    assert set(QuotaLedger.objects.values_list("used", flat=True)) == {0}


def test_saving_the_same_choice_again_changes_nothing(student):
    choose(student, outcomes(student, 2), performances(student, 2))
    before = list(Selection.objects.values())
    choose(
        student,
        [s.outcome for s in student.selections.filter(performance=None)],
        [s.performance for s in student.selections.filter(outcome=None)],
        when=LAST_MOMENT,
    )
    assert list(Selection.objects.values()) == before


def test_an_item_named_twice_is_one(student):
    pieces = outcomes(student, 6)
    choose(student, [*pieces, *pieces])
    assert student.selections.count() == 6


def test_after_it_closed_the_choice_is_frozen(student):
    piece = outcomes(student, 1)
    choose(student, piece)
    before = rows()
    with pytest.raises(WindowClosed, match="112 學年度 勾選已截止：113/09/20"):
        choose(student, [], when=CLOSED)
    assert rows() == before


def test_before_it_opens_nothing_can_be_chosen(student):
    with pytest.raises(WindowClosed, match="尚未開放：113/08/30"):
        choose(student, when=at("2024-08-29"))


@pytest.mark.parametrize("state", [OutcomeState.WAITING, OutcomeState.RETURNED])
def test_only_certified_outcomes_can_be_chosen(student, state):
    with pytest.raises(InvalidInput, match="已認證"):
        choose(student, [*outcomes(student, 1), *outcomes(student, 1, state=state)])
    assert not Selection.objects.exists()
    assert not AuditEntry.objects.exists()


def test_withdrawn_pieces_cannot_be_chosen(student):
    withdrawn = outcomes(student, 1, state=OutcomeState.WITHDRAWN, withdrawn_at=NOW)
    for pieces in ((withdrawn, ()), ((), performances(student, 1, withdrawn_at=NOW))):
        with pytest.raises(InvalidInput, match="未撤回"):
            choose(student, *pieces)
    assert not Selection.objects.exists()


def test_pieces_of_another_year_cannot_be_chosen(student):
    for pieces in ((outcomes(student, 1, year=113), ()), ((), performances(student, 1, year=113))):
        with pytest.raises(InvalidInput, match="112 學年度"):
            choose(student, *pieces)
    assert not Selection.objects.exists()


def test_somebody_elses_pieces_cannot_be_chosen(student):
    other = StudentFactory.create()
    for pieces in ((outcomes(other, 1), ()), ((), performances(other, 1))):
        with pytest.raises(InvalidInput, match="自己"):
            choose(student, *pieces)
    assert not Selection.objects.exists()


@pytest.mark.parametrize("number", [0, -1, 999_999_999, 10**30])
def test_a_made_up_number_chooses_nothing(student, number):
    with pytest.raises(InvalidInput):
        select_items(student, YEAR, outcomes=[number], performances=[], by=student.user, at=NOW)
    with pytest.raises(InvalidInput):
        select_items(student, YEAR, outcomes=[], performances=[number], by=student.user, at=NOW)
    assert not Selection.objects.exists()


def test_nobody_chooses_for_somebody_else(student):
    pieces = outcomes(student, 1)
    for stranger in (StudentFactory.create().user, pieces[0].enrolment.section.teacher):
        with pytest.raises(NotAllowed, match="學生本人"):
            choose(student, pieces, by=stranger)
    assert not Selection.objects.exists()


def test_a_choice_is_on_the_trail(student):
    pieces, works = outcomes(student, 2), performances(student, 1)
    choose(student, pieces, works)
    entry = AuditEntry.objects.get()
    assert (entry.act, entry.actor, entry.at) == ("select", student.user, NOW)
    assert entry.changes == {
        "school_year": YEAR,
        "outcomes": sorted(piece.pk for piece in pieces),
        "performances": [works[0].pk],
    }


def test_evening_students_keep_to_their_divisions_window(student):
    evening = StudentFactory.create(
        school_class=SchoolClassFactory.create(school_year=YEAR, division=Division.EVENING)
    )
    Window.objects.filter(activity=Activity.SELECTION, division=Division.EVENING).update(
        closes_at=at("2024-09-28")
    )
    choose(evening, outcomes(evening, 1), when=CLOSED)
    with pytest.raises(WindowClosed):
        choose(student, when=CLOSED)


def test_grade_3_selects_by_the_letter_in_its_second_term_and_not_in_the_autumn_after():
    second = term_with_dates(113, 2, opening="2025-02-11", exam_end="2025-06-27", closing="2025-06-30")
    student = StudentFactory.create(school_class=SchoolClassFactory.create(grade=3))
    pieces = outcomes(student, 1, year=113, term=1)
    with pytest.raises(WindowClosed, match="待來文"):
        choose(student, pieces, year=113, when=at("2025-05-10"))
    Window.objects.filter(term=second, audience=Audience.GRADE3_FIRST, activity=Activity.SELECTION).update(
        opens_at=at("2025-05-08"), closes_at=at("2025-05-15")
    )
    choose(student, pieces, year=113, when=at("2025-05-14 23:59:59"))
    term_with_dates(114, 1, opening="2025-09-01", exam_end="2026-01-17", closing="2026-01-20")
    with pytest.raises(WindowClosed, match="114/05/14"):
        choose(student, pieces, year=113, when=at("2025-09-10"))

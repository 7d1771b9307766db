"""From rules and dates to windows, without a database (article 11, rules D1–D9, D13)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schedules.domain.activities import Activity, Anchor, Audience, Subject, audience_of
from schedules.domain.periods import Offset, Unit
from schedules.domain.planning import PlannedWindow, Rule, TermFacts, plan, subject_of
from schedules.domain.terms import TermCode, first_day_of_year
from tests.moments import day
from tests.schedules.article_11 import GENERAL, GRADE3, NEW_RULES, OLD_RULES, rule

GRADE3_ACTIVITIES = {
    Activity.OUTCOME_UPLOAD,
    Activity.CERTIFICATION,
    Activity.PERFORMANCE_UPLOAD,
    Activity.SELECTION,
}
LETTER = day("2025-05-28")


def facts(code: str, opening: str, closing: str, letters: dict[Audience, date] | None = None) -> TermFacts:
    exam_end = day(closing) - timedelta(days=3)
    return TermFacts(TermCode.parse(code), day(opening), exam_end, day(closing), letters or {})


FIRST = facts("113-1", "2024-08-30", "2025-01-20")
SECOND = facts("113-2", "2025-02-11", "2025-06-30")


def window(
    planned: list[PlannedWindow], activity: Activity, audience: Audience = Audience.GENERAL
) -> PlannedWindow:
    (found,) = [w for w in planned if (w.activity, w.audience) == (activity, audience)]
    return found


def test_a_first_term_has_the_general_windows_and_none_of_grade_3():
    planned = plan(OLD_RULES, FIRST)
    assert {w.audience for w in planned} == {Audience.GENERAL}
    assert {w.activity for w in planned} == {
        Activity.BASIC_DATA,
        Activity.CADRE_RECORDS,
        Activity.ELECTIVE_NAMES,
        Activity.GRADES,
        *GRADE3_ACTIVITIES,
    }


def test_a_second_term_has_grade_3_windows_for_both_batches_beside_the_general_ones():
    planned = plan(OLD_RULES, SECOND)
    for audience in (Audience.GRADE3_FIRST, Audience.GRADE3_SECOND):
        assert {w.activity for w in planned if w.audience == audience} == GRADE3_ACTIVITIES
    general = {w.activity for w in planned if w.audience == Audience.GENERAL}
    assert Activity.SELECTION not in general
    assert Activity.OUTCOME_UPLOAD in general


def test_selection_is_for_the_school_year_that_has_just_ended():
    selection = window(plan(OLD_RULES, FIRST), Activity.SELECTION)
    assert (selection.subject_year, selection.subject_term) == (112, 0)


def test_grade_3_selects_for_the_year_under_way_once_its_upload_has_closed():
    planned = plan(OLD_RULES, replace(SECOND, letters={Audience.GRADE3_FIRST: LETTER}))
    upload = window(planned, Activity.OUTCOME_UPLOAD, Audience.GRADE3_FIRST)
    selection = window(planned, Activity.SELECTION, Audience.GRADE3_FIRST)
    assert (selection.subject_year, selection.subject_term) == (113, 0)
    assert upload.closes_on
    assert selection.opens_on == upload.closes_on + timedelta(days=1)


def test_a_letter_counts_for_its_own_batch_only():
    planned = plan(OLD_RULES, replace(SECOND, letters={Audience.GRADE3_FIRST: LETTER}))
    for activity in GRADE3_ACTIVITIES:
        assert window(planned, activity, Audience.GRADE3_FIRST).closes_on is not None
        assert window(planned, activity, Audience.GRADE3_SECOND).closes_on is None


def test_without_a_letter_grade_3_never_falls_back_to_the_general_rule():
    planned = plan(OLD_RULES, SECOND)
    for activity in GRADE3_ACTIVITIES:
        assert window(planned, activity, Audience.GRADE3_FIRST).closes_on is None
        assert "待來文" in window(planned, activity, Audience.GRADE3_FIRST).explanation
    assert window(planned, Activity.OUTCOME_UPLOAD).closes_on == day("2025-07-14")


def test_a_letter_moves_nobody_but_grade_3():
    without = [w for w in plan(OLD_RULES, SECOND) if w.audience == Audience.GENERAL]
    letters = {Audience.GRADE3_FIRST: LETTER, Audience.GRADE3_SECOND: LETTER}
    with_letter = plan(OLD_RULES, replace(SECOND, letters=letters))
    assert [w for w in with_letter if w.audience == Audience.GENERAL] == without


def test_what_is_counted_for_each_record_or_opened_by_entering_a_day_is_not_planned():
    unplanned = [rule(Activity.RECEIPT_FIRST, Anchor.OWN_OPENING, Anchor.OWN_OPENING, 4, Unit.DAYS)]
    assert plan(unplanned, FIRST) == []
    assert Activity.CONSULTATION not in {w.activity for w in plan(GENERAL, FIRST)}


def test_the_order_in_which_rules_are_written_does_not_matter():
    late = replace(SECOND, letters={Audience.GRADE3_FIRST: LETTER})
    key = lambda w: (w.activity, w.audience)  # noqa: E731
    assert sorted(plan(list(reversed(NEW_RULES)), late), key=key) == sorted(plan(NEW_RULES, late), key=key)


def test_a_window_may_also_end_so_long_after_upload_has_closed():
    follow = rule(Activity.SELECTION, Anchor.OUTCOME_UPLOAD_CLOSE, Anchor.OUTCOME_UPLOAD_CLOSE, 1, Unit.WEEKS)
    selection = window(plan([follow, *GENERAL[:-1]], FIRST), Activity.SELECTION)
    assert (selection.opens_on, selection.closes_on) == (day("2025-02-04"), day("2025-02-10"))


def test_every_window_says_how_it_was_counted_and_cites_its_article():
    planned = plan(NEW_RULES, replace(SECOND, letters={Audience.GRADE3_FIRST: LETTER}))
    assert {w.article for w in planned} == {"第 11 點"}
    assert window(planned, Activity.OUTCOME_UPLOAD).explanation == "休業式日 114/06/30（一） 後 2 週"
    assert window(planned, Activity.PERFORMANCE_UPLOAD).explanation == "全學年期間"
    grade3 = window(planned, Activity.OUTCOME_UPLOAD, Audience.GRADE3_FIRST)
    assert grade3.explanation == "來文提交日 114/05/28（三） 前 3 週"


@pytest.mark.parametrize(
    ("subject", "code", "about"),
    [
        (Subject.THIS_TERM, "113-1", (113, 1)),
        (Subject.LAST_TERM, "113-1", (112, 2)),
        (Subject.LAST_TERM, "113-2", (113, 1)),
        (Subject.THIS_YEAR, "113-2", (113, 0)),
        (Subject.LAST_YEAR, "113-1", (112, 0)),
    ],
)
def test_what_the_work_of_a_window_belongs_to(subject, code, about):
    assert subject_of(subject, TermCode.parse(code)) == about


@pytest.mark.parametrize(
    ("grade", "term", "batch", "audience"),
    [
        (3, 2, 1, Audience.GRADE3_FIRST),
        (3, 2, 2, Audience.GRADE3_SECOND),
        (3, 1, 2, Audience.GENERAL),  # grade 3's first term follows the general rule
        (1, 2, 1, Audience.GENERAL),
        (2, 2, 2, Audience.GENERAL),
    ],
)
def test_only_grade_3_in_its_second_term_keeps_to_the_letter(grade, term, batch, audience):
    assert audience_of(grade, term, batch) == audience


def test_a_new_school_year_needs_no_change_of_code():
    planned = plan(NEW_RULES, facts("120-1", "2031-09-01", "2032-01-20"))
    assert window(planned, Activity.OUTCOME_UPLOAD).closes_on == day("2032-02-03")
    assert window(planned, Activity.PERFORMANCE_UPLOAD).opens_on == day("2031-08-01")


@st.composite
def terms(draw: st.DrawFn) -> TermFacts:
    """A term as schools have them: sixteen weeks or more, opened at the beginning of its half year."""
    year, number = draw(st.integers(100, 160)), draw(st.sampled_from([1, 2]))
    begin = first_day_of_year(year) + timedelta(days=0 if number == 1 else 184)
    opening = begin + timedelta(days=draw(st.integers(0, 45)))
    exam_end = opening + timedelta(days=draw(st.integers(112, 130)))
    closing = exam_end + timedelta(days=draw(st.integers(0, 7)))
    due = st.dates(opening + timedelta(weeks=4), opening + timedelta(weeks=20))
    letters = draw(st.dictionaries(st.sampled_from([Audience.GRADE3_FIRST, Audience.GRADE3_SECOND]), due))
    return TermFacts(TermCode(year, number), opening, exam_end, closing, letters)


@settings(max_examples=100)
@given(terms(), st.sampled_from([OLD_RULES, NEW_RULES]))
def test_windows_never_invert_and_planning_again_gives_the_same(term, rules):
    planned = plan(rules, term)
    assert all(w.opens_on <= w.closes_on for w in planned if w.opens_on and w.closes_on)
    assert plan(rules, term) == planned


offsets = st.builds(Offset, st.integers(0, 60), st.sampled_from(list(Unit)))
forward_rules = st.builds(
    Rule,
    activity=st.sampled_from(list(Activity)),
    subject=st.sampled_from(list(Subject)),
    opens_from=st.sampled_from(list(Anchor)),
    closes_from=st.sampled_from(list(Anchor)),
    closes=offsets,
)


@settings(max_examples=100)
@given(st.lists(forward_rules, max_size=8), terms())
def test_no_rule_that_can_be_entered_makes_planning_fail(rules, term):
    assert len(plan(rules, term)) <= len(rules)


@settings(max_examples=100)
@given(terms())
def test_upload_ends_before_or_with_certification_and_grade_3_selects_afterwards(term):
    planned = plan([*GENERAL, *GRADE3], term)
    for audience in {w.audience for w in planned}:
        upload = window(planned, Activity.OUTCOME_UPLOAD, audience).closes_on
        certification = window(planned, Activity.CERTIFICATION, audience).closes_on
        if upload is None:
            assert (certification, audience in term.letters) == (None, False)
            continue
        assert certification
        assert upload <= certification
        if audience != Audience.GENERAL:
            selection = window(planned, Activity.SELECTION, audience).opens_on
            assert selection
            assert selection > upload

"""The dates of the minutes and their neighbours must come out: by the pure rules, and through the services.

G9, G12 and G17 concern the working group's own book.
"""

import json
from dataclasses import replace
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command

from accounts.domain.division import Division
from schedules.domain.activities import Activity, Audience, Subject
from schedules.domain.planning import TermFacts, plan
from schedules.domain.terms import TermCode
from schedules.domain.window_state import WindowState
from schedules.models import OfficialLetter, RuleVersion, Term, TermDates, Window
from schedules.services.overrides import override_window
from schedules.services.receipt_windows import open_receipt_window
from schedules.services.terms import save_letter, save_term_dates
from tests.factories import AdminFactory
from tests.moments import at, day
from tests.schedules.article_11 import NEW_RULES, OLD_RULES

# term: opening, end of the final exam, closing ceremony
DATES = {
    "112-2": ("2024-02-16", "2024-06-27", "2024-06-28"),
    "113-1": ("2024-08-30", "2025-01-17", "2025-01-20"),
    "113-2": ("2025-02-11", "2025-06-27", "2025-06-30"),
    "114-1": ("2025-09-01", "2026-01-17", "2026-01-20"),
    "115-1": ("2026-09-01", "2027-01-17", "2027-01-20"),
}
GENERAL, BATCH_1, BATCH_2 = Audience.GENERAL, Audience.GRADE3_FIRST, Audience.GRADE3_SECOND
LETTER = day("2025-05-28")

BY_RULE = [
    # case, term, rules, activity, audience, first day, last day
    ("G1", "113-1", OLD_RULES, Activity.OUTCOME_UPLOAD, GENERAL, "2024-08-30", "2025-02-03"),
    ("G2", "113-1", OLD_RULES, Activity.CERTIFICATION, GENERAL, "2024-08-30", "2025-02-10"),
    ("G3", "113-1", OLD_RULES, Activity.SELECTION, GENERAL, "2024-08-30", "2024-09-20"),
    ("G10", "113-1", OLD_RULES, Activity.BASIC_DATA, GENERAL, "2024-08-30", "2024-09-13"),
    ("G10", "113-1", OLD_RULES, Activity.ELECTIVE_NAMES, GENERAL, "2024-08-30", "2024-09-30"),
    ("G10", "113-1", OLD_RULES, Activity.CADRE_RECORDS, GENERAL, "2024-08-30", "2024-10-30"),
    ("D5", "113-1", OLD_RULES, Activity.GRADES, GENERAL, "2025-01-17", "2025-01-31"),
    ("G13", "113-2", OLD_RULES, Activity.OUTCOME_UPLOAD, GENERAL, "2025-02-11", "2025-07-14"),
    ("G13", "113-2", OLD_RULES, Activity.CERTIFICATION, GENERAL, "2025-02-11", "2025-07-21"),
    ("G13", "113-2", OLD_RULES, Activity.BASIC_DATA, GENERAL, "2025-02-11", "2025-02-25"),
    ("G13", "113-2", OLD_RULES, Activity.ELECTIVE_NAMES, GENERAL, "2025-02-11", "2025-03-11"),
    ("G13", "113-2", OLD_RULES, Activity.CADRE_RECORDS, GENERAL, "2025-02-11", "2025-04-11"),
    ("G14", "114-1", NEW_RULES, Activity.SELECTION, GENERAL, "2025-09-01", "2025-09-22"),
    ("G15", "113-2", NEW_RULES, Activity.OUTCOME_UPLOAD, BATCH_1, "2025-02-11", "2025-05-07"),
    ("G15", "113-2", NEW_RULES, Activity.CERTIFICATION, BATCH_1, "2025-02-11", "2025-05-07"),
    ("G15", "113-2", NEW_RULES, Activity.PERFORMANCE_UPLOAD, BATCH_1, "2024-08-01", "2025-05-07"),
    ("G15", "113-2", NEW_RULES, Activity.SELECTION, BATCH_1, "2025-05-08", "2025-05-14"),
    ("G16", "113-1", OLD_RULES, Activity.PERFORMANCE_UPLOAD, GENERAL, "2024-08-30", "2025-02-03"),
    ("G16", "113-2", OLD_RULES, Activity.PERFORMANCE_UPLOAD, GENERAL, "2025-02-11", "2025-07-14"),
    ("G16", "113-1", NEW_RULES, Activity.PERFORMANCE_UPLOAD, GENERAL, "2024-08-01", "2025-07-31"),
    ("G16", "113-2", NEW_RULES, Activity.PERFORMANCE_UPLOAD, GENERAL, "2024-08-01", "2025-07-31"),
    ("C1", "114-1", NEW_RULES, Activity.OUTCOME_UPLOAD, GENERAL, "2025-09-01", "2026-02-03"),
    ("C1", "114-1", NEW_RULES, Activity.CERTIFICATION, GENERAL, "2025-09-01", "2026-02-10"),
    ("C4", "115-1", NEW_RULES, Activity.CERTIFICATION, GENERAL, "2026-09-01", "2027-02-10"),
]


@pytest.mark.parametrize(("case", "code", "rules", "activity", "audience", "opens", "closes"), BY_RULE)
def test_by_rule(case, code, rules, activity, audience, opens, closes):
    opening, exam_end, closing = map(day, DATES[code])
    facts = TermFacts(TermCode.parse(code), opening, exam_end, closing, {BATCH_1: LETTER})
    (window,) = [w for w in plan(rules, facts) if (w.activity, w.audience) == (activity, audience)]
    assert (window.opens_on, window.closes_on) == (day(opens), day(closes)), case


@pytest.fixture
def admin(db):
    return AdminFactory.create()


@pytest.fixture
def school(admin):
    """The year 113 as the minutes tell it, entered as an administrator enters it."""
    for code in ("112-2", "113-1", "113-2"):
        for division in Division:
            _enter_dates(code, division, admin)
    for division in Division:
        _enter_autumn(division, admin)
    return Term.objects.get(school_year=113, number=1)


def _enter_dates(code, division, admin):
    parsed = TermCode.parse(code)
    term, __ = Term.objects.get_or_create(school_year=parsed.school_year, number=parsed.number)
    opening, exam_end, closing = map(day, DATES[code])
    dates = TermDates(
        term=term, division=division, opening=opening, final_exam_end=exam_end, closing_ceremony=closing
    )
    save_term_dates(dates, by=admin, at=at("2024-02-01"))


def _enter_autumn(division, admin):
    term = Term.objects.get(school_year=113, number=1)
    letters = [
        (Activity.SUBMISSION, Subject.LAST_TERM, None, "2024-10-07"),
        (Activity.PRE_CHECK, Subject.THIS_TERM, "2024-09-12", "2024-11-11"),
        (Activity.RECEIPT_OFFICE_CHECK, Subject.LAST_TERM, None, "2024-10-18"),
    ]
    for activity, subject, opens, due in letters:
        letter = OfficialLetter(
            term=term,
            division=division,
            activity=activity,
            subject=subject,
            opens_on=opens and day(opens),
            due_on=day(due),
        )
        save_letter(letter, by=admin, at=at("2024-09-02 10:00"))
    _enter_receipt_windows(term, division, admin)
    override_window(
        Window.objects.get(term=term, division=division, activity=Activity.PERFORMANCE_UPLOAD),
        opens_on=day("2024-08-01"),
        closes_on=day("2025-07-31"),
        reason="工作小組決議全學年期間皆可上傳",
        by=admin,
        at=at("2024-10-21 13:00"),
    )


def _enter_receipt_windows(term, division, admin):
    first = open_receipt_window(
        term, division, subject=(112, 2), opens_on=day("2024-10-09"), at=at("2024-10-08 16:00")
    )
    override_window(
        first,
        opens_on=day("2024-10-09"),
        closes_on=day("2024-10-14"),
        reason="因國慶日調整",
        by=admin,
        at=at("2024-10-08 16:05"),
    )
    open_receipt_window(
        term, division, subject=(112, 2), opens_on=day("2024-10-16"), at=at("2024-10-15 16:00")
    )


def printed(code, division=Division.DAY):
    """What `manage.py windows CODE --json` prints, by activity and audience."""
    out = StringIO()
    call_command("windows", code, "--json", "--division", division, stdout=out)
    return {(row["activity"], row["audience"]): row for row in json.loads(out.getvalue())}


AUTUMN = [
    # activity, about, by, first day, last day
    ("outcome_upload", "113-1", "rule", "2024-08-30", "2025-02-03"),
    ("certification", "113-1", "rule", "2024-08-30", "2025-02-10"),
    ("selection", "112 學年度", "rule", "2024-08-30", "2024-09-20"),
    ("basic_data", "113-1", "rule", "2024-08-30", "2024-09-13"),
    ("elective_names", "113-1", "rule", "2024-08-30", "2024-09-30"),
    ("cadre_records", "113-1", "rule", "2024-08-30", "2024-10-30"),
    ("grades", "113-1", "rule", "2025-01-17", "2025-01-31"),
    ("submission", "112-2", "letter", "2024-08-30", "2024-10-07"),
    ("receipt_office_check", "112-2", "letter", "2024-08-30", "2024-10-18"),
    ("pre_check", "113-1", "letter", "2024-09-12", "2024-11-11"),
    ("receipt_first", "112-2", "override", "2024-10-09", "2024-10-14"),
    ("receipt_later", "112-2", "entered", "2024-10-16", "2024-10-17"),
    ("performance_upload", "113-1", "override", "2024-08-01", "2025-07-31"),
]


@pytest.mark.parametrize("division", Division)
def test_the_command_prints_the_schedule_of_113_1_as_the_minutes_have_it(school, division):
    rows = printed("113-1", division)
    assert {key[0] for key in rows} == {row[0] for row in AUTUMN}
    for activity, about, by, opens, closes in AUTUMN:
        row = rows[activity, "general"]
        found = (row["subject"], row["by"], row["opens"], row["closes"])
        assert found == (about, by, opens, closes), activity
        assert row["article"]


def test_the_first_receipt_window_stands_beside_its_computed_days(school, admin):
    row = printed("113-1")["receipt_first", "general"]
    assert (row["computed_opens"], row["computed_closes"]) == ("2024-10-09", "2024-10-12")
    assert row["override"] == {
        "opens": "2024-10-09",
        "closes": "2024-10-14",
        "reason": "因國慶日調整",
        "article": "第 6 點（三）",
        "decided_by": str(admin),
        "decided_at": at("2024-10-08 16:05").isoformat(),
    }
    assert row["article"] == "第 6 點（三）"
    assert row["warnings"] == []


def test_the_second_receipt_window_is_below_the_national_floor_and_says_so(school):
    row = printed("113-1")["receipt_later", "general"]
    assert row["round"] == 2
    assert row["override"] is None
    assert len(row["warnings"]) == 1


def test_the_whole_year_for_diverse_performance_was_an_override_until_the_rule_was_in_force(school):
    autumn = printed("113-1")["performance_upload", "general"]
    assert (autumn["computed_opens"], autumn["computed_closes"]) == ("2024-08-30", "2025-02-03")
    assert autumn["override"]["reason"] == "工作小組決議全學年期間皆可上傳"
    spring = printed("113-2")["performance_upload", "general"]
    assert (spring["by"], spring["opens"], spring["closes"]) == ("rule", "2024-08-01", "2025-07-31")


def test_without_its_letter_grade_3_is_awaiting_and_open(school):
    rows = printed("113-2")
    for activity in ("outcome_upload", "certification", "performance_upload", "selection"):
        for audience in ("grade3_first", "grade3_second"):
            row = rows[activity, audience]
            assert (row["closes"], row["computed_closes"], row["by"]) == (None, None, "rule"), activity
            assert row["warnings"] == []
    upload = Window.objects.get(
        activity=Activity.OUTCOME_UPLOAD, audience=BATCH_1, division=Division.DAY, subject_year=113
    )
    long_after_the_general_end = at("2025-07-15 12:00")
    assert upload.state(long_after_the_general_end) is WindowState.AWAITING
    assert upload.is_open(long_after_the_general_end)


def test_the_letter_ends_grade_3_three_and_two_weeks_before_it(school, admin):
    general = {key: row for key, row in printed("113-2").items() if key[1] == "general"}
    term = Term.objects.get(school_year=113, number=2)
    letter = OfficialLetter(
        term=term, division=Division.DAY, audience=BATCH_1, subject=Subject.THIS_TERM, due_on=LETTER
    )
    save_letter(letter, by=admin, at=at("2025-03-03 10:00"))
    rows = printed("113-2")
    for activity in ("outcome_upload", "certification", "performance_upload"):
        assert rows[activity, "grade3_first"]["closes"] == "2025-05-07", activity
        assert rows[activity, "grade3_second"]["closes"] is None, activity
        assert printed("113-2", Division.EVENING)[activity, "grade3_first"]["closes"] is None, activity
    selection = rows["selection", "grade3_first"]
    assert (selection["opens"], selection["closes"]) == ("2025-05-08", "2025-05-14")
    assert rows["submission", "grade3_first"]["closes"] == "2025-05-28"
    assert rows["outcome_upload", "grade3_first"]["warnings"] == []
    assert {key: row for key, row in rows.items() if key[1] == "general"} == general


@pytest.mark.parametrize(
    ("on", "rules"),
    [("2024-08-30", OLD_RULES), ("2025-01-31", OLD_RULES), ("2025-02-01", NEW_RULES)],
)
def test_the_rules_that_came_with_the_installation_are_those_of_the_source(db, on, rules):
    version = RuleVersion.objects.in_force_on(date.fromisoformat(on))
    receipts = (Activity.RECEIPT_FIRST, Activity.RECEIPT_LATER)
    stored = {replace(row.as_rule(), id=None) for row in version.deadlines.exclude(activity__in=receipts)}
    assert stored == set(rules)


def test_receipt_windows_last_four_days_then_two_counted_plainly(db):
    version = RuleVersion.objects.in_force_on(day("2024-10-09"))
    lengths = {
        row.activity: (str(row.offset), row.policy.counts_first_day, row.policy.rolls_to_workday)
        for row in version.deadlines.filter(activity__startswith="receipt")
    }
    assert lengths == {"receipt_first": ("4 日", True, False), "receipt_later": ("2 日", True, False)}


def test_quotas_that_came_with_the_installation(db):
    for on in ("2024-08-30", "2025-02-01"):
        version = RuleVersion.objects.in_force_on(day(on))
        assert dict(version.quotas.values_list("quota", "limit")) == {
            "outcomes_per_term": 10,
            "performances_per_year": 20,
            "selected_outcomes": 6,
            "selected_performances": 10,
        }

"""From a school's rules and a term's dates to the term's windows, without a database and without a clock."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils.translation import gettext as _

from accounts.domain.roc_calendar import roc_date
from schedules.domain.activities import GRADE3_AUDIENCES, Activity, Anchor, Audience, Subject
from schedules.domain.periods import Offset, closes_before, closes_on
from schedules.domain.terms import TermCode, first_day_of_year, last_day_of_year

# Opened by entering a day or by an official letter, or counted for each record on its own.
UNPLANNED_ANCHORS = (Anchor.OWN_OPENING, Anchor.CONSULTATION_END)


@dataclass(frozen=True)
class Rule:
    """A deadline rule (article 11). `closes` counts after its anchor, or before it with `closes_before`.

    `grade3` rules hold for grade 3 in the second term only, and replace the general ones there.
    """

    activity: Activity
    subject: Subject
    opens_from: Anchor
    closes_from: Anchor
    closes: Offset
    closes_before: bool = False
    grade3: bool = False
    first_term_only: bool = False
    article: str = ""
    id: int | None = None


@dataclass(frozen=True)
class TermFacts:
    """What a school entered for one term of one division (D22).

    `letters` gives the due date of the submission for each grade-3 audience that has its letter.
    """

    code: TermCode
    opening: date
    final_exam_end: date
    closing_ceremony: date
    letters: Mapping[Audience, date] = field(default_factory=dict)


@dataclass(frozen=True)
class PlannedWindow:
    """A computed window, both days included; a day is None while its letter has not come (D13).

    `subject_term` is 0 for a whole school year. `explanation` says in words how the last day was counted.
    """

    activity: Activity
    audience: Audience
    subject_year: int
    subject_term: int
    opens_on: date | None
    closes_on: date | None
    explanation: str
    article: str
    rule_id: int | None


def plan(rules: Iterable[Rule], facts: TermFacts) -> list[PlannedWindow]:
    """All windows that the rules make of a term's dates, grade-3 ones for every batch that has them."""
    planned: list[PlannedWindow] = []
    # Upload comes before what is counted from its end.
    for rule in sorted(
        rules, key=lambda rule: Anchor.OUTCOME_UPLOAD_CLOSE in (rule.opens_from, rule.closes_from)
    ):
        if _applies(rule, facts.code):
            planned += [_window(rule, audience, facts, planned) for audience in _audiences(rule)]
    return planned


def _applies(rule: Rule, code: TermCode) -> bool:
    if rule.opens_from in UNPLANNED_ANCHORS or rule.closes_from in UNPLANNED_ANCHORS:
        return False
    if rule.grade3:
        return code.number == 2
    return not rule.first_term_only or code.number == 1


def _audiences(rule: Rule) -> Iterator[Audience]:
    yield from GRADE3_AUDIENCES.values() if rule.grade3 else (Audience.GENERAL,)


def _window(
    rule: Rule, audience: Audience, facts: TermFacts, planned: Iterable[PlannedWindow]
) -> PlannedWindow:
    anchor = _anchor_day(rule.closes_from, audience, facts, planned)
    count = closes_before if rule.closes_before else closes_on
    year, term = subject_of(rule.subject, facts.code)
    return PlannedWindow(
        activity=rule.activity,
        audience=audience,
        subject_year=year,
        subject_term=term,
        opens_on=_opening(rule, audience, facts, planned),
        closes_on=count(anchor, rule.closes) if anchor else None,
        explanation=explain(rule, anchor),
        article=rule.article,
        rule_id=rule.id,
    )


def subject_of(subject: Subject, code: TermCode) -> tuple[int, int]:
    """School year and term (0 for the whole year) that a window of the term `code` is about."""
    if subject in (Subject.THIS_YEAR, Subject.LAST_YEAR):
        return code.school_year - (subject == Subject.LAST_YEAR), 0
    about = code.previous if subject == Subject.LAST_TERM else code
    return about.school_year, about.number


def _opening(
    rule: Rule, audience: Audience, facts: TermFacts, planned: Iterable[PlannedWindow]
) -> date | None:
    day = _anchor_day(rule.opens_from, audience, facts, planned)
    # What follows upload begins when its last day is over.
    return day + timedelta(days=1) if day and rule.opens_from == Anchor.OUTCOME_UPLOAD_CLOSE else day


def _anchor_day(
    anchor: Anchor, audience: Audience, facts: TermFacts, planned: Iterable[PlannedWindow]
) -> date | None:
    if anchor == Anchor.LETTER_DUE:
        return facts.letters.get(audience)
    if anchor == Anchor.OUTCOME_UPLOAD_CLOSE:
        uploads = (w for w in planned if (w.activity, w.audience) == (Activity.OUTCOME_UPLOAD, audience))
        return next((w.closes_on for w in uploads), None)
    return {
        Anchor.TERM_OPENING: facts.opening,
        Anchor.FINAL_EXAM_END: facts.final_exam_end,
        Anchor.CLOSING_CEREMONY: facts.closing_ceremony,
        Anchor.YEAR_START: first_day_of_year(facts.code.school_year),
        Anchor.YEAR_END: last_day_of_year(facts.code.school_year),
    }[anchor]


def explain(rule: Rule, anchor: date | None) -> str:
    """How the last day is counted, in words: 「休業式日 114/01/20（一） 後 2 週」."""
    if rule.closes_from == Anchor.YEAR_END and rule.closes.count == 0:
        return _("全學年期間")
    parts = {
        "anchor": Anchor(rule.closes_from).label,
        "day": roc_date(anchor) if anchor else _("（待來文）"),
        "offset": rule.closes,
    }
    if rule.closes_before:
        return _("%(anchor)s %(day)s 前 %(offset)s") % parts
    return _("%(anchor)s %(day)s 後 %(offset)s") % parts

"""Article 11 as the source prints it, written down a second time: what the school's own rules must equal."""

from schedules.domain.activities import Activity, Anchor, Subject
from schedules.domain.periods import Offset, Unit
from schedules.domain.planning import Rule

ARTICLE = "第 11 點"


def rule(
    activity: Activity,
    opens_from: Anchor,
    closes_from: Anchor,
    count: int,
    unit: Unit,
    *,
    subject: Subject = Subject.THIS_TERM,
    grade3: bool = False,
    first_term_only: bool = False,
) -> Rule:
    return Rule(
        activity=activity,
        subject=subject,
        opens_from=opens_from,
        closes_from=closes_from,
        closes=Offset(count, unit),
        closes_before=grade3,
        grade3=grade3,
        first_term_only=first_term_only,
        article=ARTICLE,
    )


OPENING, CLOSING = Anchor.TERM_OPENING, Anchor.CLOSING_CEREMONY
WEEKS, MONTHS = Unit.WEEKS, Unit.MONTHS

GENERAL = [
    rule(Activity.BASIC_DATA, OPENING, OPENING, 2, WEEKS),
    rule(Activity.CADRE_RECORDS, OPENING, OPENING, 2, MONTHS),
    rule(Activity.ELECTIVE_NAMES, OPENING, OPENING, 1, MONTHS),
    rule(Activity.CONSULTATION, Anchor.CONSULTATION_END, Anchor.CONSULTATION_END, 2, MONTHS),
    rule(Activity.GRADES, Anchor.FINAL_EXAM_END, Anchor.FINAL_EXAM_END, 2, WEEKS),
    rule(Activity.OUTCOME_UPLOAD, OPENING, CLOSING, 2, WEEKS),
    rule(Activity.CERTIFICATION, OPENING, CLOSING, 3, WEEKS),
    rule(Activity.SELECTION, OPENING, OPENING, 3, WEEKS, subject=Subject.LAST_YEAR, first_term_only=True),
]
GRADE3 = [
    rule(Activity.OUTCOME_UPLOAD, OPENING, Anchor.LETTER_DUE, 3, WEEKS, grade3=True),
    rule(Activity.CERTIFICATION, OPENING, Anchor.LETTER_DUE, 3, WEEKS, grade3=True),
    rule(Activity.PERFORMANCE_UPLOAD, Anchor.YEAR_START, Anchor.LETTER_DUE, 3, WEEKS, grade3=True),
    rule(
        Activity.SELECTION,
        Anchor.OUTCOME_UPLOAD_CLOSE,
        Anchor.LETTER_DUE,
        2,
        WEEKS,
        subject=Subject.THIS_YEAR,
        grade3=True,
    ),
]
OLD_PERFORMANCE = rule(Activity.PERFORMANCE_UPLOAD, OPENING, CLOSING, 2, WEEKS)
NEW_PERFORMANCE = rule(Activity.PERFORMANCE_UPLOAD, Anchor.YEAR_START, Anchor.YEAR_END, 0, Unit.DAYS)

OLD_RULES = [*GENERAL, OLD_PERFORMANCE, *GRADE3]
NEW_RULES = [*GENERAL, NEW_PERFORMANCE, *GRADE3]

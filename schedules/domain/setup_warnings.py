"""What a person who sets a term's dates should look at twice; nothing here refuses anything."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from accounts.domain.roc_calendar import roc_date
from schedules.domain.activities import STUDENT_ACTIVITIES, Activity, Audience
from schedules.domain.counting import DayKinds

EXAM_DAYS = timedelta(days=4)
# In this order a piece goes its way; a later step must not end before an earlier one.
STEPS = (Activity.OUTCOME_UPLOAD, Activity.CERTIFICATION)


@dataclass(frozen=True)
class Span:
    """A window's days, both included; None while a letter is awaited."""

    activity: str
    audience: str
    opens_on: date | None
    closes_on: date | None


def day_off_warning(span: Span, calendar: DayKinds) -> list[str]:
    """Whether the last day is a day off: nobody may be there to help."""
    if span.closes_on is None or calendar.is_workday(span.closes_on):
        return []
    return [_("截止日 %(day)s 是假日，當天沒有人員可協助。") % {"day": roc_date(span.closes_on)}]


def exam_warning(span: Span, final_exam_end: date | None) -> list[str]:
    """Whether students must decide in the days of their final exams."""
    if final_exam_end is None or span.closes_on is None or span.activity not in STUDENT_ACTIVITIES:
        return []
    if final_exam_end - EXAM_DAYS <= span.closes_on <= final_exam_end:
        return [_("截止日落在期末考期間。")]
    return []


def same_day_warning(span: Span, others: Iterable[Span]) -> list[str]:
    """Grade 3's uploads and certifications end together: what comes on the last night cannot be certified."""
    if span.activity != Activity.OUTCOME_UPLOAD or span.closes_on is None:
        return []
    ends = {
        o.closes_on for o in others if (o.activity, o.audience) == (Activity.CERTIFICATION, span.audience)
    }
    if span.closes_on in ends:
        return [_("上傳與認證同一天截止，最後一天上傳的可能來不及認證；可調整上傳截止日。")]
    return []


def order_warning(spans: Iterable[Span]) -> list[str]:
    """Whether certification ends before upload does."""
    ends = {(span.activity, span.audience): span.closes_on for span in spans}
    return [
        _("%(audience)s：認證截止早於上傳截止。") % {"audience": audience.label}
        for audience in Audience
        if (upload := ends.get((STEPS[0], audience)))
        and (certification := ends.get((STEPS[1], audience)))
        and certification < upload
    ]

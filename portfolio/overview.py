"""How much of their limits a student has used."""

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Student
from portfolio.models import CourseOutcome, DiversePerformance
from schedules.domain.terms import TermCode
from schedules.models.rules import Quota
from schedules.queries import quota_rule


@dataclass(frozen=True)
class Meter:
    """How much of a limit is used, for components/_quota.html."""

    label: str
    used: int
    limit: int
    article: str


def meter_maker(quota: Quota, now: datetime) -> Callable[[str, int], Meter]:
    """Makes meters of `quota` out of a label and a number of used places, reading the limit once."""
    rule = quota_rule(quota, timezone.localdate(now))
    return lambda label, used: Meter(label, used, rule.limit, rule.article)


def outcome_meters(student: Student, terms: Collection[TermCode], now: datetime) -> list[Meter]:
    """The places used in each of `terms`."""
    used = Counter(
        TermCode(*term)
        for term in CourseOutcome.objects.of(student)
        .standing()
        .order_by()
        .values_list("enrolment__section__term__school_year", "enrolment__section__term__number")
    )
    meter = meter_maker(Quota.OUTCOMES_PER_TERM, now)
    return [meter(term_label(term), used[term]) for term in terms]


def performance_meter(student: Student, school_year: int, now: datetime) -> Meter:
    used = DiversePerformance.objects.standing().filter(student=student, school_year=school_year).count()
    return meter_maker(Quota.PERFORMANCES_PER_YEAR, now)(year_label(school_year), used)


def term_label(term: TermCode) -> str:
    return _("%(term)s 學期已上傳") % {"term": term}


def year_label(school_year: int) -> str:
    return _("%(year)s 學年度已上傳") % {"year": school_year}

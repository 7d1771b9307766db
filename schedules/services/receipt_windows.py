"""Opening a window for receipt confirmation: its first day is entered, its last day follows (D11, D12)."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.domain.joining import joined
from accounts.domain.roc_calendar import roc_date
from schedules.calendar import SchoolCalendar
from schedules.domain.activities import RECEIPT_ACTIVITIES, Activity
from schedules.domain.counting import last_day
from schedules.models import DeadlineRule, Term, Window
from schedules.queries import deadline_rule
from schedules.services.planning import put_in_force
from schedules.services.self_checks import bring_up_to_date

FARTHEST = timedelta(days=60)  # how far ahead days off can matter to a window of some days


@transaction.atomic
def open_receipt_window(
    term: Term, division: str, *, subject: tuple[int, int], opens_on: date, reference: str = "", at: datetime
) -> Window:
    """Save what `plan_receipt_window` plans. Callers have asked whether the person may."""
    window = plan_receipt_window(
        term, division, subject=subject, opens_on=opens_on, reference=reference, at=at
    )
    window.save()
    bring_up_to_date(term)
    return window


def plan_receipt_window(
    term: Term, division: str, *, subject: tuple[int, int], opens_on: date, reference: str = "", at: datetime
) -> Window:
    """The next window, not saved, for confirming receipts about `subject` (year, term or 0).

    The first is longer than the later ones, in whatever term these lie.
    """
    earlier = Window.objects.filter(
        division=division,
        reference=reference,
        subject_year=subject[0],
        subject_term=subject[1],
        activity__in=RECEIPT_ACTIVITIES,
    ).count()
    activity = Activity.RECEIPT_LATER if earlier else Activity.RECEIPT_FIRST
    rule = deadline_rule(activity, opens_on)
    calendar = SchoolCalendar.load(opens_on, opens_on + FARTHEST)
    window = Window(
        term=term,
        division=division,
        activity=activity,
        reference=reference,
        round=earlier + 1,
        subject_year=subject[0],
        subject_term=subject[1],
        rule=rule,
        article=rule.article,
        explanation=_explained(rule, opens_on),
        changed_at=at,
        computed_opens_on=opens_on,
        computed_closes_on=last_day(opens_on, rule.count, rule.policy, calendar),
    )
    put_in_force(window)
    return window


def _explained(rule: DeadlineRule, opens_on: date) -> str:
    """How the days were counted, in words."""
    notes = [
        words
        for applies, words in (
            (rule.counts_first_day, _("首日計入")),
            (not rule.skips_weekends, _("含例假日")),
            (rule.skips_public_holidays, _("國定假日不計")),
            (rule.rolls_to_workday, _("末日遇假日順延")),
        )
        if applies
    ]
    parts = {"day": roc_date(opens_on), "offset": rule.offset, "notes": joined(notes)}
    return _("%(day)s 起 %(offset)s（%(notes)s）") % parts

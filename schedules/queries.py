"""Reads about time: which window someone's work keeps to, which rule is in force."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import WindowClosed
from accounts.models import ClassPlacement, Student
from schedules.domain.activities import STUDENT_ACTIVITIES, Activity, Audience, audience_of
from schedules.domain.terms import TermCode, term_of
from schedules.domain.window_state import WindowState
from schedules.models import DeadlineRule, QuotaRule, RuleVersion, Term, Window


@dataclass(frozen=True)
class ShownWindow:
    """A window as components/_window.html shows it at a moment."""

    activity_label: str
    opens_at: datetime | None
    closes_at: datetime | None
    article: str
    state: WindowState


def shown(window: Window, now: datetime, *, label: str = "") -> ShownWindow:
    """`window` for a template; `label` replaces the activity's usual name."""
    title = label or f"{window.subject_label} {window.get_activity_display()}"
    return ShownWindow(title, window.opens_at, window.closes_at, window.article, window.state(now))


def windows_of(term: TermCode, *, division: str | None = None) -> QuerySet[Window]:
    """The schedule of a term, overrides prefetched, in the order of time."""
    windows = Window.objects.filter(term__school_year=term.school_year, term__number=term.number)
    if division:
        windows = windows.filter(division=division)
    windows = windows.select_related("term", "rule").prefetch_related("overrides__decided_by")
    return windows.order_by("division", "opens_at", "closes_at", "pk")


def placement_of(student: Student, school_year: int) -> ClassPlacement | None:
    """The student's class of that year."""
    placements = ClassPlacement.objects.select_related("school_class")
    return placements.filter(student=student, school_year=school_year).first()


def student_window(
    student: Student, activity: Activity, subject: TermCode, *, whole_year: bool = False
) -> Window:
    """The window that `student` keeps to for work of `subject`, by their division, grade and letter batch.

    Raises:
        WindowClosed: the student was in no class that year, or the school has not set the dates.
    """
    found = student_windows(student, subject, [activity], whole_year=whole_year)
    if not found:
        what = _("%(year)s 學年度") % {"year": subject.school_year} if whole_year else str(subject)
        message = _("%(subject)s %(activity)s沒有適用於您的期程，請洽註冊組。")
        raise WindowClosed(message % {"subject": what, "activity": activity.label})
    return found[0]


def student_windows(
    student: Student,
    subject: TermCode,
    activities: Iterable[Activity] = STUDENT_ACTIVITIES,
    *,
    whole_year: bool = False,
) -> list[Window]:
    """The windows that `student` keeps to for work of `subject`, or of its whole year."""
    placement = placement_of(student, subject.school_year)
    if placement is None:
        return []
    # Selection for a whole year happens in grade 3's second term or after the year: batch by the class.
    number = 2 if whole_year else subject.number
    school_class = placement.school_class
    return list(
        Window.objects.select_related("term").filter(
            activity__in=list(activities),
            division=school_class.division,
            audience=audience_of(school_class.grade, number, school_class.letter_batch),
            subject_year=subject.school_year,
            subject_term=0 if whole_year else subject.number,
        )
    )


def performance_window(student: Student, at: datetime) -> Window:
    """The window that `student` keeps to for diverse performances at `at`: that of the calendar's term.

    Until it opens, the first term's stays good to its end: two weeks after a ceremony in late January.

    Raises:
        WindowClosed: as for `student_window`.
    """
    term = term_of(timezone.localdate(at))
    own = student_windows(student, term, [Activity.PERFORMANCE_UPLOAD])
    if term.number == 2 and not any(window.opens_at and window.opens_at <= at for window in own):
        earlier = student_windows(student, term.previous, [Activity.PERFORMANCE_UPLOAD])
        if earlier and (not own or earlier[0].is_open(at)):
            return earlier[0]
    return student_window(student, Activity.PERFORMANCE_UPLOAD, term)


def general_window(activity: Activity, division: str, subject: TermCode) -> Window | None:
    """The window that everybody but second-term grade 3 keeps to."""
    return Window.objects.filter(
        activity=activity,
        division=division,
        audience=Audience.GENERAL,
        subject_year=subject.school_year,
        subject_term=subject.number,
    ).first()


def quota_rule(quota: str, on: date) -> QuotaRule:
    """The limit in force on `on` (rules Q1–Q4).

    Raises:
        RuleVersion.DoesNotExist, QuotaRule.DoesNotExist: the school has none for that day.
    """
    return RuleVersion.objects.in_force_on(on).quotas.get(quota=quota)


def deadline_rule(activity: Activity, on: date) -> DeadlineRule:
    """The general rule of `activity` in force on `on`."""
    return RuleVersion.objects.in_force_on(on).deadlines.get(activity=activity, grade3=False)


def term_at(code: TermCode) -> Term | None:
    return Term.objects.filter(school_year=code.school_year, number=code.number).first()

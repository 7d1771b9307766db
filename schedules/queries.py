"""Reads about time: which window someone's work keeps to, which rule is in force."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_

from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.duty_roster import roster_at
from accounts.errors import WindowClosed
from accounts.models import ClassPlacement, Student, User
from schedules.domain.activities import STUDENT_ACTIVITIES, Activity, Audience, audience_of
from schedules.domain.terms import TermCode, term_of
from schedules.domain.window_state import WindowState
from schedules.models import DeadlineRule, Extension, QuotaRule, RuleVersion, SelfCheck, Term, Window

REOPENABLE = timedelta(days=60)
# A division and an activity: whose windows of what.
Kind = tuple[str, str]


@dataclass(frozen=True)
class ShownWindow:
    """A window as components/_window.html shows it at a moment."""

    activity_label: str
    opens_at: datetime | None
    closes_at: datetime | None
    article: str
    state: WindowState
    extension: Extension | None = None
    note: str = ""


def shown(window: Window, now: datetime, *, label: str = "", note: str = "") -> ShownWindow:
    """`window` for a template; `label` replaces the activity's usual name, `note` adds a line.

    A part of several people's windows says that it is longer, but none of their reasons.
    """
    title = label or f"{window.subject_label} {window.get_activity_display()}"
    return ShownWindow(
        title + (_("（展延）") if window.part else ""),
        window.opens_at,
        window.ends_at,
        window.article,
        window.state(now),
        None if window.part else window.extension,
        note,
    )


def windows_of(term: TermCode, *, division: str | None = None) -> QuerySet[Window]:
    """The schedule of a term, overrides prefetched, in the order of time; what has no day yet comes last."""
    windows = Window.objects.filter(term__school_year=term.school_year, term__number=term.number)
    if division:
        windows = windows.filter(division=division)
    windows = windows.select_related("term", "rule").prefetch_related("overrides__decided_by")
    return windows.order_by(
        "division", F("opens_at").asc(nulls_last=True), F("closes_at").asc(nulls_last=True), "pk"
    )


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
    windows = Window.objects.select_related("term").filter(
        activity__in=list(activities),
        division=school_class.division,
        audience=audience_of(school_class.grade, number, school_class.letter_batch),
        subject_year=subject.school_year,
        subject_term=0 if whole_year else subject.number,
    )
    return with_extensions(windows, student, [school_class.pk])


def with_extensions(windows: Iterable[Window], student: Student, class_ids: Iterable[int]) -> list[Window]:
    """`windows` as they hold for `student`, who sits in the classes `class_ids`: longer where extended.

    They are copies: each has every extension ever granted for them as `granted`, and the one that decides
    as `extension`.
    """
    windows = list(windows)
    of_class = Q(school_class__in=list(class_ids), school_class__school_year=F("window__subject_year"))
    granted = Extension.objects.filter(Q(student=student) | of_class, window__in=windows)
    own: dict[int, list[Extension]] = {}
    for extension in granted:
        own.setdefault(extension.window_id, []).append(extension)
    return [window.held_with(own.get(window.pk, ())) for window in windows]


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


def published_term(code: TermCode) -> Term | None:
    """The term, if its schedule has been published (D17)."""
    return Term.objects.filter(
        school_year=code.school_year, number=code.number, published_at__isnull=False
    ).first()


def extendable_windows(kinds: Iterable[Kind], now: datetime) -> QuerySet[Window]:
    """Windows of `kinds` that are open, to come, or closed not long ago."""
    windows = Window.objects.filter(_of_kinds(kinds), closes_at__gt=now - REOPENABLE)
    return windows.select_related("term").order_by("closes_at", "pk")


def extensions_in(kinds: Iterable[Kind]) -> QuerySet[Extension]:
    """Every extension of windows of `kinds`, withdrawn ones too, the latest first."""
    return Extension.objects.filter(_of_kinds(kinds, "window__")).select_related(
        "window__term", "school_class", "student__user", "granted_by", "withdrawn_by"
    )


def _of_kinds(kinds: Iterable[Kind], prefix: str = "") -> Q:
    conditions = (
        Q((f"{prefix}division", division), (f"{prefix}activity", activity)) for division, activity in kinds
    )
    return reduce(or_, conditions, Q(pk__in=[]))


@dataclass(frozen=True)
class ShownCheck:
    """An item of the self-check list as a person sees it."""

    check: SelfCheck
    may_tick: bool
    is_late: bool


def self_checks_of(term: Term, user: User, now: datetime) -> list[ShownCheck]:
    """The term's self-check list in the order of its days, with what `user` may tick."""
    roster, today = roster_at(now), timezone.localdate(now)
    checks = SelfCheck.objects.filter(term=term).select_related("window", "post", "ticked_by", "on_behalf_of")
    return [
        ShownCheck(
            check=check,
            may_tick=roster.authority(user, check.duty, check.division).allowed,
            is_late=check.ticked_at is None and check.due_on is not None and check.due_on <= today,
        )
        for check in checks.order_by("division", F("due_on").asc(nulls_last=True), "pk")
    ]

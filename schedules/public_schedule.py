"""A term's schedule as everybody may read it: by division, by who keeps to it, by time (rules D17)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import groupby

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.domain.division import Division
from accounts.domain.roc_calendar import first_day, last_day
from schedules.domain.activities import (
    GRADE3_AUDIENCES,
    RECEIPT_ACTIVITIES,
    STUDENT_ACTIVITIES,
    Activity,
    Audience,
)
from schedules.domain.terms import TermCode, term_of
from schedules.domain.timeline import Entry, Timeline, timeline
from schedules.domain.window_state import WindowState
from schedules.models import DeadlineRule, Extension, RuleVersion, Term, Window, WindowOverride
from schedules.queries import deadline_rule, windows_of

WHOLE_TERM_DAYS = 250

_STUDENTS = {*STUDENT_ACTIVITIES, *RECEIPT_ACTIVITIES}
_TEACHERS = {Activity.CERTIFICATION}

# Who keeps to which windows, in the order of the page. Grade 3's second term keeps to its own.
_GROUPS: tuple[tuple[object, Callable[[Window], bool]], ...] = (
    (gettext_lazy("學生"), lambda window: _is_general(window) and window.activity in _STUDENTS),
    (gettext_lazy("教師"), lambda window: _is_general(window) and window.activity in _TEACHERS),
    (
        gettext_lazy("行政單位"),
        lambda window: _is_general(window) and window.activity not in _STUDENTS | _TEACHERS,
    ),
    (Audience.GRADE3_FIRST.label, lambda window: window.audience == Audience.GRADE3_FIRST),
    (Audience.GRADE3_SECOND.label, lambda window: window.audience == Audience.GRADE3_SECOND),
)


@dataclass(frozen=True)
class Row:
    """A line of the schedule. The computed days matter beside an override, which gives its reason."""

    title: str
    subject: str
    opens_at: datetime | None
    closes_at: datetime | None
    state: WindowState
    explanation: str
    article: str
    override: WindowOverride | None
    computed_opens_on: date | None
    computed_closes_on: date | None
    self_check_on: date | None
    extensions: list[Extension]
    rosters: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Group:
    title: str
    rows: list[Row]


@dataclass(frozen=True)
class DivisionSchedule:
    division: Division
    groups: list[Group]
    picture: Timeline | None = None


def shown_terms(*, with_drafts: bool) -> QuerySet[Term]:
    """Terms that are published, and for staff those that are only planned, the latest first."""
    terms = Term.objects.filter(windows__isnull=False).distinct().order_by("-school_year", "-number")
    return terms if with_drafts else terms.filter(published_at__isnull=False)


def chosen_term(terms: Sequence[Term], wanted: TermCode | None, today: date) -> Term | None:
    """The `wanted` one, None if it is not among `terms`; with no wish that of `today`, else the latest."""
    found = next((term for term in terms if term.code == (wanted or term_of(today))), None)
    latest = terms[0] if terms and wanted is None else None
    return found or latest


def schedule_of(term: TermCode, now: datetime) -> list[DivisionSchedule]:
    """Both divisions' schedules at `now`; a division without windows is left out."""
    windows = sorted(
        windows_of(term)
        .select_related("term", "rule", "self_check")
        .prefetch_related("extensions__school_class"),
        key=_by_time,
    )
    by_division = {d: list(_groups([w for w in windows if w.division == d], now)) for d in Division}
    return [
        DivisionSchedule(division, groups, _picture(groups, now))
        for division, groups in by_division.items()
        if groups
    ]


def _picture(groups: Sequence[Group], now: datetime) -> Timeline | None:
    """The division's term at a glance: one bar for every row whose first day is known."""
    entries = [_bar(row, group) for group in groups for row in group.rows if row.opens_at]
    if not entries:
        return None
    # What lasts the whole school year would squeeze the term: it is cut at the picture's edges.
    in_term = [entry for entry in entries if 0 < entry.days <= WHOLE_TERM_DAYS] or entries
    days = [day for entry in in_term for day in (entry.opens_on, entry.closes_on) if day]
    return timeline(entries, first=min(days), last=max(days), today=timezone.localdate(now))


def _bar(row: Row, group: Group) -> Entry:
    assert row.opens_at
    is_grade3 = group.title in {str(audience.label) for audience in GRADE3_AUDIENCES.values()}
    closes_on = timezone.localdate(row.closes_at - timedelta(microseconds=1)) if row.closes_at else None
    return Entry(
        label=f"{row.title}・{group.title}" if is_grade3 else row.title,
        note=f"{first_day(row.opens_at)}，{last_day(row.closes_at) or _('截止日待來文')}",
        opens_on=timezone.localdate(row.opens_at),
        closes_on=closes_on,
        state=row.state,
    )


def _title(window: Window) -> str:
    if window.activity in RECEIPT_ACTIVITIES:
        return _("收訖明細確認（第 %(round)d 次）") % {"round": window.round}
    return window.get_activity_display()


def _of_classes(window: Window) -> list[Extension]:
    """Extensions in force for whole classes; a single student's are nobody else's business."""
    return [one for one in window.extensions.all() if one.school_class_id and one.withdrawn_at is None]


def _self_check_day(window: Window) -> date | None:
    check = getattr(window, "self_check", None)
    return check.due_on if check else None


def consultation_rule(term: TermCode) -> DeadlineRule | None:
    """The rule for consultation records, which are counted one by one and so have no window."""
    opening = windows_of(term).filter(activity=Activity.OUTCOME_UPLOAD).exclude(opens_at=None).first()
    day = opening.opens_on if opening else None
    try:
        return deadline_rule(Activity.CONSULTATION, day) if day else None
    except (RuleVersion.DoesNotExist, DeadlineRule.DoesNotExist):
        return None


def _groups(windows: list[Window], now: datetime) -> Iterator[Group]:
    for title, belongs in _GROUPS:
        rows = [_row(window, now) for window in windows if belongs(window)]
        if rows:
            yield Group(str(title), list(_merged(rows)))


def _is_general(window: Window) -> bool:
    return window.audience == Audience.GENERAL


def _by_time(window: Window) -> tuple[bool, str, bool, str, int]:
    """What has no day yet comes last, on every database."""
    opens, closes = window.opens_at, window.closes_at
    return (opens is None, str(opens), closes is None, str(closes), window.pk)


def _row(window: Window, now: datetime) -> Row:
    return Row(
        title=_title(window),
        subject=window.subject_label,
        opens_at=window.opens_at,
        closes_at=window.closes_at,
        state=window.state(now),
        explanation=window.explanation,
        article=window.article,
        override=window.active_override,
        computed_opens_on=window.computed_opens_on,
        computed_closes_on=window.computed_closes_on,
        self_check_on=_self_check_day(window),
        extensions=_of_classes(window),
        rosters=[window.reference] if window.reference else [],
    )


def _merged(rows: list[Row]) -> Iterator[Row]:
    """Rosters whose receipts are confirmed on the same days share one line."""
    for __, alike in groupby(rows, key=_alike):
        first, *others = alike
        yield replace(
            first,
            rosters=first.rosters + [code for row in others for code in row.rosters],
            extensions=first.extensions + [one for row in others for one in row.extensions],
        )


def _alike(row: Row) -> tuple[object, ...]:
    if not row.rosters:
        return (id(row),)
    return (row.title, row.subject, row.opens_at, row.closes_at, row.override and row.override.reason)

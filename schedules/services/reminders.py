"""Telling people what closes when; students in the same words whatever they have done so far (rules E1)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.domain.roc_calendar import last_day
from accounts.duty_roster import DutyRoster
from accounts.models import Notice, School, User
from accounts.services import notices
from schedules.concerned import people_concerned, placements_concerned, students_by_end
from schedules.domain.activities import RECEIPT_ACTIVITIES, STUDENT_ACTIVITIES, Activity
from schedules.domain.periods import last_day_before
from schedules.domain.reminding import due_reminder
from schedules.models import Extension, Window

# Receipts and pending certifications are reminded of by those who know who has not acted.
ELSEWHERE = (*RECEIPT_ACTIVITIES, Activity.CERTIFICATION)


def remind_closing(at: datetime) -> int:
    """Tell everyone concerned once for each of the school's lead times; how many windows were due.

    Late or doubled runs tell nobody twice: of several lead times that have passed, only the last one counts.
    """
    leads = (School.objects.first() or School()).reminder_leads
    closing = list(_closing(at, timedelta(days=max(leads, default=0))))
    of_offices = any(window.activity not in STUDENT_ACTIVITIES for window in closing)
    roster = DutyRoster(at) if of_offices else None
    return sum(_remind(window, leads, roster, at) for window in closing)


def _closing(at: datetime, ahead: timedelta) -> QuerySet[Window]:
    """Windows that close within `ahead` of `at`, for everybody or for those with an extension."""
    days = (timezone.localdate(at), timezone.localdate(at + ahead))
    extended = Extension.objects.active().filter(window=OuterRef("pk"), closes_on__range=days)
    soon = Q(closes_at__gt=at, closes_at__lte=at + ahead) | Exists(extended)
    windows = Window.objects.filter(soon, opens_at__lte=at).exclude(activity__in=ELSEWHERE)
    return windows.order_by("pk")


def _remind(window: Window, leads: list[int], roster: DutyRoster | None, at: datetime) -> bool:
    if _everybody_was_told(window, leads, at):
        return True
    due = [
        (people, end, lead)
        for end, people in _people_by_end(window, roster, at).items()
        if (lead := due_reminder(end, leads, at)) is not None
    ]
    for people, end, lead in due:
        _tell(window, people, end, lead, at)
    return bool(due)


def _everybody_was_told(window: Window, leads: list[int], at: datetime) -> bool:
    """What nearly every run finds of a window that students keep to; with extensions it looks closer."""
    if window.activity not in STUDENT_ACTIVITIES or window.closes_at is None:
        return False
    if (lead := due_reminder(window.closes_at, leads, at)) is None:
        return False
    told = Notice.objects.filter(key=_key(window, window.closes_at, lead))
    return not placements_concerned(window).exclude(student__user__in=told.values("user")).exists()


def _people_by_end(window: Window, roster: DutyRoster | None, at: datetime) -> dict[datetime, list[User]]:
    if window.activity in STUDENT_ACTIVITIES:
        return students_by_end(window)
    return {window.closes_at: people_concerned(window, at, roster=roster)} if window.closes_at else {}


def _tell(window: Window, people: Iterable[User], end: datetime, lead: int, at: datetime) -> None:
    notices.tell(
        people,
        key=_key(window, end, lead),
        subject=partial(_closing_words, window, end),
        body=partial(_student_words if window.activity in STUDENT_ACTIVITIES else _office_words, window),
        url=reverse("home"),
        act_by=None if window.activity in STUDENT_ACTIVITIES else last_day_before(end),
        at=at,
    )


def _key(window: Window, end: datetime, lead: int) -> str:
    return f"closing-{window.pk}-{end:%Y%m%d}-{lead}"


def _closing_words(window: Window, end: datetime) -> str:
    return _("%(subject)s %(activity)s：%(closes)s") % {
        "subject": window.subject_label,
        "activity": window.get_activity_display(),
        "closes": last_day(end),
    }


def _student_words(window: Window) -> str:
    message = _("是否上傳或勾選由您自行決定；截止後就不能再變更（%(article)s）。")
    return message % {"article": window.article}


def _office_words(window: Window) -> str:
    message = _("請於截止前完成%(activity)s（%(article)s）。")
    return message % {"activity": window.get_activity_display(), "article": window.article}

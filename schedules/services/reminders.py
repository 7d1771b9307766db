"""Telling people what closes when; students in the same words whatever they have done so far (rules E1)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.domain.roc_calendar import last_day
from accounts.models import School, User
from accounts.services import notices
from schedules.concerned import people_concerned, students_by_end
from schedules.domain.activities import RECEIPT_ACTIVITIES, STUDENT_ACTIVITIES, Activity
from schedules.domain.reminding import due_reminder
from schedules.models import Extension, Window

# Receipts and pending certifications are reminded of by those who know who has not acted.
ELSEWHERE = (*RECEIPT_ACTIVITIES, Activity.CERTIFICATION)


def remind_closing(at: datetime) -> int:
    """Tell everyone concerned once for each of the school's lead times; how many windows were due.

    Late or doubled runs tell nobody twice: of several lead times that have passed, only the last one counts.
    """
    leads = (School.objects.first() or School()).reminder_leads
    return sum(_remind(window, leads, at) for window in _closing(at, timedelta(days=max(leads, default=0))))


def _closing(at: datetime, ahead: timedelta) -> QuerySet[Window]:
    """Windows that close within `ahead` of `at`, for everybody or for those with an extension."""
    extended = Extension.objects.active().filter(
        closes_on__range=(timezone.localdate(at), timezone.localdate(at + ahead))
    )
    soon = Q(closes_at__gt=at, closes_at__lte=at + ahead) | Q(extensions__in=extended)
    windows = Window.objects.filter(soon, opens_at__lte=at).exclude(activity__in=ELSEWHERE)
    return windows.select_related("term").distinct()


def _remind(window: Window, leads: list[int], at: datetime) -> bool:
    due = [
        (people, end, lead)
        for end, people in _people_by_end(window, at).items()
        if (lead := due_reminder(end, leads, at)) is not None
    ]
    for people, end, lead in due:
        _tell(window, people, end, lead, at)
    return bool(due)


def _people_by_end(window: Window, at: datetime) -> dict[datetime, list[User]]:
    if window.activity in STUDENT_ACTIVITIES:
        return students_by_end(window)
    return {window.closes_at: people_concerned(window, at)} if window.closes_at else {}


def _tell(window: Window, people: Iterable[User], end: datetime, lead: int, at: datetime) -> None:
    notices.tell(
        people,
        key=f"closing-{window.pk}-{end:%Y%m%d}-{lead}",
        subject=_("%(subject)s %(activity)s：%(closes)s")
        % {
            "subject": window.subject_label,
            "activity": window.get_activity_display(),
            "closes": last_day(end),
        },
        body=_student_words(window) if window.activity in STUDENT_ACTIVITIES else _office_words(window),
        url=reverse("home"),
        at=at,
    )


def _student_words(window: Window) -> str:
    message = _("是否上傳或勾選由您自行決定；截止後就不能再變更（%(article)s）。")
    return message % {"article": window.article}


def _office_words(window: Window) -> str:
    message = _("請於截止前完成%(activity)s（%(article)s）。")
    return message % {"activity": window.get_activity_display(), "article": window.article}

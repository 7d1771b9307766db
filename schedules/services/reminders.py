"""Telling people what closes when; students in the same words whatever they have done so far (rules E1)."""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.domain.roc_calendar import last_day
from accounts.models import School
from accounts.services import notices
from schedules.concerned import people_concerned
from schedules.domain.activities import RECEIPT_ACTIVITIES, STUDENT_ACTIVITIES, Activity
from schedules.domain.reminding import due_reminder
from schedules.models import Window

# Receipts and pending certifications are reminded of by those who know who has not acted.
ELSEWHERE = (*RECEIPT_ACTIVITIES, Activity.CERTIFICATION)


def remind_closing(at: datetime) -> int:
    """Tell everyone concerned once for each of the school's lead times; how many windows were due.

    Late or doubled runs tell nobody twice: of several lead times that have passed, only the last one counts.
    """
    school = School.objects.first()
    leads = school.reminder_leads if school else []
    windows = Window.objects.filter(
        opens_at__lte=at, closes_at__gt=at, closes_at__lte=at + timedelta(days=max(leads, default=0))
    ).exclude(activity__in=ELSEWHERE)
    return sum(_remind(window, leads, at) for window in windows.select_related("term"))


def _remind(window: Window, leads: list[int], at: datetime) -> bool:
    assert window.closes_at
    lead = due_reminder(window.closes_at, leads, at)
    if lead is None:
        return False
    for_students = window.activity in STUDENT_ACTIVITIES
    notices.tell(
        people_concerned(window, at),
        key=f"closing-{window.pk}-{window.closes_at:%Y%m%d}-{lead}",
        subject=_("%(activity)s：%(closes)s")
        % {"activity": window.get_activity_display(), "closes": last_day(window.closes_at)},
        body=_student_words(window) if for_students else _office_words(window),
        url=reverse("home"),
        at=at,
    )
    return True


def _student_words(window: Window) -> str:
    message = _("是否上傳或勾選由您自行決定；截止後就不能再變更（%(article)s）。")
    return message % {"article": window.article}


def _office_words(window: Window) -> str:
    message = _("請於截止前完成%(activity)s（%(article)s）。")
    return message % {"activity": window.get_activity_display(), "article": window.article}

"""Telling teachers that certification is about to close; the same words to everyone (rules E1, E2)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.domain.roc_calendar import last_day
from accounts.models import School, User
from accounts.services import notices
from portfolio.certification_queries import closing_certifications, waiting_under
from schedules.domain.reminding import due_reminder
from schedules.models import Window


def remind_certifiers(at: datetime) -> int:
    """Tell teachers who still have outcomes waiting, once for each lead time of the school; how many people.

    Should the school move the day, they are told again.
    """
    school = School.objects.first()
    leads = school.reminder_leads if school else []
    windows = closing_certifications(at, at + timedelta(days=max(leads, default=0)))
    return sum(_remind(window, leads, at) for window in windows)


def _remind(window: Window, leads: Iterable[int], at: datetime) -> int:
    assert window.closes_at
    lead = due_reminder(window.closes_at, leads, at)
    waiting = waiting_under(window)
    teachers = list(
        User.objects.filter(sections__enrolments__outcomes__in=waiting, is_active=True).distinct()
    )
    subject = _("%(term)s 課程學習成果認證：%(closes)s")
    notices.tell(
        teachers,
        key=f"certification-closing-{window.pk}-{window.closes_at:%Y%m%d%H%M}-{lead}",
        subject=subject % {"term": window.subject_label, "closes": last_day(window.closes_at)},
        body=_("您任教的課程還有待認證的課程學習成果；截止後就不能再認證或退件（%(article)s）。")
        % {"article": window.article},
        url=reverse("certification:queue"),
        at=at,
    )
    return len(teachers)

"""Telling teachers that certification is about to close; the same words to everyone (rules E1, E2)."""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.domain.roc_calendar import last_day
from accounts.models import User
from accounts.services import notices
from portfolio.certification_queries import closing_certifications, waiting_under
from schedules.models import Window

AHEAD = timedelta(days=3)


def remind_certifiers(at: datetime) -> int:
    """Tell teachers who still have outcomes waiting, once per window and closing day; how many people.

    Should the school move the day, they are told again.
    """
    return sum(_remind(window, at) for window in closing_certifications(at, at + AHEAD))


def _remind(window: Window, at: datetime) -> int:
    waiting = waiting_under(window)
    teachers = list(
        User.objects.filter(sections__enrolments__outcomes__in=waiting, is_active=True).distinct()
    )
    subject = _("%(term)s 課程學習成果認證：%(closes)s")
    notices.tell(
        teachers,
        key=f"certification-closing-{window.pk}-{window.closes_at:%Y%m%d%H%M}",
        subject=subject % {"term": window.subject_label, "closes": last_day(window.closes_at)},
        body=_("您任教的課程還有待認證的課程學習成果；截止後就不能再認證或退件（%(article)s）。")
        % {"article": window.article},
        url=reverse("certification:queue"),
        at=at,
    )
    return len(teachers)

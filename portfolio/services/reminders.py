"""Telling those who certify that it is about to close; the same words to everyone (rules E1, E2)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.domain.roc_calendar import last_day
from accounts.models import School
from accounts.services import notices
from portfolio.certification_queries import certifiers_of, closing_certifications, waiting_under
from schedules.domain.reminding import due_reminder
from schedules.models import Window


def remind_certifiers(at: datetime) -> int:
    """Tell whoever certifies now and still has outcomes waiting, once per lead time; how many people.

    The chain says who that is. Should the school move the day, they are told again.
    """
    leads = (School.objects.first() or School()).reminder_leads
    windows = closing_certifications(at, at + timedelta(days=max(leads, default=0)))
    return sum(_remind(window, leads, at) for window in windows)


def _remind(window: Window, leads: Iterable[int], at: datetime) -> int:
    assert window.closes_at
    lead = due_reminder(window.closes_at, leads, at)
    certifiers = certifiers_of(waiting_under(window), at)
    subject = _("%(term)s 課程學習成果認證：%(closes)s")
    notices.tell(
        certifiers,
        key=f"certification-closing-{window.pk}-{window.closes_at:%Y%m%d%H%M}-{lead}",
        subject=subject % {"term": window.subject_label, "closes": last_day(window.closes_at)},
        body=_("由您認證的課程還有待認證的課程學習成果；截止後就不能再認證或退件（%(article)s）。")
        % {"article": window.article},
        url=reverse("certification:queue"),
        at=at,
    )
    return len(certifiers)

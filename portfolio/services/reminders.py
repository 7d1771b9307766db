"""Telling those who certify that it is about to close; the same words to everyone (rules E1, E2)."""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.domain.roc_calendar import last_day
from accounts.services import notices
from portfolio.certification_queries import certifiers_of, closing_certifications, waiting_under
from schedules.models import Window

AHEAD = timedelta(days=3)


def remind_certifiers(at: datetime) -> int:
    """Tell whoever certifies now and still has outcomes waiting, once per window and day; how many people.

    The chain says who that is. Should the school move the day, they are told again.
    """
    return sum(_remind(window, at) for window in closing_certifications(at, at + AHEAD))


def _remind(window: Window, at: datetime) -> int:
    certifiers = certifiers_of(waiting_under(window), at)
    subject = _("%(term)s 課程學習成果認證：%(closes)s")
    notices.tell(
        certifiers,
        key=f"certification-closing-{window.pk}-{window.closes_at:%Y%m%d%H%M}",
        subject=subject % {"term": window.subject_label, "closes": last_day(window.closes_at)},
        body=_("由您認證的課程還有待認證的課程學習成果；截止後就不能再認證或退件（%(article)s）。")
        % {"article": window.article},
        url=reverse("certification:queue"),
        at=at,
    )
    return len(certifiers)

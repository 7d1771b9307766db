"""Telling those who certify that it is about to close; the same words to everyone (rules E1, E2)."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.domain.roc_calendar import last_day
from accounts.models import School
from accounts.services import notices
from portfolio.certification_ends import Closing, closing_certifications
from portfolio.certification_queries import certifiers_of
from portfolio.models import PendingDecision
from schedules.domain.periods import last_day_before
from schedules.domain.reminding import due_reminder

# Days before the close on which kept decisions are reminded of.
PUBLISHING_LEADS = (3, 1)


def remind_certifiers(at: datetime) -> int:
    """Tell whoever certifies now and still has outcomes waiting, once per lead time and end; how many people.

    The chain says who that is. An outcome with more time counts towards its own end alone. Should the school
    move the day, they are told again.
    """
    leads = (School.objects.first() or School()).reminder_leads
    closings = closing_certifications(at, at + timedelta(days=max(leads, default=0)))
    return sum(_remind(closing, leads, at) for closing in closings)


def remind_unpublished(at: datetime) -> int:
    """Tell whoever keeps decisions that are not published, three days and one day before they come too late.

    Nothing is published by itself: what is kept until the close stays without effect.
    """
    closings = closing_certifications(at, at + timedelta(days=max(PUBLISHING_LEADS)))
    return sum(_remind_to_publish(closing, at) for closing in closings)


def _remind_to_publish(closing: Closing, at: datetime) -> int:
    ends_at = closing.ends_at
    lead = due_reminder(ends_at, PUBLISHING_LEADS, at)
    kept = Counter(
        one.decided_by
        for one in PendingDecision.objects.filter(outcome__in=closing.outcomes).select_related("decided_by")
    )
    for person, count in kept.items():
        notices.tell(
            [person],
            key=f"unpublished-{closing.window.pk}-{ends_at:%Y%m%d%H%M}-{lead}",
            subject=partial(_unpublished, count, ends_at),
            body=lambda: (
                _(
                    "您存下的認證或退件決定還沒有發布，學生看不到。截止前未發布就不生效，這些課程學習成果將無法勾選提交（%(article)s）。"
                )
                % {"article": closing.window.article}
            ),
            url=reverse("certification:queue"),
            act_by=last_day_before(ends_at),
            at=at,
        )
    return len(kept)


def _remind(closing: Closing, leads: Iterable[int], at: datetime) -> int:
    window, ends_at = closing.window, closing.ends_at
    lead = due_reminder(ends_at, leads, at)
    certifiers = certifiers_of(closing.sections, at)
    notices.tell(
        certifiers,
        key=f"certification-closing-{window.pk}-{ends_at:%Y%m%d%H%M}-{lead}",
        subject=lambda: (
            _("%(term)s 課程學習成果認證：%(closes)s")
            % {"term": window.subject_label, "closes": last_day(ends_at)}
        ),
        body=lambda: (
            _("由您認證的課程還有待認證的課程學習成果；截止後就不能再認證或退件（%(article)s）。")
            % {"article": window.article}
        ),
        url=reverse("certification:queue"),
        act_by=last_day_before(ends_at),
        at=at,
    )
    return len(certifiers)


def _unpublished(count: int, ends_at: datetime) -> str:
    return _("尚未發布的認證決定 %(count)d 件：%(closes)s") % {"count": count, "closes": last_day(ends_at)}

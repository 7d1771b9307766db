"""Telling people something once, on the site and by e-mail."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from smtplib import SMTPDataError, SMTPRecipientsRefused

from django.core.mail import EmailMessage
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.domain.roc_calendar import roc_date
from accounts.language import speaking
from accounts.models import MailPreference, Notice, User
from accounts.models.reminders import MailChoice
from accounts.services.mailing import claimed

log = logging.getLogger(__name__)

MAIL_AT_ONCE = 200
SUBJECT_LENGTH = 120
DAILY_AT = 7  # o'clock, on the school's clock

# What somebody typed, or what says it in the language of the moment.
Words = str | Callable[[], str]


def tell(
    people: Iterable[User],
    *,
    key: str,
    subject: Words,
    body: Words = "",
    url: str = "",
    act_by: date | None = None,
    at: datetime,
) -> None:
    """Give every person a notice in their language, unless they already had the one called `key`.

    `act_by` is the last day on which they have to act; only then does the subject begin with it, so that
    what must be done is not overlooked among what is merely news.
    """

    @cache
    def wording(language: str) -> tuple[str, str]:
        with speaking(language):
            head = said(subject)
            if act_by:
                head = _("[請於 %(day)s 前處理] %(subject)s") % {"day": roc_date(act_by), "subject": head}
            return head, said(body)

    tell_each((Told(user, key, *wording(user.language), url) for user in people), at=at)


def said(words: Words) -> str:
    """`words` in the language of the moment."""
    return words if isinstance(words, str) else words()


@dataclass(frozen=True)
class Told:
    """What one person is told."""

    user: User
    key: str
    subject: str
    body: str
    url: str


def tell_each(news: Iterable[Told], *, at: datetime) -> None:
    """As `tell`, where everybody is told something else, which is in their language already."""
    notices = [
        Notice(
            user=one.user,
            key=one.key,
            subject=one.subject[:SUBJECT_LENGTH],
            body=one.body,
            url=one.url,
            created_at=at,
        )
        for one in news
    ]
    Notice.objects.bulk_create(notices, ignore_conflicts=True, batch_size=500)


def mark_read(user: User, *, at: datetime) -> int:
    """Everything `user` was told until `at` has been read; how many notices that were."""
    return Notice.objects.filter(user=user, read_at=None, created_at__lte=at).update(read_at=at)


def choose_mail(user: User, choice: MailChoice) -> None:
    """How `user` wants to hear of notices by e-mail from now on; what was told without is not sent later."""
    unwanted = MailPreference.objects.filter(user=user, choice=MailChoice.NONE)
    if choice != MailChoice.NONE and unwanted.exists():
        Notice.objects.filter(user=user, mailed_at=None).update(mailed_at=F("created_at"))
    MailPreference.objects.update_or_create(user=user, defaults={"choice": choice})


def mail_waiting(at: datetime) -> int:
    """Send what has not gone out by e-mail yet, as each person chose; how many letters were sent.

    Should the mail server fail, they stay waiting. A daily letter goes out once something waits from before
    the last hour for it, and holds everything that waits by then: a late run sends no second one.
    """
    waiting = Notice.objects.filter(mailed_at=None).exclude(user__email="")
    if not waiting.exists():
        return 0
    gathered = Q(user__mail_preference__choice=MailChoice.DAILY)
    unwanted = Q(user__mail_preference__choice=MailChoice.NONE)
    single = waiting.exclude(gathered | unwanted).order_by("pk").values_list("pk", flat=True)
    daily = waiting.filter(gathered, created_at__lt=_last_hour_for_letters(at)).values_list("user", flat=True)
    letters = [[pk] for pk in single[:MAIL_AT_ONCE]]
    letters += [list(waiting.filter(user=user).values_list("pk", flat=True)) for user in set(daily)]
    return sum(_mail_or_leave(letter, at) for letter in letters)


def _last_hour_for_letters(at: datetime) -> datetime:
    today = timezone.localtime(at).replace(hour=DAILY_AT, minute=0, second=0, microsecond=0)
    return today if today <= at else today - timedelta(days=1)


def _mail_or_leave(notices: list[int], at: datetime) -> bool:
    """An address that the mail server refuses keeps nobody else from being told."""
    try:
        return _mail(notices, at)
    except (SMTPRecipientsRefused, SMTPDataError):
        log.exception("Notices %s were refused by the mail server and stay waiting", notices)
        return False


def _mail(ids: list[int], at: datetime) -> bool:
    waiting = Notice.objects.filter(pk__in=ids, mailed_at=None).select_related("user")
    with claimed(waiting.order_by("created_at", "pk"), at) as notices:
        if not notices:
            return False
        with speaking(notices[0].user.language):
            letter = _letter(notices)
        letter.send()
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(mailed_at=at)
    return True


def _letter(notices: list[Notice]) -> EmailMessage:
    """One notice as it is, or several under one subject."""
    to = [notices[0].user.email]
    if len(notices) == 1:
        return EmailMessage(notices[0].subject, notices[0].body, to=to)
    subject = _("學習歷程檔案通知彙整（%(count)d 則）") % {"count": len(notices)}
    return EmailMessage(subject, "\n\n".join(f"■ {n.subject}\n{n.body}".strip() for n in notices), to=to)

"""Telling people something once, on the site and by e-mail."""

import logging
from collections.abc import Iterable
from datetime import datetime
from smtplib import SMTPDataError, SMTPRecipientsRefused

from django.core.mail import EmailMessage
from django.db import transaction

from accounts.models import Notice, User

log = logging.getLogger(__name__)

MAIL_AT_ONCE = 200


def tell(
    people: Iterable[User], *, key: str, subject: str, body: str = "", url: str = "", at: datetime
) -> None:
    """Give every person a notice, unless they already had the one called `key`."""
    notices = [
        Notice(user=user, key=key, subject=subject, body=body, url=url, created_at=at) for user in people
    ]
    Notice.objects.bulk_create(notices, ignore_conflicts=True, batch_size=500)


def mark_read(user: User, *, at: datetime) -> int:
    """Everything `user` was told until `at` has been read; how many notices that were."""
    return Notice.objects.filter(user=user, read_at=None, created_at__lte=at).update(read_at=at)


def mail_waiting(at: datetime) -> int:
    """Send notices that have not gone out by e-mail yet, to people who have an address; how many were sent.

    A notice is marked in the same transaction that sends it: should the mail server fail, it stays waiting.
    """
    waiting = Notice.objects.filter(mailed_at=None).exclude(user__email="").values_list("pk", flat=True)
    return sum(_mail_or_leave(pk, at) for pk in waiting[:MAIL_AT_ONCE])


def _mail_or_leave(pk: int, at: datetime) -> bool:
    """An address that the mail server refuses keeps nobody else from being told."""
    try:
        return _mail(pk, at)
    except (SMTPRecipientsRefused, SMTPDataError):
        log.exception("Notice %d was refused by the mail server and stays waiting", pk)
        return False


@transaction.atomic
def _mail(pk: int, at: datetime) -> bool:
    notices = Notice.objects.select_for_update(skip_locked=True, of=("self",)).select_related("user")
    notice = notices.filter(pk=pk, mailed_at=None).first()
    if notice is None:
        return False
    notice.mailed_at = at
    notice.save(update_fields=["mailed_at"])
    EmailMessage(notice.subject, notice.body, to=[notice.user.email]).send()
    return True

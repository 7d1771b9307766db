"""Somebody's personal data looked at by another is on the trail (security B2)."""

from datetime import datetime, timedelta

from django.db.models import Model

from accounts.acts import AccountAct
from accounts.authority import Authority
from accounts.models import AuditEntry, User
from accounts.services import audit

ONE_LOOK = timedelta(minutes=10)


def record_view(
    subject: Model,
    *,
    by: User,
    at: datetime,
    authority: Authority | None = None,
    act: str = AccountAct.VIEW_RECORD,
) -> None:
    """Record that `by` looks at `subject`, once in ten minutes: a page that is loaded again is one look."""
    entries = AuditEntry.objects.filter(actor=by, act=act, at__gt=at - ONE_LOOK)
    if entries.filter(object_type=subject._meta.label_lower, object_id=str(subject.pk)).exists():
        return
    audit.record(act, by=by, at=at, subject=subject, authority=authority)

"""Somebody's personal data looked at by another is on the trail (security B2)."""

from collections.abc import Mapping, Sequence
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


def record_list_view(
    model: type[Model], filters: Mapping[str, Sequence[str]], *, by: User, at: datetime
) -> None:
    """Record that `by` looks at a list of people's data, chosen by `filters`; once in ten minutes, as above.

    One entry for the list, however many people are on it.
    """
    changes = {"filters": {name: list(values) for name, values in filters.items()}}
    looks = AuditEntry.objects.filter(actor=by, act=AccountAct.VIEW_LIST, at__gt=at - ONE_LOOK)
    if all(one.changes != changes for one in looks.filter(object_type=model._meta.label_lower)):
        audit.record(AccountAct.VIEW_LIST, by=by, at=at, subject=model, changes=changes)

"""Writing the trail: who did what, for whom, when, from where and why."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Model

from accounts import request_origin, trail_seal
from accounts.authority import Authority
from accounts.models import AuditEntry, User

LABEL_LENGTH = 200
REASON_LENGTH = 500


def record(
    act: str,
    *,
    by: User | None,
    at: datetime,
    subject: Model | None = None,
    authority: Authority | None = None,
    reason: str = "",
    changes: dict[str, Any] | None = None,
) -> AuditEntry:
    """Add an entry in the transaction at hand, so that an act without its entry does not happen either.

    `changes` must be fit for JSON. `by` is None for what the system does by itself. The entry joins the
    chain later (`trail_chain`), so that nobody who acts waits for anybody else.
    """
    entry = drawn_up(act, by=by, at=at, subject=subject, authority=authority, reason=reason, changes=changes)
    entry.save()
    return entry


def record_all(entries: Iterable[AuditEntry]) -> None:
    """Add entries that were `drawn_up`, as `record` adds one: many acts at once cost no more than one."""
    AuditEntry.objects.bulk_create(entries)


def drawn_up(
    act: str,
    *,
    by: User | None,
    at: datetime,
    subject: Model | None = None,
    authority: Authority | None = None,
    reason: str = "",
    changes: dict[str, Any] | None = None,
) -> AuditEntry:
    """An entry as `record` adds it, not added yet."""
    entry = AuditEntry(
        at=at,
        actor=by,
        on_behalf_of=authority.principal if authority else None,
        standing=authority.why[:100] if authority else "",
        act=act,
        object_type=subject._meta.label_lower if subject else "",
        object_id=str(subject.pk) if subject else "",
        object_label=str(subject)[:LABEL_LENGTH] if subject else "",
        reason=reason[:REASON_LENGTH],
        changes=changes or {},
        address=request_origin.address(),
    )
    entry.digest = trail_seal.new_digest(entry)
    return entry

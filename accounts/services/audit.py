"""Writing the trail: who did what, for whom, when, from where and why."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.utils.functional import Promise

from accounts import request_origin, trail_seal
from accounts.authority import Authority
from accounts.domain import national_id
from accounts.language import speaking
from accounts.models import AuditEntry, User

LABEL_LENGTH = 200
REASON_LENGTH = 500


def record(
    act: str,
    *,
    by: User | None,
    at: datetime,
    subject: Model | type[Model] | None = None,
    authority: Authority | None = None,
    reason: str | Promise = "",
    changes: dict[str, Any] | None = None,
) -> AuditEntry:
    """Add an entry in the transaction at hand, so that an act without its entry does not happen either.

    `by` is None for what the system does by itself. `subject` is a model for what is done to a whole list.
    `changes` must be fit for JSON, apart from words that are still to be translated: in whichever language
    somebody acts, the trail is in the school's. The entry joins the chain later (`trail_chain`), so that
    nobody who acts waits for anybody else.
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
    subject: Model | type[Model] | None = None,
    authority: Authority | None = None,
    reason: str | Promise = "",
    changes: dict[str, Any] | None = None,
) -> AuditEntry:
    """An entry as `record` adds it, not added yet."""
    with speaking():
        entry = AuditEntry(
            at=at,
            actor=by,
            on_behalf_of=authority.principal if authority else None,
            standing=authority.why[:100] if authority else "",
            act=act,
            object_type=subject._meta.label_lower if subject else "",
            object_id=str(subject.pk) if isinstance(subject, Model) else "",
            object_label=_label(subject)[:LABEL_LENGTH],
            reason=str(reason)[:REASON_LENGTH],
            changes=_plain(changes or {}),
            address=request_origin.address(),
        )
    entry.digest = trail_seal.new_digest(entry)
    return entry


def _label(subject: Model | type[Model] | None) -> str:
    return (
        str(subject._meta.verbose_name)
        if isinstance(subject, type)
        else ""
        if subject is None
        else str(subject)
    )


def _plain(value: Any) -> Any:
    """`value` with everything that is still to be translated put into words, and no national ID in clear.

    People search by it, and what they searched for is on the trail.
    """
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, str | Promise):
        text = str(value)
        return national_id.mask(text) if national_id.has_valid_check_digit(text) else text
    return value

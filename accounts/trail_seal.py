"""Entries of the trail under the installation's key: who only has the database can forge none."""

import secrets

from django.conf import settings

from accounts.domain import trail_hash
from accounts.domain.trail_hash import SALT_LENGTH, Recorded
from accounts.models import AuditEntry


def new_digest(entry: AuditEntry) -> str:
    """For an entry that is about to be written."""
    salt = secrets.token_hex(SALT_LENGTH // 2)
    return trail_hash.digest_of(_recorded(entry), key=settings.TRAIL_KEY, salt=salt)


def is_genuine(entry: AuditEntry) -> bool:
    """Whether every field is as it was written."""
    return trail_hash.is_genuine(entry.digest, _recorded(entry), key=settings.TRAIL_KEY)


def link_hash(previous: str, position: int, entry_id: int, digest: str) -> str:
    return trail_hash.link_hash(previous, position, entry_id, digest, key=settings.TRAIL_KEY)


def _recorded(entry: AuditEntry) -> Recorded:
    return Recorded(
        at=entry.at,
        actor=entry.actor_id,
        on_behalf_of=entry.on_behalf_of_id,
        standing=entry.standing,
        act=entry.act,
        object_type=entry.object_type,
        object_id=entry.object_id,
        object_label=entry.object_label,
        reason=entry.reason,
        changes=entry.changes,
        address=entry.address,
    )

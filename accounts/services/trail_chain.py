"""Joining new entries of the trail to its chain, after they were written (security B4)."""

from datetime import datetime
from itertools import count

from django.db import connection, transaction
from django.db.models import Exists, Max, OuterRef, QuerySet

from accounts import trail_seal
from accounts.models import AuditEntry, AuditLink, TrailPurge
from accounts.trail_anchors import NOTHING, Anchor, append_anchor, last_anchor

AT_ONCE = 1000
# Entries are numbered when an act begins and appear when it is committed. None is so late that this many
# others have been joined before it; one that turns up further back was put there by somebody else.
REACH = 100_000


def link_entries(at: datetime) -> int:
    """Join every entry that is not in the chain yet, in the order of their numbers; how many were joined.

    May run twice, or twice at the same time. The new end is noted outside the database, unless the end that
    was noted before is gone: then it stays noted, for `trail_check` to show. So does it when nothing is noted
    any more of a chain that has begun.
    """
    linked = 0
    while waiting().exists():
        _note_beginning(at)
        linked += _link_some(at)
    if linked:
        _note_end(at)
    return linked


def head() -> Anchor:
    """The end of the chain; where it was cut by a purge if nothing was joined since."""
    last = AuditLink.objects.order_by("-position").first()
    return Anchor(last.position, last.hash) if last else beginning()


def beginning() -> Anchor:
    """Where the chain begins now: at nothing, or at the end of what was purged."""
    purge = TrailPurge.objects.order_by("-last_position", "-pk").first()
    return Anchor(purge.last_position, purge.last_hash) if purge else NOTHING


def waiting() -> QuerySet[AuditEntry]:
    """Entries that are to be joined, in the order of their numbers."""
    latest = AuditLink.objects.aggregate(latest=Max("entry_id"))["latest"] or 0
    return unlinked().filter(pk__gt=latest - REACH).exclude(digest="")


def unlinked(*, after: int | None = None) -> QuerySet[AuditEntry]:
    """Entries that have no place in the chain, or none `after` a position, in the order of their numbers."""
    link = AuditLink.objects.filter(entry_id=OuterRef("pk"))
    if after is not None:
        link = link.filter(position__gt=after)
    return AuditEntry.objects.filter(~Exists(link)).order_by("pk")


def still_holds(anchor: Anchor) -> bool:
    """Whether the chain has, or had before a purge, the link that `anchor` tells of."""
    if anchor.position <= beginning().position:
        return True
    return AuditLink.objects.filter(position=anchor.position, hash=anchor.hash).exists()


@transaction.atomic
def _link_some(at: datetime) -> int:
    _one_at_a_time()
    end, links = head(), []
    previous = end.hash
    for position, (pk, digest) in zip(
        count(end.position + 1), waiting().values_list("pk", "digest")[:AT_ONCE], strict=False
    ):
        previous = trail_seal.link_hash(previous, position, pk, digest)
        links.append(AuditLink(position=position, entry_id=pk, hash=previous, linked_at=at))
    AuditLink.objects.bulk_create(links)
    return len(links)


def _note_beginning(at: datetime) -> None:
    """So that from the first link on a missing note is one that was taken away."""
    if head() == NOTHING and last_anchor() is None:
        append_anchor(NOTHING, at)


def _note_end(at: datetime) -> None:
    noted = last_anchor()
    if noted and still_holds(noted):
        append_anchor(head(), at)


def _one_at_a_time() -> None:
    """SQLite lets only one transaction write anyway. Those who read, or write entries, do not wait."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE accounts_auditlink IN SHARE ROW EXCLUSIVE MODE")

"""Whether the trail is still what was written: every entry, the chain over them, and its noted end (B4)."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Count, Max, TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import trail_seal
from accounts.models import AuditEntry, AuditLink, TrailPurge
from accounts.services.trail_chain import beginning, head, still_holds, unlinked
from accounts.trail_anchors import NOTHING, Anchor, last_anchor

AT_ONCE = 1000
SOON = timedelta(hours=1)  # by then every entry has been joined to the chain
# The triggers of migrations 0005_trail_triggers and 0008_trail_insert_guards, and how many they are.
_GUARDS = {
    "postgresql": (
        "SELECT COUNT(*) FROM pg_trigger WHERE tgname IN ('accounts_auditentry_kept',"
        " 'accounts_auditlink_kept') AND tgenabled <> 'D'",
        2,
    ),
    "sqlite": (
        "SELECT COUNT(*) FROM sqlite_master WHERE type = 'trigger' AND name IN"
        " ('accounts_auditentry_kept_update', 'accounts_auditentry_kept_delete',"
        " 'accounts_auditlink_kept_update', 'accounts_auditlink_kept_delete',"
        " 'accounts_auditentry_kept_insert', 'accounts_auditentry_numbered_insert',"
        " 'accounts_auditlink_kept_insert')",
        7,
    ),
}


class Wrong(TextChoices):
    CHANGED = "changed", _("內容與寫入時不同")
    MISSING = "missing", _("紀錄不見了")
    INSERTED = "inserted", _("不是由系統寫入")
    LATE = "late", _("寫入超過一小時仍未編入雜湊鏈")
    COPIED = "copied", _("是另一筆紀錄的複本")
    LINK = "link", _("雜湊鏈在這裡被更改或中斷")
    TRUNCATED = "truncated", _("雜湊鏈的尾端被截斷，或與資料庫外的錨定紀錄不符")
    PURGE = "purge", _("清除紀錄不是由系統寫入")
    UNANCHORED = "unanchored", _("資料庫外的錨定紀錄檔不見了或讀不出來")
    GUARDS = "guards", _("資料庫禁止修改紀錄的觸發器不見了")


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong; `entry` and `position` as far as they are known."""

    wrong: Wrong
    entry: int | None = None
    position: int | None = None


@dataclass
class TrailCheck:
    """Goes through the trail once, some entries at a time: `findings()`, and what it saw in `seen`.

    `seen` counts links of the chain (`linked`), new entries not yet in it (`waiting`), and those that an
    interrupted purge left (`leaving`).
    """

    at: datetime
    seen: Counter[str] = field(default_factory=Counter)

    def findings(self) -> Iterator[Finding]:
        yield from self._guards()
        yield from self._purge()
        yield from self._chain()
        yield from self._outside()
        yield from self._copies()
        yield from self._end()

    def _chain(self) -> Iterator[Finding]:
        end = beginning()
        links = AuditLink.objects.order_by("position")
        while some := list(links.filter(position__gt=end.position)[:AT_ONCE]):
            entries = AuditEntry.objects.in_bulk([link.entry_id for link in some])
            for link in some:
                yield from self._link(link, entries.get(link.entry_id), end)
                end = Anchor(link.position, link.hash)

    def _link(self, link: AuditLink, entry: AuditEntry | None, before: Anchor) -> Iterator[Finding]:
        """An entry that is wrong is told of once, not again by its link."""
        self.seen["linked"] += 1
        if link.position != before.position + 1:
            yield Finding(Wrong.LINK, position=before.position + 1)
        elif entry is None:
            yield Finding(Wrong.MISSING, link.entry_id, link.position)
        elif not trail_seal.is_genuine(entry):
            yield Finding(Wrong.CHANGED, link.entry_id, link.position)
        elif link.hash != trail_seal.link_hash(before.hash, link.position, link.entry_id, entry.digest):
            yield Finding(Wrong.LINK, link.entry_id, link.position)

    def _outside(self) -> Iterator[Finding]:
        """Entries that are not in the chain: new ones, and forged ones."""
        purged = TrailPurge.objects.aggregate(before=Max("before"))["before"]
        for entry in unlinked(after=beginning().position).iterator(chunk_size=AT_ONCE):
            if not entry.digest or not trail_seal.is_genuine(entry):
                yield Finding(Wrong.INSERTED, entry.pk)
            elif purged and entry.at < purged:
                self.seen["leaving"] += 1
            elif entry.at < self.at - SOON:
                yield Finding(Wrong.LATE, entry.pk)
            else:
                self.seen["waiting"] += 1

    def _copies(self) -> Iterator[Finding]:
        """No two entries are sealed alike: each has a salt of its own."""
        digests = AuditEntry.objects.exclude(digest="").order_by().values("digest")
        for same in digests.annotate(count=Count("pk")).filter(count__gt=1).iterator(chunk_size=AT_ONCE):
            copies = AuditEntry.objects.filter(digest=same["digest"]).order_by("pk")[1:]
            yield from (Finding(Wrong.COPIED, copy.pk) for copy in copies)

    def _end(self) -> Iterator[Finding]:
        noted = last_anchor()
        if noted is None:
            if head() != NOTHING:
                yield Finding(Wrong.UNANCHORED)
        elif not still_holds(noted):
            yield Finding(Wrong.TRUNCATED, position=min(noted.position, head().position + 1))

    def _purge(self) -> Iterator[Finding]:
        """A genuine entry tells of the latest purge: without one, anything could have been let go."""
        for purge in TrailPurge.objects.order_by("-last_position", "-pk")[:1]:
            told = AuditEntry.objects.filter(
                act="purge_trail",
                changes__last_position=purge.last_position,
                changes__before=timezone.localdate(purge.before).isoformat(),
            )
            if not any(trail_seal.is_genuine(entry) for entry in told):
                yield Finding(Wrong.PURGE)

    def _guards(self) -> Iterator[Finding]:
        query, expected = _GUARDS[connection.vendor]
        with connection.cursor() as cursor:
            cursor.execute(query)
            if cursor.fetchone()[0] < expected:
                yield Finding(Wrong.GUARDS)

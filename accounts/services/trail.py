"""What is done to the trail as a whole: taking a copy out, letting go of what is old (security B1, B2)."""

from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import acts
from accounts.domain.retention import Span, first_day_kept
from accounts.models import AuditEntry, AuditLink, TrailPurge, User
from accounts.services import audit
from accounts.services.trail_chain import beginning, head, link_entries
from accounts.trail_anchors import Anchor, append_anchor, last_anchor

AT_ONCE = 5000


@acts.register
class TrailAct(TextChoices):
    EXPORT_TRAIL = "export_trail", _("匯出稽核紀錄")
    ANCHOR_TRAIL = "anchor_trail", _("重新錨定稽核紀錄")
    PURGE_TRAIL = "purge_trail", _("清除逾保存期限的稽核紀錄")


def record_export(*, rows: int, filters: dict[str, Any], by: User, at: datetime) -> None:
    """Who took how many entries out, and by which filters they were chosen."""
    audit.record(TrailAct.EXPORT_TRAIL, by=by, at=at, changes={"rows": rows, "filters": filters})


def anchor_anew(at: datetime) -> Anchor:
    """Note the chain's end as it is now, whatever was noted before; for an installation that was moved.

    From then on nothing shows that the end was cut off before: that, and what was noted, is on the trail.
    """
    noted, end = last_anchor(), head()
    before = noted.position if noted else None
    audit.record(
        TrailAct.ANCHOR_TRAIL, by=None, at=at, changes={"position": {"before": before, "after": end.position}}
    )
    append_anchor(end, at)
    return end


def old_entries(span: Span, at: datetime) -> QuerySet[AuditEntry]:
    """The entries older than `span`, as far as none in the chain before them is younger.

    Raises:
        BadSpan: entries younger than six months would be among them.
    """
    return _may_go(_midnight(first_day_kept(span, timezone.localdate(at))))


def purge_trail(span: Span, *, at: datetime) -> int:
    """Remove the entries older than `span`, which goes on the trail itself; how many they were.

    The end of what goes is kept (`TrailPurge`), so that the rest of the chain still joins on. Entries are
    removed some at a time after that; when it breaks off, the next purge goes on.

    Raises:
        BadSpan: entries younger than six months would be among them; nothing is removed.
    """
    before = _midnight(first_day_kept(span, timezone.localdate(at)))
    link_entries(at)
    going = _may_go(before)
    removed = going.count()
    if removed:
        _announce(before, removed, at)
    while some := list(going.order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        _remove(some)
    AuditLink.objects.filter(position__lte=beginning().position).delete()
    return removed


@transaction.atomic
def _announce(before: datetime, removed: int, at: datetime) -> None:
    """On record before anything goes; the database lets nothing else go."""
    end = AuditLink.objects.filter(position__lt=_first_kept(before)).order_by("-position").first()
    joins_on = Anchor(end.position, end.hash) if end else beginning()
    lost = _lost(beginning().position, joins_on.position)
    TrailPurge.objects.create(
        before=before, at=at, removed=removed, last_position=joins_on.position, last_hash=joins_on.hash
    )
    day = timezone.localdate(before).isoformat()
    changes = {"removed": removed, "before": day, "last_position": joins_on.position}
    if lost:
        changes["lost_before"] = lost
    audit.record(TrailAct.PURGE_TRAIL, by=None, at=at, changes=changes)


def _lost(after: int, until: int) -> int:
    """How many entries of this part of the chain are gone already: their links, which show it, go too."""
    entry = AuditEntry.objects.filter(pk=OuterRef("entry_id"))
    return AuditLink.objects.filter(~Exists(entry), position__gt=after, position__lte=until).count()


@transaction.atomic
def _remove(ids: list[int]) -> None:
    """The one place where entries are removed: everywhere else the model refuses."""
    QuerySet(AuditEntry).filter(pk__in=ids).delete()


def _may_go(before: datetime) -> QuerySet[AuditEntry]:
    kept = AuditLink.objects.filter(entry_id=OuterRef("pk"), position__gte=_first_kept(before))
    return AuditEntry.objects.filter(~Exists(kept), at__lt=before)


def _first_kept(before: datetime) -> int:
    """The place in the chain of the first entry that is young enough to stay."""
    young = AuditEntry.objects.filter(pk=OuterRef("entry_id"), at__gte=before)
    first = AuditLink.objects.filter(Exists(young)).order_by("position").first()
    return first.position if first else head().position + 1


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))

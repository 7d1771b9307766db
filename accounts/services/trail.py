"""What is done to the trail as a whole: taking a copy out, letting go of what is old (security B1, B2)."""

from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.db.models import QuerySet, TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import acts
from accounts.domain.retention import Span, first_day_kept
from accounts.models import AuditEntry, User
from accounts.services import audit

AT_ONCE = 5000


@acts.register
class TrailAct(TextChoices):
    EXPORT_TRAIL = "export_trail", _("匯出稽核紀錄")
    PURGE_TRAIL = "purge_trail", _("清除逾保存期限的稽核紀錄")


def record_export(*, rows: int, filters: dict[str, Any], by: User, at: datetime) -> None:
    """Who took how many entries out, and by which filters they were chosen."""
    audit.record(TrailAct.EXPORT_TRAIL, by=by, at=at, changes={"rows": rows, "filters": filters})


def old_entries(span: Span, at: datetime) -> QuerySet[AuditEntry]:
    """The entries older than `span`.

    Raises:
        BadSpan: entries younger than six months would be among them.
    """
    return _before(first_day_kept(span, timezone.localdate(at)))


def purge_trail(span: Span, *, at: datetime) -> int:
    """Remove the entries older than `span`, which goes on the trail itself; how many they were.

    Raises:
        BadSpan: entries younger than six months would be among them; nothing is removed.
    """
    kept_from = first_day_kept(span, timezone.localdate(at))
    removed = 0
    while some := list(_before(kept_from).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        removed += _remove(some, kept_from, at)
    return removed


@transaction.atomic
def _remove(ids: list[int], kept_from: date, at: datetime) -> int:
    """The one place where entries are removed: everywhere else the model refuses."""
    removed, __ = QuerySet(AuditEntry).filter(pk__in=ids).delete()
    changes = {"removed": removed, "before": kept_from.isoformat()}
    audit.record(TrailAct.PURGE_TRAIL, by=None, at=at, changes=changes)
    return removed


def _before(day: date) -> QuerySet[AuditEntry]:
    return AuditEntry.objects.filter(at__lt=timezone.make_aware(datetime.combine(day, time())))

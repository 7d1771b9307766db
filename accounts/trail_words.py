"""An entry of the trail in words: what kind of thing it was done to, and what changed."""

from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import gettext as _

from accounts import acts
from accounts.domain.roc_calendar import roc_datetime
from accounts.models import AuditEntry
from accounts.trail_check import Finding


def object_kind(entry: AuditEntry) -> str:
    model = _model_of(entry)
    return str(model._meta.verbose_name) if model else entry.object_type


def changes_in_words(entry: AuditEntry) -> str:
    return "；".join(f"{field_name(entry, key)} {_as_text(value)}" for key, value in entry.changes.items())


def field_name(entry: AuditEntry, key: str) -> str:
    """The field in the words of its model; the key itself for what is no field."""
    model = _model_of(entry)
    try:
        return str(model._meta.get_field(key).verbose_name) if model else key
    except (FieldDoesNotExist, AttributeError):
        return key


def finding_in_words(finding: Finding) -> str:
    """「紀錄 12（鏈 8，113/10/01（二）08:30 勾選）：內容與寫入時不同」, as far as it is known."""
    entry = AuditEntry.objects.filter(pk=finding.entry).first() if finding.entry else None
    about = [_("鏈 %(position)d") % {"position": finding.position}] if finding.position else []
    if entry:
        about.append(f"{roc_datetime(entry.at)} {acts.label(entry.act)}")
    number = _("紀錄 %(number)d") % {"number": finding.entry} if finding.entry else _("稽核紀錄")
    where = f"{number}（{'，'.join(about)}）" if about else number
    return f"{where}：{finding.wrong.label}"


def _model_of(entry: AuditEntry) -> Any:
    try:
        return apps.get_model(entry.object_type)
    except (LookupError, ValueError):
        return None


def _as_text(value: Any) -> str:
    if isinstance(value, dict) and value.keys() == {"before", "after"}:
        return f"{_listed(value['before'])} → {_listed(value['after'])}"
    return _listed(value)


def _listed(value: Any) -> str:
    text = "、".join(str(part) for part in value) if isinstance(value, list) else str(value)
    return "—" if value in (None, "", []) else text

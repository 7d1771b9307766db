"""An entry of the trail in words: what kind of thing it was done to, and what changed."""

from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist

from accounts.models import AuditEntry


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

"""The admin of what is only looked at: the trail and the notices."""

from __future__ import annotations

import json
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.core.exceptions import FieldDoesNotExist
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts import acts
from accounts.admin_base import ReadOnlyAdmin
from accounts.domain.roc_calendar import roc_datetime
from accounts.models import AuditEntry, Notice

SUMMARY_LENGTH = 80


class ActFilter(admin.SimpleListFilter):
    """The acts that occur, in words."""

    title = _("行為")
    parameter_name = "act"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        codes = AuditEntry.objects.order_by("act").values_list("act", flat=True).distinct()
        return [(code, acts.label(code)) for code in codes]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(act=self.value()) if self.value() else queryset


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """Who did what, for whom, when, from where and why."""

    list_display = ("moment", "actor", "act_label", "object_label", "reason", "summary", "address")
    list_filter = (ActFilter, "at")
    search_fields = ("actor__name", "actor__username", "object_label", "object_id", "reason", "address")
    search_help_text = _("行為人、對象、理由或來源位址")
    list_select_related = ("actor", "on_behalf_of")
    fields = (
        "moment",
        "actor",
        "standing",
        "on_behalf_of",
        "act_label",
        "object_kind",
        "object_label",
        "object_id",
        "reason",
        "details",
        "address",
    )
    readonly_fields = fields

    @admin.display(description=_("時間"), ordering="at")
    def moment(self, entry: AuditEntry) -> str:
        return roc_datetime(entry.at)

    @admin.display(description=_("行為"), ordering="act")
    def act_label(self, entry: AuditEntry) -> str:
        return acts.label(entry.act)

    @admin.display(description=_("對象類別"))
    def object_kind(self, entry: AuditEntry) -> str:
        model = _model_of(entry)
        return str(model._meta.verbose_name) if model else entry.object_type

    @admin.display(description=_("內容"))
    def summary(self, entry: AuditEntry) -> str:
        text = "；".join(
            f"{_field_name(entry, key)} {_as_text(value)}" for key, value in entry.changes.items()
        )
        return text if len(text) <= SUMMARY_LENGTH else f"{text[:SUMMARY_LENGTH]}…"

    @admin.display(description=_("內容"))
    def details(self, entry: AuditEntry) -> SafeString:
        named = {_field_name(entry, key): value for key, value in entry.changes.items()}
        return format_html("<pre>{}</pre>", json.dumps(named, ensure_ascii=False, indent=2))


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "user", "subject", "read_at", "mailed_at")
    list_filter = ("created_at", ("read_at", admin.EmptyFieldListFilter))
    search_fields = ("user__name", "user__username", "subject")
    list_select_related = ("user",)
    fields = ("user", "subject", "body", "url", "created_at", "read_at", "mailed_at")


def _model_of(entry: AuditEntry) -> Any:
    try:
        return apps.get_model(entry.object_type)
    except (LookupError, ValueError):
        return None


def _field_name(entry: AuditEntry, key: str) -> str:
    """The field in the words of its model; the key itself for what is no field."""
    model = _model_of(entry)
    try:
        return str(model._meta.get_field(key).verbose_name) if model else key
    except (FieldDoesNotExist, AttributeError):
        return key


def _as_text(value: Any) -> str:
    if isinstance(value, dict) and value.keys() == {"before", "after"}:
        return f"{_listed(value['before'])} → {_listed(value['after'])}"
    return _listed(value)


def _listed(value: Any) -> str:
    text = "、".join(str(part) for part in value) if isinstance(value, list) else str(value)
    return "—" if value in (None, "", []) else text

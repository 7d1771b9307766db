"""The admin of what is only looked at: the trail and the notices."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts import acts, clock
from accounts.admin_base import ReadOnlyAdmin, filters_of
from accounts.domain.roc_calendar import roc_datetime
from accounts.models import AuditEntry, Notice
from accounts.requests import signed_in
from accounts.services.trail import record_export
from accounts.trail_export import MOST_ROWS, format_called, trail_file
from accounts.trail_filters import ActFilter, ObjectKindFilter, PeriodFilter
from accounts.trail_words import changes_in_words, field_name, object_kind

SUMMARY_LENGTH = 80


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """Who did what, for whom, when, from where and why."""

    personal = True
    list_display = ("moment", "actor", "act_label", "object_label", "reason", "summary", "address")
    change_list_template = "admin/accounts/auditentry/change_list.html"
    list_filter = (PeriodFilter, ActFilter, ObjectKindFilter)
    search_fields = (
        "actor__name",
        "actor__username",
        "on_behalf_of__name",
        "object_label",
        "object_id",
        "reason",
        "address",
    )
    search_help_text = _("行為人、代理對象、對象、理由或來源位址")
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

    def get_urls(self) -> list[Any]:
        export = path("export/", self.admin_site.admin_view(self.export), name="accounts_auditentry_export")
        return [export, *super().get_urls()]

    @method_decorator(require_POST)
    def export(self, request: HttpRequest) -> HttpResponse:
        """The entries that the address filters, as a file; that somebody took them is on the trail itself."""
        file_format = format_called(request.POST.get("format", ""))
        if not self.has_view_permission(request) or file_format is None:
            raise PermissionDenied
        entries = self.get_changelist_instance(request).get_queryset(request)
        count, now = entries.count(), clock.now()
        if count > MOST_ROWS:
            words = gettext("篩選結果有 %(count)d 筆，一次最多匯出 %(most)d 筆；請縮小期間或加上條件。")
            self.message_user(request, words % {"count": count, "most": MOST_ROWS}, messages.ERROR)
            return redirect(f"../?{request.GET.urlencode()}")
        content = trail_file(entries, file_format)
        record_export(rows=count, filters=filters_of(request), by=signed_in(request), at=now)
        name = f"trail-{timezone.localdate(now)}.{file_format.get_extension()}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return HttpResponse(content, content_type=file_format.get_content_type(), headers=headers)

    @admin.display(description=_("時間"), ordering="at")
    def moment(self, entry: AuditEntry) -> str:
        return roc_datetime(entry.at)

    @admin.display(description=_("行為"), ordering="act")
    def act_label(self, entry: AuditEntry) -> str:
        return acts.label(entry.act)

    @admin.display(description=_("對象類別"))
    def object_kind(self, entry: AuditEntry) -> str:
        return object_kind(entry)

    @admin.display(description=_("內容"))
    def summary(self, entry: AuditEntry) -> str:
        text = changes_in_words(entry)
        return text if len(text) <= SUMMARY_LENGTH else f"{text[:SUMMARY_LENGTH]}…"

    @admin.display(description=_("內容"))
    def details(self, entry: AuditEntry) -> SafeString:
        named = {field_name(entry, key): value for key, value in entry.changes.items()}
        return format_html("<pre>{}</pre>", json.dumps(named, ensure_ascii=False, indent=2))


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    personal = True
    list_display = ("created_at", "user", "subject", "read_at", "mailed_at")
    list_filter = ("created_at", ("read_at", admin.EmptyFieldListFilter))
    search_fields = ("user__name", "user__username", "subject")
    list_select_related = ("user",)
    fields = ("user", "subject", "body", "url", "created_at", "read_at", "mailed_at")

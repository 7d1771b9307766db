"""The admin of what is remembered of lists."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import acts
from accounts.admin_base import AuditedAdmin
from accounts.models import ListHeading


@admin.register(ListHeading)
class ListHeadingAdmin(AuditedAdmin):
    """What the headings of files stand for. Chosen on the staff page; here they can be forgotten."""

    deletable = True
    list_display = ("heading", "stands_for", "list_label", "set_by", "set_at")
    list_filter = ("act",)
    search_fields = ("heading", "column")
    list_select_related = ("set_by",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    @admin.display(description=_("名單"), ordering="act")
    def list_label(self, heading: ListHeading) -> str:
        return acts.label(heading.act)

    @admin.display(description=_("對應欄位"), ordering="column")
    def stands_for(self, heading: ListHeading) -> str:
        return heading.column or gettext("略過")

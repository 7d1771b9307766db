"""Absences in the admin: recorded and ended by the same services as on the staff page."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import clock
from accounts.admin_base import AuditedAdmin
from accounts.models import Absence
from accounts.requests import signed_in
from accounts.services.absences import end_absence, record_absence


@admin.register(Absence)
class AbsenceAdmin(AuditedAdmin):
    """Recording an absence is what makes the delegates act; one that stands is ended, not edited."""

    personal = True
    fields = ("user", "starts_on", "ends_on", "reason")
    list_display = ("user", "starts_on", "ends_on", "reason", "recorded_by", "cancelled_at")
    list_filter = ("starts_on", ("cancelled_at", admin.EmptyFieldListFilter))
    search_fields = ("user__name", "user__username", "reason")
    list_select_related = ("user", "recorded_by")
    autocomplete_fields = ("user",)
    actions = ("end",)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return obj is None and super().has_change_permission(request)

    def save_model(self, request: HttpRequest, obj: Absence, form: Any, change: bool) -> None:
        recorded = record_absence(
            obj.user,
            starts_on=obj.starts_on,
            ends_on=obj.ends_on,
            reason=obj.reason,
            by=signed_in(request),
            at=clock.now(),
        )
        obj.pk, obj.recorded_by = recorded.pk, recorded.recorded_by

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The service has recorded everything."""

    @admin.action(description=gettext_lazy("結束或撤銷差假（停止代理）"))
    def end(self, request: HttpRequest, absences: QuerySet[Absence]) -> None:
        by, at = signed_in(request), clock.now()
        for absence in absences.select_related("user"):
            end_absence(absence, by=by, at=at)
        messages.success(request, _("所選的差假已結束，代理停止。"))

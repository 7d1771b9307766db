"""The admin of grades and cadre records, for corrections and searching; big lists come by the staff page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import clock
from accounts.list_admin import ListAdmin
from accounts.requests import signed_in
from portfolio.cadre_queries import in_school_levels
from portfolio.models import CadreRecord, Grade
from portfolio.record_resources import CadreRecordResource, GradeResource


@admin.register(Grade)
class GradeAdmin(ListAdmin):
    resource_classes = (GradeResource,)
    list_display = (
        "student",
        "term",
        "division",
        "kind",
        "subject",
        "score",
        "passed",
        "resit_score",
        "gone_at",
    )
    list_filter = ("term", "division", "kind", ("gone_at", admin.EmptyFieldListFilter), "subject")
    search_fields = ("student__student_number", "student__user__name", "subject", "course_code")
    list_select_related = ("student__user", "term")
    autocomplete_fields = ("student", "term")
    readonly_fields = ("imported_at", "gone_at")

    def get_readonly_fields(self, request: HttpRequest, obj: Grade | None = None) -> tuple[str, ...]:
        """What a grade is found again by stays, once it is there."""
        named = ("student", "term", "division", "kind", "course_code") if obj else ()
        return (*self.readonly_fields, *named)

    def save_model(self, request: HttpRequest, obj: Grade, form: Any, change: bool) -> None:
        obj.imported_at = clock.now()
        super().save_model(request, obj, form, change)


class CadreRecordForm(forms.ModelForm):
    """Offers the levels that the school's own records have."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["level"] = forms.ChoiceField(
            label=_("幹部等級"), choices=[("", _("請選擇")), *in_school_levels().items()]
        )


@admin.register(CadreRecord)
class CadreRecordAdmin(ListAdmin):
    form = CadreRecordForm
    resource_classes = (CadreRecordResource,)
    list_display = ("student", "term", "unit", "title", "level", "starts_on", "ends_on", "withdrawn_at")
    list_filter = ("term", "level", ("withdrawn_at", admin.EmptyFieldListFilter))
    search_fields = ("student__student_number", "student__user__name", "unit", "title")
    list_select_related = ("student__user", "term")
    autocomplete_fields = ("student", "term")
    readonly_fields = ("recorded_by", "recorded_at", "withdrawn_at")

    def save_model(self, request: HttpRequest, obj: CadreRecord, form: Any, change: bool) -> None:
        if not change:
            obj.recorded_by, obj.recorded_at = signed_in(request), clock.now()
        super().save_model(request, obj, form, change)

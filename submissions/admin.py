"""The admin of what was submitted and received: only to look at, and never a national ID in clear."""

from __future__ import annotations

from datetime import datetime

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import clock
from accounts.admin_base import ReadOnlyAdmin
from submissions.models import (
    Batch,
    BatchRow,
    ExportJob,
    ReceiptConfirmation,
    ReceiptImport,
    ReceiptPeriod,
    ReceiptRecord,
)


@admin.register(Batch)
class BatchAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "stage", "frozen_at", "submitted_on", "letter_number")
    list_filter = ("school_year", "division", "roster_code")
    search_fields = ("letter_number",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Batch]:
        return super().get_queryset(request).prefetch_related("periods", "imports")

    @admin.display(description=_("階段"))
    def stage(self, batch: Batch) -> str:
        return str(batch.stage.label)


@admin.register(BatchRow)
class BatchRowAdmin(ReadOnlyAdmin):
    """Where a student stands in a roster; the cells themselves stay sealed."""

    personal = True
    list_display = ("batch", "sheet_key", "position", "student")
    list_filter = ("batch__school_year", "batch__division", "batch__roster_code")
    search_fields = ("student__student_number", "student__user__name")
    list_select_related = ("batch", "student__user")
    fields = ("batch", "sheet_key", "position", "student", "outcome", "performance")


@admin.register(ExportJob)
class ExportJobAdmin(ReadOnlyAdmin):
    list_display = ("batch", "kind", "state", "requested_by", "requested_at", "finished_at", "size", "error")
    list_filter = ("kind", "state", "requested_at")
    list_select_related = ("batch", "requested_by")


@admin.register(ReceiptImport)
class ReceiptImportAdmin(ReadOnlyAdmin):
    list_display = ("batch", "number", "file_name", "imported_by", "imported_at")
    list_filter = ("batch__school_year", "batch__division", "batch__roster_code")
    search_fields = ("file_name", "sha256")
    list_select_related = ("batch", "imported_by")


@admin.register(ReceiptRecord)
class ReceiptRecordAdmin(ReadOnlyAdmin):
    personal = True
    list_display = ("receipt_import", "student", "sheet", "position")
    list_filter = ("receipt_import__batch__school_year", "receipt_import__batch__roster_code")
    search_fields = ("student__student_number", "student__user__name")
    list_select_related = ("receipt_import__batch", "student__user")
    fields = ("receipt_import", "student", "sheet", "position")


@admin.register(ReceiptPeriod)
class ReceiptPeriodAdmin(ReadOnlyAdmin):
    """Whether one is over follows from its window and the extensions, not from what was written down."""

    list_display = ("__str__", "window", "opened_by", "opened_at", "over_since")
    list_filter = ("batch__school_year", "batch__division")
    list_select_related = ("batch", "window__term", "opened_by")
    fields = ("batch", "window", "opened_by", "opened_at", "over_since")
    readonly_fields = ("over_since",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReceiptPeriod]:
        return super().get_queryset(request).prefetch_related("window__extensions")

    @admin.display(description=_("結案時間"))
    def over_since(self, period: ReceiptPeriod) -> datetime | None:
        ends_at = period.window.last_end
        return ends_at if ends_at and ends_at <= clock.now() else None


@admin.register(ReceiptConfirmation)
class ReceiptConfirmationAdmin(ReadOnlyAdmin):
    """Answers as they were given; whoever gave none is deemed to agree once the period is over."""

    personal = True
    list_display = ("period", "student", "answer", "reason", "answered_at", "answered_by")
    list_filter = ("answer", "reason", "period__batch__school_year")
    search_fields = ("student__student_number", "student__user__name")
    list_select_related = ("period__batch", "period__window", "student__user", "answered_by")

"""The admin of courses and of the code lists; students' pieces are only looked at."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin_base import AuditedAdmin, ReadOnlyAdmin, ReadOnlyInline
from accounts.list_admin import ListAdmin
from accounts.templatetags.ui import file_size
from portfolio import admin_policy, admin_records  # noqa: F401  (these pages register themselves)
from portfolio.models import (
    Attachment,
    Certification,
    CodeEntry,
    Course,
    CourseOutcome,
    CourseSection,
    DiversePerformance,
    Enrolment,
    FileLimit,
    Selection,
)
from portfolio.resources import CodeEntryResource, CourseResource, CourseSectionResource, EnrolmentResource


@admin.register(Course)
class CourseAdmin(ListAdmin):
    resource_classes = (CourseResource,)
    list_display = ("name", "code", "grade", "credits")
    list_filter = ("grade", "credits")
    search_fields = ("name", "code")


@admin.register(CourseSection)
class CourseSectionAdmin(ListAdmin):
    resource_classes = (CourseSectionResource,)
    list_display = ("course", "term", "division", "group", "teacher")
    list_filter = ("term", "division")
    search_fields = ("course__name", "course__code", "group", "teacher__name")
    list_select_related = ("course", "term", "teacher")
    autocomplete_fields = ("course", "term", "teacher", "successor", "convener")

    def get_queryset(self, request: HttpRequest) -> QuerySet[CourseSection]:
        # Autocomplete shows what a section is called, which takes its course and term.
        return super().get_queryset(request).select_related("course", "term")


@admin.register(Enrolment)
class EnrolmentAdmin(ListAdmin):
    personal = True
    deletable = True
    resource_classes = (EnrolmentResource,)
    list_display = ("student", "section", "kind")
    list_filter = ("section__term", "section__division", "kind")
    search_fields = (
        "student__student_number",
        "student__user__name",
        "section__course__name",
        "section__group",
    )
    list_select_related = ("student__user", "section__course", "section__term")
    autocomplete_fields = ("student", "section")


@admin.register(CodeEntry)
class CodeEntryAdmin(ListAdmin):
    deletable = True
    resource_classes = (CodeEntryResource,)
    list_display = ("label", "code_list", "code", "position")
    list_filter = ("code_list",)
    search_fields = ("code_list", "code", "label")


@admin.register(FileLimit)
class FileLimitAdmin(AuditedAdmin):
    list_display = ("slot", "max_bytes", "shown_size", "article")

    @admin.display(description=_("即"))
    def shown_size(self, limit: FileLimit) -> str:
        return file_size(limit.max_bytes)


class AttachmentInline(ReadOnlyInline):
    model = Attachment
    fields = ("slot", "original_name", "kind", "size", "sha256", "uploaded_at", "replaced_at")


class CertificationInline(ReadOnlyInline):
    model = Certification
    fields = (
        "decision",
        "reason",
        "decided_by",
        "on_behalf_of",
        "decided_at",
        "voided_at",
        "taken_back_by",
        "taken_back_for",
        "taken_back_reason",
    )


@admin.register(CourseOutcome)
class CourseOutcomeAdmin(ReadOnlyAdmin):
    personal = True
    inlines = (AttachmentInline, CertificationInline)
    list_display = ("enrolment", "description", "state", "uploaded_at")
    list_filter = ("state", "enrolment__section__term", "enrolment__section__division")
    search_fields = (
        "enrolment__student__student_number",
        "enrolment__student__user__name",
        "enrolment__section__course__name",
    )
    list_select_related = (
        "enrolment__student__user",
        "enrolment__section__course",
        "enrolment__section__term",
    )


@admin.register(DiversePerformance)
class DiversePerformanceAdmin(ReadOnlyAdmin):
    personal = True
    inlines = (AttachmentInline,)
    list_display = ("title", "category", "student", "school_year", "uploaded_at", "withdrawn_at")
    list_display_links = ("title",)
    list_filter = ("school_year", "category", ("withdrawn_at", admin.EmptyFieldListFilter))
    search_fields = ("student__student_number", "student__user__name", "description")
    list_select_related = ("student__user",)

    @admin.display(description=_("名稱"))
    def title(self, performance: DiversePerformance) -> str:
        return performance.title


@admin.register(Certification)
class CertificationAdmin(ReadOnlyAdmin):
    personal = True
    list_display = (
        "piece",
        "decision",
        "reason",
        "decided_by",
        "on_behalf_of",
        "decided_at",
        "voided_at",
        "taken_back_by",
    )
    list_filter = ("decision", "decided_at", ("voided_at", admin.EmptyFieldListFilter))
    search_fields = ("decided_by__name", "outcome__enrolment__student__student_number")
    list_select_related = (
        "outcome__enrolment__student__user",
        "outcome__enrolment__section__course",
        "outcome__enrolment__section__term",
        "decided_by",
        "on_behalf_of",
        "taken_back_by",
    )

    @admin.display(description=_("課程學習成果"), ordering="outcome")
    def piece(self, certification: Certification) -> str:
        return str(certification.outcome)


@admin.register(Selection)
class SelectionAdmin(ReadOnlyAdmin):
    personal = True
    list_display = ("student", "school_year", "item", "selected_at", "selected_by")
    list_filter = ("school_year",)
    search_fields = ("student__student_number", "student__user__name")
    list_select_related = (
        "student__user",
        "outcome__enrolment__student__user",
        "outcome__enrolment__section__course",
        "outcome__enrolment__section__term",
        "performance__student__user",
        "selected_by",
    )

    @admin.display(description=_("項目"))
    def item(self, selection: Selection) -> str:
        return str(selection.outcome or selection.performance)

"""The admin of grades and cadre records: looked at here, put right on the pages of the offices."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts import clock
from accounts.acts import AccountAct
from accounts.authority import authority
from accounts.list_admin import ListAdmin
from accounts.list_import import ListResult
from accounts.list_permissions import ListImportAct
from accounts.models import User
from accounts.requests import signed_in
from accounts.services import audit
from portfolio.models import CadreRecord, Grade
from portfolio.record_permissions import divisions_of_cadre
from portfolio.record_resources import CadreRecordResource, GradeResource


class KeptByOffice(ListAdmin):
    """Records that an office keeps on a page of its own; of a list that comes in each row is on the trail."""

    personal = True
    change_list_template = "admin/portfolio/kept_by_office.html"
    office_words: str | Promise
    office_label: str | Promise
    office_view: str

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_import_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def may_put_right(self, user: User) -> bool:
        """Whether the office's page is for `user` too."""
        raise NotImplementedError

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        url = reverse(self.office_view) if self.may_put_right(signed_in(request)) else ""
        office = {"office_words": self.office_words, "office_label": self.office_label, "office_url": url}
        return super().changelist_view(request, {**office, **(extra_context or {})})

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        return ("where_to_put_right",)

    @admin.display(description=_("更正"))
    def where_to_put_right(self, record: Model) -> str:
        return format_html("{}", self.office_words)

    def add_success_message(self, result: ListResult, request: HttpRequest) -> None:
        super().add_success_message(result, request)
        by, at = signed_in(request), clock.now()
        audit.record_all(
            audit.drawn_up(
                AccountAct.ADMIN_CHANGE if row.changes else AccountAct.ADMIN_ADD,
                by=by,
                at=at,
                subject=row.instance,
                reason=_("匯入清單"),
                changes={
                    heading: {"before": before, "after": after}
                    for heading, before, after in row.changes or ()
                },
            )
            for row in result.changed_rows
        )


@admin.register(Grade)
class GradeAdmin(KeptByOffice):
    resource_classes = (GradeResource,)
    office_words = _("成績由註冊組（進修部教務組）以名單更正，這裡只能查看與整批匯入。")
    office_label, office_view = _("匯入名單"), "list_import:upload"
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

    def may_put_right(self, user: User) -> bool:
        return authority(user, ListImportAct.GRADES, (), clock.now()).allowed


@admin.register(CadreRecord)
class CadreRecordAdmin(KeptByOffice):
    resource_classes = (CadreRecordResource,)
    office_words = _("幹部經歷由學務處在「幹部經歷」頁登錄與更正（須填理由），這裡只能查看與整批匯入。")
    office_label, office_view = _("幹部經歷"), "cadre:records"
    list_display = ("student", "term", "unit", "title", "level", "starts_on", "ends_on", "withdrawn_at")
    list_filter = ("term", "level", ("withdrawn_at", admin.EmptyFieldListFilter))
    search_fields = ("student__student_number", "student__user__name", "unit", "title")
    list_select_related = ("student__user", "term")

    def may_put_right(self, user: User) -> bool:
        return bool(divisions_of_cadre(user, clock.now()))

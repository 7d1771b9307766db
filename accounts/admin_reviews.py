"""The admin's pages of periodic reviews: accounts, the trail, and the reviews that were signed off."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import clock
from accounts.account_list import Group, Status, accounts, headings, lines
from accounts.admin_base import ReadOnlyAdmin, filters_of
from accounts.domain.roc_calendar import roc_datetime
from accounts.errors import DomainError
from accounts.models import Review, User
from accounts.requests import signed_in
from accounts.services import reviews
from accounts.services.record_views import record_list_view
from accounts.trail_summary import TrailSummary, table

ACCOUNTS_A_PAGE = 100
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class AccountFilter(forms.Form):
    words = forms.CharField(label=_("帳號或姓名"), required=False, max_length=50)
    group = forms.ChoiceField(label=_("身分"), required=False, choices=[("", _("全部")), *Group.choices])
    status = forms.ChoiceField(label=_("狀態"), required=False, choices=[("", _("全部")), *Status.choices])

    @property
    def chosen(self) -> dict[str, str]:
        """What was chosen, as far as it makes sense."""
        return {name: value for name, value in self.cleaned_data.items() if value} if self.is_valid() else {}


class SignOffForm(forms.Form):
    remark = forms.CharField(
        label=_("審查結果"), max_length=reviews.REMARK_LENGTH, widget=forms.Textarea(attrs={"rows": 3})
    )


@admin.register(Review)
class ReviewAdmin(ReadOnlyAdmin):
    """Reviews that were signed off; the two pages on which they are done lie beside."""

    change_list_template = "admin/accounts/review/change_list.html"
    list_display = ("kind", "moment", "reviewed_by", "remark", "rows")
    list_filter = ("kind",)
    list_select_related = ("reviewed_by",)
    fields = ("kind", "moment", "reviewed_by", "remark", "rows", "sha256")
    readonly_fields = fields

    @admin.display(description=_("完成時間"), ordering="reviewed_at")
    def moment(self, review: Review) -> str:
        return roc_datetime(review.reviewed_at)

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        own = [
            path("accounts/", wrap(_accounts), name="accounts_review_accounts"),
            path("accounts/export/", wrap(_export_accounts), name="accounts_review_export_accounts"),
            path("trail/", wrap(_trail), name="accounts_review_trail"),
            path("trail/export/", wrap(_export_trail), name="accounts_review_export_trail"),
        ]
        return [*own, *super().get_urls()]


@require_http_methods(["GET", "HEAD", "POST"])
def _accounts(request: HttpRequest) -> HttpResponse:
    """GET lists the accounts as filtered; POST signs the review off."""
    _require_reviewer(request)
    now, chosen = clock.now(), AccountFilter(request.GET)
    found = accounts(now, **chosen.chosen)
    page = Paginator(found, ACCOUNTS_A_PAGE).get_page(request.GET.get("page"))
    record_list_view(User, filters_of(request), by=signed_in(request), at=now)
    context = {"filter": chosen, "page_obj": page, "headings": headings(), "lines": lines(page, now)}
    return _page(request, Review.Kind.ACCOUNTS, "admin/accounts/review/accounts.html", context)


@require_POST
def _export_accounts(request: HttpRequest) -> HttpResponse:
    _require_reviewer(request)
    now, chosen = clock.now(), AccountFilter(request.GET).chosen
    rows = [headings(), *(line.cells for line in lines(accounts(now, **chosen), now))]
    return _workbook(request, Review.Kind.ACCOUNTS, rows, chosen)


@require_http_methods(["GET", "HEAD", "POST"])
def _trail(request: HttpRequest) -> HttpResponse:
    """GET counts what the trail holds since its last review; POST signs the review off."""
    _require_reviewer(request)
    context = {"summary": _summary()}
    return _page(request, Review.Kind.TRAIL, "admin/accounts/review/trail.html", context)


@require_POST
def _export_trail(request: HttpRequest) -> HttpResponse:
    _require_reviewer(request)
    return _workbook(request, Review.Kind.TRAIL, table(_summary()), {})


def _summary() -> TrailSummary:
    last = reviews.last_review(Review.Kind.TRAIL)
    return TrailSummary(last.reviewed_at if last else None, clock.now())


def _page(request: HttpRequest, kind: Review.Kind, template: str, context: dict[str, Any]) -> HttpResponse:
    form, user, now = SignOffForm(request.POST or None), signed_in(request), clock.now()
    if form.is_valid():
        try:
            reviews.sign_off(kind, **form.cleaned_data, by=user, at=now)
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, gettext("%(kind)s已簽核。") % {"kind": kind.label})
            return redirect("admin:accounts_review_changelist")
    context |= {
        **admin.site.each_context(request),
        "title": kind.label,
        "form": form,
        "last": reviews.last_review(kind),
        "due": reviews.due_on(kind),
        "is_overdue": kind in reviews.overdue(now),
        "taken": reviews.list_in_hand(kind, user, now),
    }
    return TemplateResponse(request, template, context)


def _workbook(
    request: HttpRequest, kind: Review.Kind, rows: list[list[str]], filters: dict[str, str]
) -> HttpResponse:
    now = clock.now()
    content = reviews.export_list(kind, rows, filters=filters, by=signed_in(request), at=now)
    name = f"{kind.value}-review-{timezone.localdate(now)}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=WORKBOOK, headers=headers)


def _require_reviewer(request: HttpRequest) -> None:
    if not signed_in(request).is_superuser:
        raise PermissionDenied


def address_of(kind: Review.Kind) -> str:
    """The page on which this review is done."""
    return reverse(f"admin:accounts_review_{kind.value}")

"""The admin of windows: looked at here, computed elsewhere, moved only by an override with its reason."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminDateWidget
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import clock
from accounts.admin_base import ReadOnlyAdmin, ReadOnlyInline
from accounts.domain.joining import in_clauses
from accounts.domain.roc_calendar import roc_date
from accounts.errors import DomainError
from accounts.requests import signed_in
from accounts.templatetags.ui import state_label
from schedules.admin_moves import named
from schedules.description import describe
from schedules.models import TermDates, Window, WindowOverride
from schedules.services.overrides import override_window, withdraw_override


class OverrideForm(forms.Form):
    """The school's own days for a window."""

    opens_on = forms.DateField(label=gettext_lazy("起日"), widget=AdminDateWidget)
    closes_on = forms.DateField(label=gettext_lazy("迄日（當日計入）"), widget=AdminDateWidget)
    reason = forms.CharField(
        label=gettext_lazy("理由"),
        max_length=200,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=gettext_lazy("公開顯示在期程表，例如「配合國慶日調整」。"),
        error_messages={"required": gettext_lazy("調整期程須填寫理由。")},
    )


class OverrideInline(ReadOnlyInline):
    model = WindowOverride
    fields = ("opens_on", "closes_on", "reason", "decided_by", "decided_at", "withdrawn_at", "withdrawn_by")
    verbose_name_plural = gettext_lazy("調整紀錄")

    def get_queryset(self, request: HttpRequest) -> QuerySet[WindowOverride]:
        return super().get_queryset(request).select_related("window__term", "decided_by", "withdrawn_by")


@admin.register(Window)
class WindowAdmin(ReadOnlyAdmin):
    """The days in force beside the computed ones; the page of each leads to 「調整期程」."""

    change_form_template = "admin/schedules/window/change_form.html"
    inlines = (OverrideInline,)
    list_display = (
        "what",
        "term",
        "subject_label",
        "in_force",
        "computed",
        "override",
        "state_now",
        "adjust",
    )
    list_display_links = ("what",)
    list_filter = ("term", "division", "activity", "audience")
    list_select_related = ("term",)
    fields = (
        "term",
        "division",
        "activity",
        "audience",
        "subject_label",
        "reference",
        "round",
        "in_force",
        "computed",
        "explanation",
        "article",
        "standing_notes",
    )
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Window]:
        return super().get_queryset(request).select_related("term").prefetch_related("overrides")

    @admin.display(description=gettext_lazy("項目"))
    def what(self, window: Window) -> str:
        return named(window)

    @admin.display(description=gettext_lazy("所屬"))
    def subject_label(self, window: Window) -> str:
        return window.subject_label

    @admin.display(description=gettext_lazy("起訖"), ordering="opens_at")
    def in_force(self, window: Window) -> str:
        return _span(window.opens_on, window.closes_on)

    @admin.display(description=gettext_lazy("計算起訖"), ordering="computed_opens_on")
    def computed(self, window: Window) -> str:
        return _span(window.computed_opens_on, window.computed_closes_on)

    @admin.display(description=gettext_lazy("調整理由"))
    def override(self, window: Window) -> str:
        return window.active_override.reason if window.active_override else ""

    @admin.display(description=gettext_lazy("狀態"))
    def state_now(self, window: Window) -> str:
        return state_label(window.state(clock.now()))

    @admin.display(description="")
    def adjust(self, window: Window) -> SafeString:
        url = reverse("admin:schedules_window_override", args=[window.pk])
        return format_html('<a href="{}">{}</a>', url, _("調整期程"))

    @admin.display(description=gettext_lazy("提醒"))
    def standing_notes(self, window: Window) -> str:
        dates = TermDates.objects.filter(term=window.term_id, division=window.division).first()
        facts = describe(window, closing_ceremony=dates.closing_ceremony if dates else None)
        return in_clauses(facts["warnings"]) or "—"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.override_view)
        return [path("<int:pk>/override/", view, name="schedules_window_override"), *super().get_urls()]

    def override_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Set the school's own days, or go back to the computed ones."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        window = get_object_or_404(self.get_queryset(request), pk=pk)
        initial = {"opens_on": window.opens_on, "closes_on": window.closes_on}
        withdrawing = "withdraw" in request.POST
        form = OverrideForm(None if withdrawing else request.POST or None, initial=initial)
        try:
            if withdrawing or form.is_valid():
                self._move(request, window, None if withdrawing else form.cleaned_data)
                return HttpResponseRedirect(reverse("admin:schedules_window_change", args=[pk]))
        except DomainError as error:
            form.add_error(None, error.message)
        return self._asked(request, window, form)

    def _move(self, request: HttpRequest, window: Window, days: dict[str, Any] | None) -> None:
        by, at = signed_in(request), clock.now()
        if days is None:
            withdraw_override(window, by=by, at=at)
            messages.success(request, _("已撤銷調整，恢復計算所得的日期。"))
            return
        for warning in override_window(window, **days, by=by, at=at):
            messages.warning(request, warning)
        messages.success(request, _("期程已調整。"))

    def _asked(self, request: HttpRequest, window: Window, form: OverrideForm) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("調整期程"),
            "opts": self.opts,
            "window": window,
            "name": named(window),
            "in_force": self.in_force(window),
            "computed": self.computed(window),
            "form": form,
            "media": self.media + form.media,
        }
        return TemplateResponse(request, "admin/schedules/window/override.html", context)


@admin.register(WindowOverride)
class WindowOverrideAdmin(ReadOnlyAdmin):
    """Every override that was ever made, withdrawn ones included."""

    list_display = ("window", "opens_on", "closes_on", "reason", "decided_by", "decided_at", "withdrawn_at")
    list_filter = ("window__term", "window__division", ("withdrawn_at", admin.EmptyFieldListFilter))
    search_fields = ("reason", "decided_by__name")
    list_select_related = ("window__term", "decided_by")


def _span(first: Any, last: Any) -> str:
    return f"{roc_date(first) or _('待來文')}–{roc_date(last) or _('待來文')}"

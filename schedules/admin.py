"""The admin of time: terms with their dates and letters, rules, days off."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import clock
from accounts.acts import AccountAct
from accounts.admin_base import AuditedAdmin
from accounts.domain.division import Division
from accounts.domain.roc_calendar import ROC_OFFSET, roc_date
from accounts.list_admin import ListAdmin
from accounts.requests import signed_in
from schedules import admin_windows  # noqa: F401  (registers its own)
from schedules.admin_moves import announce
from schedules.models import DeadlineRule, Holiday, OfficialLetter, QuotaRule, RuleVersion, Term, TermDates
from schedules.resources import HolidayResource
from schedules.services.holidays import seed_holidays
from schedules.services.rules import replan_open_terms
from schedules.services.terms import described, save_together
from schedules.term_setup_view import term_setup

EARLIEST_YEAR, LATEST_YEAR = 108, 200


class TermForm(forms.ModelForm):
    def clean_school_year(self) -> int:
        year: int = self.cleaned_data["school_year"]
        if not EARLIEST_YEAR <= year <= LATEST_YEAR:
            raise forms.ValidationError(_("學年度請填民國年，例如 113。"))
        return year


class KeptInline(admin.TabularInline):
    """Rows that may be added and corrected, never removed."""

    extra = 0
    can_delete = False


class TermDatesInline(KeptInline):
    model = TermDates
    max_num = len(Division)

    def get_extra(self, request: HttpRequest, obj: Term | None = None, **kwargs: Any) -> int:
        return len(Division) - (obj.dates.count() if obj else 0)


class LetterInline(KeptInline):
    model = OfficialLetter
    fields = ("division", "activity", "audience", "subject", "number", "opens_on", "due_on")


@admin.register(Term)
class TermAdmin(AuditedAdmin):
    """A term's dates and letters. Saving them recomputes the windows that have not closed."""

    form = TermForm
    inlines = (TermDatesInline, LetterInline)
    list_display = ("__str__", "day_dates", "evening_dates", "setup", "schedule")
    list_filter = ("school_year",)
    search_fields = ("school_year",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Term]:
        # Beside `dates`, not in it: recomputing windows must read what was just saved.
        return super().get_queryset(request).prefetch_related(Prefetch("dates", to_attr="shown_dates"))

    def get_urls(self) -> list[URLPattern]:
        setup = self.admin_site.admin_view(term_setup)
        return [path("<int:pk>/setup/", setup, name="schedules_term_setup"), *super().get_urls()]

    def get_readonly_fields(self, request: HttpRequest, obj: Term | None = None) -> tuple[str, ...]:
        return ("school_year", "number") if obj else ()

    def get_formset_kwargs(self, request: HttpRequest, obj: Term, inline: Any, prefix: str) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_formset_kwargs(request, obj, inline, prefix)
        if isinstance(inline, TermDatesInline):
            entered = {dates.division for dates in obj.dates.all()} if obj.pk else set()
            kwargs["initial"] = [{"division": each} for each in Division if each not in entered]
        return kwargs

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """One service saves all of it, for dates and letters may only fit together; each row on the trail."""
        rows = [row for formset in formsets for row in formset.save(commit=False)]
        moved = save_together(
            form.instance,
            [row for row in rows if isinstance(row, TermDates)],
            [row for row in rows if isinstance(row, OfficialLetter)],
            by=signed_in(request),
            at=clock.now(),
        )
        announce(request, moved)
        super().save_related(request, form, formsets, change)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Nothing is left to do: `save_related` has saved all rows together."""

    def changed_rows(self, formset: Any) -> dict[str, Any]:
        return {}

    @admin.display(description=Division.DAY.label)
    def day_dates(self, term: Term) -> str:
        return _from_to(term, Division.DAY)

    @admin.display(description=Division.EVENING.label)
    def evening_dates(self, term: Term) -> str:
        return _from_to(term, Division.EVENING)

    @admin.display(description=gettext_lazy("設定"))
    def setup(self, term: Term) -> SafeString:
        address = reverse("admin:schedules_term_setup", args=[term.pk])
        return format_html('<a href="{}">{}</a>', address, _("設定日期並預覽"))

    @admin.display(description=gettext_lazy("公告"))
    def schedule(self, term: Any) -> SafeString | str:
        if not term.shown_dates:
            return ""
        url = reverse("schedules:schedule", args=[term.school_year, term.number])
        return format_html('<a href="{}">{}</a>', url, _("期程表"))


def _from_to(term: Any, division: Division) -> str:
    dates = next((dates for dates in term.shown_dates if dates.division == division), None)
    if dates is None:
        return _("未設定")
    return f"{roc_date(dates.opening)} – {roc_date(dates.closing_ceremony)}"


class DeadlineRuleForm(forms.ModelForm):
    class Meta:
        widgets = {"article": forms.TextInput(attrs={"size": 10})}


class DeadlineRuleInline(KeptInline):
    model = DeadlineRule
    form = DeadlineRuleForm


class QuotaRuleInline(KeptInline):
    model = QuotaRule


@admin.register(RuleVersion)
class RuleVersionAdmin(AuditedAdmin):
    """The supplementary rules, version by version; next year's begins with 「儲存為新的」.

    What was saved takes hold at once in every window that has not closed.
    """

    save_as = True
    inlines = (DeadlineRuleInline, QuotaRuleInline)
    list_display = ("title", "effective_from", "approved_by", "approved_on")
    search_fields = ("title",)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        moved = replan_open_terms(at=clock.now())
        if moved:
            self.record(request, AccountAct.ADMIN_CHANGE, form.instance, {"windows": described(moved)})
        announce(request, moved)


class SeedForm(forms.Form):
    year = forms.IntegerField(label=gettext_lazy("民國年"), min_value=EARLIEST_YEAR, max_value=LATEST_YEAR)


@admin.register(Holiday)
class HolidayAdmin(ListAdmin):
    """Days off and make-up workdays, which the school keeps; a year's may be filled in to begin with."""

    deletable = True
    resource_classes = (HolidayResource,)
    import_export_change_list_template = "admin/schedules/holiday/change_list.html"
    list_display = ("shown_day", "name", "is_workday")
    list_filter = ("is_workday",)
    search_fields = ("name", "day")
    date_hierarchy = "day"

    @admin.display(description=gettext_lazy("日期"), ordering="day")
    def shown_day(self, holiday: Holiday) -> str:
        return roc_date(holiday.day)

    def get_urls(self) -> list[URLPattern]:
        seed = path("seed/", self.admin_site.admin_view(self.seed_view), name="schedules_holiday_seed")
        return [seed, *super().get_urls()]

    def seed_view(self, request: HttpRequest) -> HttpResponse:
        """Ask for a year, and fill it in."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = SeedForm(request.POST or None, initial={"year": clock.today().year - ROC_OFFSET})
        if not form.is_valid():
            context = {**self.admin_site.each_context(request), "form": form, "opts": self.opts}
            return TemplateResponse(request, "admin/schedules/holiday/seed.html", context)
        year = form.cleaned_data["year"]
        added = seed_holidays([year + ROC_OFFSET])
        self.record(request, AccountAct.ADMIN_ADD, changes={"year": year, "days": added})
        words = _("已帶入 %(year)d 年的假日，新增 %(days)d 天。請對照政府公告的辦公日曆表。")
        messages.success(request, words % {"year": year, "days": added})
        return HttpResponseRedirect(reverse("admin:schedules_holiday_changelist"))

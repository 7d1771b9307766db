"""By what the trail is narrowed down in the admin: act, kind of item, period."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from accounts import acts
from accounts.models import AuditEntry
from accounts.trail_words import object_kind


class ActFilter(admin.SimpleListFilter):
    """The acts that occur, in words."""

    title = _("行為")
    parameter_name = "act"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        codes = AuditEntry.objects.order_by("act").values_list("act", flat=True).distinct()
        return [(code, acts.label(code)) for code in codes]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(act=self.value()) if self.value() else queryset


class ObjectKindFilter(admin.SimpleListFilter):
    """The kinds of things that something was done to."""

    title = _("對象類別")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        kinds = AuditEntry.objects.exclude(object_type="").order_by("object_type")
        codes = kinds.values_list("object_type", flat=True).distinct()
        return [(code, object_kind(AuditEntry(object_type=code))) for code in codes]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(object_type=self.value()) if self.value() else queryset


class PeriodFilter(admin.ListFilter):
    """From one day to another, both included; either may be left open."""

    title = _("期間")
    template = "admin/accounts/auditentry/period_filter.html"
    names = ("from", "to")

    def __init__(self, request: HttpRequest, params: dict[str, Any], model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        for name in self.names:
            if name in params:
                self.used_parameters[name] = params.pop(name)[-1]

    def has_output(self) -> bool:
        return True

    def expected_parameters(self) -> list[str | None]:
        return list(self.names)

    def choices(self, changelist: Any) -> Iterator[dict[str, Any]]:
        """What the template needs: the days, and the other parameters to keep."""
        others = {key: values for key, values in changelist.filter_params.items() if key not in self.names}
        kept = [(key, value) for key, values in others.items() for value in values]
        yield {**self.used_parameters, "kept": kept}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        first, last = (self._day(name) for name in self.names)
        if first:
            queryset = queryset.filter(at__gte=_midnight(first))
        return queryset.filter(at__lt=_midnight(last + timedelta(days=1))) if last else queryset

    def _day(self, name: str) -> date | None:
        """None for nothing, and for what is no day."""
        try:
            return parse_date(str(self.used_parameters.get(name, "")))
        except ValueError:
            return None


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))

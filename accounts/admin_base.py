"""What all admin pages have in common: every change on the trail, refusals beside the form, lists kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextvars import ContextVar
from typing import Any

from django.contrib import admin
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.db.models import Model, QuerySet
from django.forms import BaseModelForm, ModelChoiceField, ModelForm
from django.forms.models import BaseModelFormSet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.functional import Promise

from accounts import clock
from accounts.acts import AccountAct
from accounts.errors import DomainError
from accounts.language import speaking
from accounts.requests import signed_in
from accounts.services import audit
from accounts.services.record_views import record_list_view, record_view

# Values of these never reach the trail; that they changed does.
SECRETS = frozenset({"password", "usable_password", "password1", "password2", "national_id"})
HIDDEN = "＊＊＊"
# A form field of this name is no change of its own: it says why everything else is changed.
REASON = "trail_reason"

_refusal: ContextVar[str] = ContextVar("refusal", default="")


class RecordedViews(admin.ModelAdmin):
    """Puts on the trail who opens a page or list that shows people's data, if the class says `personal`."""

    personal = False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        response = super().changelist_view(request, extra_context)
        if self.personal and isinstance(response, TemplateResponse):
            record_list_view(self.model, filters_of(request), by=signed_in(request), at=clock.now())
        return response

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Model | None = None,
    ) -> HttpResponse:
        if self.personal and obj:
            record_view(obj, by=signed_in(request), at=clock.now())
        return super().render_change_form(request, context, add, change, form_url, obj)


class AuditedAdmin(RecordedViews):
    """Records what is added, changed and deleted, in the transaction that does it.

    Nothing can be deleted unless the class says `deletable`. A `DomainError` raised while saving is taken
    back as a whole and shown beside the form, with everything that was typed.
    """

    deletable = False
    list_per_page = 50
    show_full_result_count = False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.deletable and super().has_delete_permission(request, obj)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except DomainError as error:
            token = _refusal.set(error.message)
            try:
                return super().changeform_view(request, *args, **kwargs)
            finally:
                _refusal.reset(token)

    def get_form(
        self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any
    ) -> type[ModelForm]:
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (RefusedForm, form), {}) if _refusal.get() else form

    def save_related(
        self, request: HttpRequest, form: Any, formsets: Iterable[BaseModelFormSet], change: bool
    ) -> None:
        super().save_related(request, form, formsets, change)
        with speaking():  # as on the trail
            changes = changed_values(form)
            for formset in formsets:
                changes |= self.changed_rows(formset)
        if changes or not change:
            act = AccountAct.ADMIN_CHANGE if change else AccountAct.ADMIN_ADD
            reason = form.cleaned_data.get(REASON, "")
            self.record(request, act, form.instance, changes, reason)

    def response_action(self, *args: Any, **kwargs: Any) -> Any:
        with transaction.atomic():
            return super().response_action(*args, **kwargs)

    def changed_rows(self, formset: Any) -> dict[str, Any]:
        """What saving `formset` added, changed and removed, for the trail; empty if nothing."""
        return changed_rows(formset)

    def log_deletions(self, request: HttpRequest, queryset: QuerySet) -> Any:
        for row in queryset:
            self.record(request, AccountAct.ADMIN_DELETE, row)
        return super().log_deletions(request, queryset)

    def record(
        self,
        request: HttpRequest,
        act: str,
        subject: Model | None = None,
        changes: dict[str, Any] | None = None,
        reason: str | Promise = "",
    ) -> None:
        """Put an act of the person behind `request` on the trail."""
        by, at = signed_in(request), clock.now()
        audit.record(act, by=by, at=at, subject=subject, changes=changes, reason=reason)


class RefusedForm(ModelForm):
    """Mixed into a form whose saving was just refused: the refusal is one of its errors."""

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        self.add_error(None, ValidationError(_refusal.get()))
        return cleaned


class WordedForm(ModelForm):
    """A form of a model whose constraints `problem` says in words; empty if the instance is in order."""

    problem: Callable[[Any], str]

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if problem := self.problem(self.instance):
            self.errors.pop(NON_FIELD_ERRORS, None)  # the same, in the database's words
            self.add_error(None, problem)


class ReadOnlyAdmin(RecordedViews):
    """For what only services write, trails above all: to look at and to search."""

    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ReadOnlyInline(admin.TabularInline):
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


def filters_of(request: HttpRequest) -> dict[str, list[str]]:
    """By what a list is narrowed down, as its address says."""
    return {name: request.GET.getlist(name) for name in request.GET}


def changed_values(form: BaseModelForm) -> dict[str, Any]:
    """Field name → what it was before and what it is after, of what was changed in `form`; fit for JSON."""
    names = [name for name in form.changed_data if name != REASON]
    return {name: {"before": _before(form, name), "after": _after(form, name)} for name in names}


def changed_rows(formset: BaseModelFormSet) -> dict[str, Any]:
    """What saving `formset` added, changed and removed, under its model's name; empty if nothing."""
    kept = [form for form in formset.initial_forms if form not in formset.deleted_forms]
    rows = {
        "added": [str(row) for row in formset.new_objects],
        "changed": {str(form.instance): changed_values(form) for form in kept if form.has_changed()},
        "removed": [str(row) for row in formset.deleted_objects],
    }
    happened = {kind: what for kind, what in rows.items() if what}
    assert formset.model is not None
    return {str(formset.model._meta.model_name): happened} if happened else {}


def _before(form: BaseModelForm, name: str) -> str | None:
    if name in SECRETS:
        return HIDDEN
    value, field = form.initial.get(name), form.fields[name]
    if isinstance(field, ModelChoiceField) and value and field.queryset is not None:
        return _shown(field.queryset.filter(pk=value).first())
    return _shown(value)


def _after(form: BaseModelForm, name: str) -> str | None:
    return HIDDEN if name in SECRETS else _shown(form.cleaned_data.get(name))


def _shown(value: object) -> str | None:
    return None if value in (None, "") else str(value)

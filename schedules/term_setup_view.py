"""The admin's one page for setting a term up: what is entered, and every window that follows from it."""

import hashlib
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from accounts import clock
from accounts.domain.roc_calendar import last_day
from accounts.errors import DomainError
from accounts.requests import signed_in
from schedules.models import Term
from schedules.services.term_setup import (
    SetupResult,
    SetupRow,
    TermSetup,
    preview_term_setup,
    save_term_setup,
)
from schedules.term_setup_form import TermSetupForm


def term_setup(request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows the form; POST previews it, or saves it when what is confirmed is what was previewed."""
    term = get_object_or_404(Term, pk=pk)
    form = TermSetupForm(term, request.POST or None)
    result = None
    if form.is_valid():
        try:
            if request.POST.get("confirm") == _digest(form.setup):
                return _save(request, term, form.setup)
            result = preview_term_setup(term, form.setup, by=signed_in(request), at=clock.now())
        except DomainError as error:
            form.add_error(None, error.message)
    return TemplateResponse(request, _template(request), _context(request, form, result))


def _save(request: HttpRequest, term: Term, setup: TermSetup) -> HttpResponse:
    result = save_term_setup(term, setup, by=signed_in(request), at=clock.now())
    for row in result.moved:
        messages.success(request, moved_words(row))
    for words in result.stranded:
        messages.warning(request, words)
    messages.success(request, _("%(term)s 學期的日期已儲存。") % {"term": term})
    return redirect("admin:schedules_term_setup", pk=term.pk)


def moved_words(row: SetupRow) -> str:
    """「課程學習成果上傳 截止 114/02/03（一）24:00 止 → 114/02/10（一）24:00 止，影響 812 位學生」."""
    parts = {
        "window": row.window,
        "before": last_day(row.before) or _("未定"),
        "after": last_day(row.window.closes_at) or _("待來文"),
        "people": row.people,
    }
    return _("%(window)s　截止 %(before)s → %(after)s，影響 %(people)d 位學生") % parts


def _digest(setup: TermSetup) -> str:
    return hashlib.sha256(repr(setup).encode()).hexdigest()


def _template(request: HttpRequest) -> str:
    part = request.headers.get("HX-Request")
    return "admin/schedules/_term_setup_preview.html" if part else "admin/schedules/term_setup.html"


def _context(request: HttpRequest, form: TermSetupForm, result: SetupResult | None) -> dict[str, Any]:
    return {
        **admin.site.each_context(request),
        "title": _("%(term)s 學期設定") % {"term": form.term},
        "term": form.term,
        "form": form,
        "result": result,
        "moved": [moved_words(row) for row in result.moved] if result else [],
        "confirm": _digest(form.setup) if result else "",
    }

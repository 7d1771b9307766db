"""The admin's one page for setting a term up: what is entered, and every window that follows from it."""

import hashlib
from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from accounts import clock
from accounts.errors import DomainError
from accounts.requests import signed_in
from schedules.models import Term
from schedules.services.term_setup import SetupResult, TermSetup, preview_term_setup, save_term_setup
from schedules.term_setup_form import TermSetupForm
from schedules.term_setup_preview import preview_of


def term_setup(request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows the form; POST previews it, or saves it when what is confirmed is what was previewed."""
    if not signed_in(request).has_perm("schedules.change_term"):
        raise PermissionDenied
    term = get_object_or_404(Term, pk=pk)
    form = TermSetupForm(term, request.POST if request.method == "POST" else None)
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
    messages.success(request, _("%(term)s 學期的日期已儲存。") % {"term": term})
    shown = preview_of(setup, result)
    if shown.new:
        messages.info(request, _("新增 %(count)d 項期程。") % {"count": shown.new})
    _list(request, messages.info, _("已變動的期程："), shown.moved)
    _list(request, messages.warning, _("以下是依原來的日期核定的，請逐一確認："), shown.stranded)
    return redirect("admin:schedules_term_setup", pk=term.pk)


def _list(request: HttpRequest, say: Any, title: str, lines: Sequence[str]) -> None:
    if lines:
        listed = format_html_join("", "<li>{}</li>", [(line,) for line in lines])
        say(request, format_html("{}<ul>{}</ul>", title, listed))


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
        "preview": preview_of(form.setup, result) if result else None,
        "confirm": _digest(form.setup) if result else "",
    }

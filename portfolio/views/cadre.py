"""Cadre records, for the sections of student affairs that keep them."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import clock
from accounts.domain.division import Division
from accounts.list_files import FORMATS
from accounts.requests import signed_in
from accounts.trail_export import format_called
from portfolio.cadre_export import export_cadre
from portfolio.cadre_forms import CorrectCadreForm, NewCadreForm, WithdrawCadreForm
from portfolio.cadre_queries import CadreFilter, cadre_records_in, cadre_windows, in_school_levels, usual_term
from portfolio.domain.cadre import date_doubt
from portfolio.models import CadreRecord
from portfolio.record_permissions import divisions_of_cadre
from portfolio.record_queries import events_of
from portfolio.views.requests import number, posted
from schedules.models import Term

PAGE_LENGTH = 50


@require_safe
@login_required
def records(request: HttpRequest) -> HttpResponse:
    """The records of a term, narrowed down as the address says."""
    now, divisions = clock.now(), _divisions(request)
    chosen = _chosen(request)
    listed = chosen.apply(cadre_records_in(divisions))
    context = {
        "page_obj": Paginator(listed, PAGE_LENGTH).get_page(request.GET.get("page")),
        "chosen": chosen,
        "terms": Term.objects.all(),
        "levels": in_school_levels(),
        "windows": cadre_windows(chosen.term, divisions, now),
        "formats": [(kind.extension, kind.title) for kind in FORMATS],
    }
    return render(request, "cadre/records.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    divisions, term = _divisions(request), _chosen(request).term
    form = NewCadreForm(**posted(request), divisions=divisions, term=term)
    if saved := form.save(by=signed_in(request), at=clock.now()):
        messages.success(request, _("已登錄：%(record)s。") % {"record": saved})
        _tell_doubt(request, saved)
        return redirect(f"{request.path}?term={saved.term_id}")
    return render(request, "cadre/new.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """One record: what it says, what happened to it, and its correction."""
    found = _record(request, pk)
    form = CorrectCadreForm(**posted(request), record=found)
    if saved := form.save(by=signed_in(request), at=clock.now()):
        messages.success(request, _("已更正。"))
        _tell_doubt(request, saved)
        return redirect("cadre:record", pk)
    return render(request, "cadre/record.html", _page(found, form=form))


@require_POST
@login_required
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """A refusal is said beside the form."""
    found, form = _record(request, pk), WithdrawCadreForm(request.POST)
    if form.save(found, by=signed_in(request), at=clock.now()):
        messages.success(request, _("已撤銷：%(record)s。") % {"record": found})
        return redirect("cadre:record", pk)
    return render(request, "cadre/record.html", _page(found, withdraw_form=form))


@require_POST
@login_required
def export(request: HttpRequest) -> HttpResponse:
    now, divisions, chosen = clock.now(), _divisions(request), _chosen(request)
    file_format = format_called(request.POST.get("format", ""))
    if file_format is None:
        raise Http404
    listed = cadre_records_in(divisions)
    content = export_cadre(listed, chosen, divisions, file_format, by=signed_in(request), at=now)
    name = f"cadre-{chosen.term}-{timezone.localdate(now)}.{file_format.get_extension()}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=file_format.get_content_type(), headers=headers)


def _divisions(request: HttpRequest) -> list[Division]:
    divisions = divisions_of_cadre(signed_in(request), clock.now())
    if not divisions:
        raise Http404
    return divisions


def _chosen(request: HttpRequest) -> CadreFilter:
    term = number(request, "term")
    return CadreFilter(
        term=get_object_or_404(Term, pk=term) if term else usual_term(clock.today()),
        words=request.GET.get("q", "").strip()[:50],
        level=request.GET.get("level", "")[:2],
        withdrawn=bool(request.GET.get("withdrawn")),
    )


def _record(request: HttpRequest, pk: int) -> CadreRecord:
    return get_object_or_404(cadre_records_in(_divisions(request)), pk=pk)


def _page(record: CadreRecord, **forms: Any) -> dict[str, Any]:
    return {
        "record": record,
        "events": events_of(record),
        "form": CorrectCadreForm(record=record),
        "withdraw_form": WithdrawCadreForm(),
        **forms,
    }


def _tell_doubt(request: HttpRequest, record: CadreRecord) -> None:
    if doubt := date_doubt(record.starts_on, record.ends_on, record.term.code):
        messages.warning(request, doubt)

"""Importing lists from the school administration system: hand in, look at what it changes, confirm."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import clock
from accounts.errors import DomainError
from accounts.list_template import template as list_template
from accounts.requests import signed_in
from accounts.services.list_import import ListReport
from portfolio.list_upload import OfferedList, WaitingUpload, lists_for, review_lines
from portfolio.list_upload_form import ListUploadForm
from portfolio.views.requests import posted

LINES_A_PAGE = 100


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def upload(request: HttpRequest) -> HttpResponse:
    offered = _offered(request)
    form = ListUploadForm(**posted(request), offered=offered)
    if form.accepted_by(lambda: _kept(request, form.cleaned_data)) is not None:
        return redirect("list_import:review")
    return render(request, "list_import/upload.html", {"form": form, "offered": offered})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def review(request: HttpRequest) -> HttpResponse:
    """What the waiting upload would change; on POST it does, or says why not."""
    _offered(request)
    waiting, confirmed = WaitingUpload.of(request), request.method == "POST"
    if waiting is None:
        return redirect("list_import:upload")
    accept = bool(request.POST.get("accept_warnings"))
    try:
        report = waiting.imported(
            by=signed_in(request), at=clock.now(), dry_run=not confirmed, accept_warnings=accept
        )
    except FileNotFoundError:
        messages.error(request, _("這次上傳已經匯入過或已過期，請重新選擇檔案。"))
        return redirect("list_import:upload")
    return _done(request, waiting, report) if report.written else _report(request, waiting, report)


@require_safe
@login_required
def template(request: HttpRequest, act: str) -> HttpResponse:
    """An empty list to fill in."""
    offered = _offered(request).get(act)
    if offered is None:
        raise Http404
    content = list_template(offered.kind.columns)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return HttpResponse(
        content,
        content_type=kind,
        headers={"Content-Disposition": f'attachment; filename="{act}.xlsx"'},
    )


def _offered(request: HttpRequest) -> dict[str, OfferedList]:
    offered = lists_for(signed_in(request), clock.now())
    if not offered:
        raise Http404
    return offered


def _kept(request: HttpRequest, chosen: dict[str, Any]) -> WaitingUpload:
    """The upload, kept only if it can be read and is this person's to import."""
    file = chosen["file"]
    waiting = WaitingUpload.keep(request, chosen["act"], chosen.get("term"), file.read(), file.name)
    try:
        waiting.imported(by=signed_in(request), at=clock.now(), dry_run=True)
    except DomainError:
        waiting.drop(request)
        raise
    return waiting


def _done(request: HttpRequest, waiting: WaitingUpload, report: ListReport) -> HttpResponse:
    waiting.drop(request)
    words = _("匯入完成：新增 %(new)d 筆、修改 %(changed)d 筆、未變動 %(same)d 筆。")
    messages.success(request, words % report.counts)
    return redirect("list_import:upload")


def _report(request: HttpRequest, waiting: WaitingUpload, report: ListReport) -> HttpResponse:
    page = Paginator(list(review_lines(report)), LINES_A_PAGE).get_page(request.GET.get("page"))
    context = {"waiting": waiting, "report": report, "page_obj": page}
    return render(request, "list_import/review.html", context)

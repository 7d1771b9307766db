"""Importing lists from the school administration system: hand in, look at what it changes, confirm."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import clock
from accounts.errors import Conflict, InvalidInput
from accounts.list_template import template as list_template
from accounts.models import ListUpload
from accounts.requests import signed_in
from portfolio.list_progress import KeptProgress
from portfolio.list_report import LINES_A_PAGE, KeptReport
from portfolio.list_upload import LISTS, OfferedList, lists_for
from portfolio.list_upload_form import ListUploadForm
from portfolio.services.list_uploads import UNDER_WAY, Stage, confirm, drop, hand_in, is_quick, work
from portfolio.tasks import work_on_list
from portfolio.views.requests import posted


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def upload(request: HttpRequest) -> HttpResponse:
    offered, now = offered_lists(request), clock.now()
    form = ListUploadForm(**posted(request), offered=offered)
    if handed_in := form.accepted_by(lambda: _handed_in(request, form.cleaned_data, now)):
        if handed_in.stage == Stage.CHECKING:
            carry_on(handed_in, now)
        return redirect("list_import:review", handed_in.pk)
    context = {"form": form, "offered": offered, "uploads": _own(request, offered)}
    return render(request, "list_import/upload.html", context)


@require_safe
@login_required
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Where an upload stands: how far the work is, what it would change, or what came of it."""
    kept = own_upload(request, pk)
    context: dict[str, Any] = {"upload": kept, "list": LISTS[kept.act]}
    if kept.stage in UNDER_WAY:
        context["stand"] = KeptProgress(kept.file).stand()
        return render(request, "list_import/under_way.html", context)
    if kept.stage != Stage.CHECKED:
        return render(request, "list_import/result.html", context)
    return _report(request, kept, context)


@require_safe
@login_required
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """What htmx asks for again while the work is under way; once it is done the whole page is due."""
    kept = own_upload(request, pk)
    if "HX-Request" not in request.headers:
        return redirect("list_import:review", pk)
    if kept.stage not in UNDER_WAY:
        return HttpResponse(headers={"HX-Refresh": "true"})
    context = {"upload": kept, "stand": KeptProgress(kept.file).stand()}
    return render(request, "list_import/_progress.html", context)


@require_POST
@login_required
def confirm_view(request: HttpRequest, pk: int) -> HttpResponse:
    kept, now = own_upload(request, pk), clock.now()
    accept = bool(request.POST.get("accept_warnings"))
    shown = request.POST.get("shown", "")
    try:
        confirm(kept, shown=shown, accept_warnings=accept, by=signed_in(request), at=now)
        carry_on(kept, now)
    except (Conflict, InvalidInput) as refusal:
        messages.error(request, refusal.message)
    return redirect("list_import:review", pk)


@require_POST
@login_required
def drop_view(request: HttpRequest, pk: int) -> HttpResponse:
    drop(own_upload(request, pk))
    return redirect("list_import:upload")


@require_safe
@login_required
def template(request: HttpRequest, act: str) -> HttpResponse:
    """An empty list to fill in."""
    offered = offered_lists(request).get(act)
    if offered is None:
        raise Http404
    content = list_template(offered.kind.columns)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return HttpResponse(
        content,
        content_type=kind,
        headers={"Content-Disposition": f'attachment; filename="{act}.xlsx"'},
    )


def offered_lists(request: HttpRequest) -> dict[str, OfferedList]:
    """The lists that this person may import; 404 for whoever may import none."""
    offered = lists_for(signed_in(request), clock.now())
    if not offered:
        raise Http404
    return offered


def own_upload(request: HttpRequest, pk: int) -> ListUpload:
    return get_object_or_404(_own(request, offered_lists(request)), pk=pk)


def carry_on(kept: ListUpload, now: datetime) -> None:
    """Do what the upload waits for: at once if it is little, else by a worker."""
    if is_quick(kept):
        work(kept.pk, at=now)
        return

    def queue() -> None:
        work_on_list.delay(kept.pk)

    # Should the queue not answer, the sweep finds the upload.
    transaction.on_commit(queue, robust=True)


def _own(request: HttpRequest, offered: dict[str, OfferedList]) -> QuerySet[ListUpload]:
    return ListUpload.objects.filter(by=signed_in(request), act__in=offered)


def _handed_in(request: HttpRequest, chosen: dict[str, Any], now: datetime) -> ListUpload:
    file, term = chosen["file"], chosen.get("term")
    return hand_in(chosen["act"], term, file.read(), file.name, by=signed_in(request), at=now)


def _report(request: HttpRequest, kept: ListUpload, context: dict[str, Any]) -> HttpResponse:
    report = KeptReport(kept.file)
    try:
        summary = report.summary()
    except FileNotFoundError:
        messages.error(request, _("這次上傳已過期，請重新選擇檔案。"))
        return redirect("list_import:upload")
    if summary.questions:
        return redirect("list_import:questions", kept.pk)
    page = Paginator(range(summary.lines), LINES_A_PAGE).get_page(request.GET.get("page"))
    context |= {"report": summary, "page_obj": page, "lines": report.page(page.number)}
    return render(request, "list_import/review.html", context)

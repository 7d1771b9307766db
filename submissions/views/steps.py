"""The steps of a batch, each a page of its own that says what the step means before it is taken."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.panels import Visitor
from portfolio.forms import ServiceForm
from portfolio.views.requests import posted
from schedules.domain.floors import floor_warnings
from schedules.models import Window
from schedules.queries import shown
from submissions.forms import OpeningForm, ReceiptFileForm, SubmittedForm
from submissions.models import Batch
from submissions.next_steps import progress_of
from submissions.permissions import SubmissionAct
from submissions.receipt_queries import report_of
from submissions.services.batches import freeze_batch, mark_submitted
from submissions.services.receipts import concerned, import_receipts, open_receipt_period, planned_window
from submissions.views.access import batch_for, for_offices, visible_batch

MISSING_SHOWN = 200


@require_http_methods(["GET", "HEAD", "POST"])
@for_offices
def freeze(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    batch = batch_for(visitor, pk, SubmissionAct.FREEZE_BATCH)
    form = ServiceForm(**posted(request))
    if form.is_valid():
        frozen = form.accepted_by(lambda: freeze_batch(batch, by=visitor.user, at=visitor.now))
        if frozen:
            messages.success(request, _("名冊已凍結，可以產生名冊與附件了。"))
            return redirect("submissions:batch", pk)
    (progress,) = progress_of([batch], visitor.now)
    return render(request, "submissions/freeze.html", {"batch": batch, "form": form, "progress": progress})


@require_http_methods(["GET", "HEAD", "POST"])
@for_offices
def submitted(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    batch = batch_for(visitor, pk, SubmissionAct.MARK_SUBMITTED)
    form = SubmittedForm(**posted(request), initial={"submitted_on": timezone.localdate(visitor.now)})
    if form.is_valid():
        marked = form.accepted_by(
            lambda: mark_submitted(batch, **form.cleaned_data, by=visitor.user, at=visitor.now)
        )
        if marked:
            messages.success(request, _("已登錄提交。收到收訖明細後，請回到這一頁匯入。"))
            return redirect("submissions:batch", pk)
    return render(request, "submissions/submitted.html", {"batch": batch, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@for_offices
def import_file(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    batch = batch_for(visitor, pk, SubmissionAct.IMPORT_RECEIPTS)
    form = ReceiptFileForm(**posted(request))
    if form.is_valid():
        upload, password = form.cleaned_data["file"], form.cleaned_data["password"]
        imported = form.accepted_by(
            lambda: import_receipts(
                batch,
                upload.file,
                file_name=upload.name,
                password=password,
                by=visitor.user,
                at=visitor.now,
            )
        )
        if imported:
            return redirect("submissions:import_result", pk, imported.number)
    return render(request, "submissions/import.html", {"batch": batch, "form": form})


@require_safe
@for_offices
def import_result(request: HttpRequest, visitor: Visitor, pk: int, number: int) -> HttpResponse:
    batch = visible_batch(visitor, pk)
    receipt_import = get_object_or_404(batch.imports.select_related("imported_by"), number=number)
    report = report_of(receipt_import)
    context = {
        "batch": batch,
        "import": receipt_import,
        "is_newest": number == batch.imports.all()[0].number,
        "report": report,
        "missing_count": report.missing.count(),
        "missing": report.missing[:MISSING_SHOWN],
    }
    return render(request, "submissions/import_result.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_offices
def open_period(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """Shows which days a period from the day asked for, or from tomorrow, would have; posted, opens it."""
    batch = batch_for(visitor, pk, SubmissionAct.OPEN_PERIOD)
    tomorrow = timezone.localdate(visitor.now) + timedelta(days=1)
    data = request.POST or {"opens_on": request.GET.get("opens_on", tomorrow.isoformat())}
    form, window = OpeningForm(data), None
    if form.is_valid():
        if request.method == "POST" and _open(form, batch, visitor):
            messages.success(request, _("已開放學生確認，並已通知學生。"))
            return redirect("submissions:batch", pk)
        window = form.accepted_by(lambda: planned_window(batch, **form.cleaned_data, at=visitor.now))
    context = {"batch": batch, "form": form, "students": len(concerned(batch)), **_preview(window, visitor)}
    return render(request, "submissions/open_period.html", context)


def _open(form: OpeningForm, batch: Batch, visitor: Visitor) -> object:
    return form.accepted_by(
        lambda: open_receipt_period(batch, **form.cleaned_data, by=visitor.user, at=visitor.now)
    )


def _preview(window: Window | None, visitor: Visitor) -> dict[str, object]:
    if window is None:
        return {}
    warnings = floor_warnings(window.activity, window.audience, window.opens_on, window.closes_on, None)
    label = str(window.get_activity_display())
    return {"planned": window, "window": shown(window, visitor.now, label=label), "warnings": warnings}

"""The workbook and the archive of a frozen batch: asked for, watched while they are built, handed out."""

from io import BytesIO

from django.conf import settings
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.panels import Visitor
from submissions.models import ExportJob
from submissions.models.exports import ExportKind
from submissions.permissions import SubmissionAct
from submissions.practice import write_practice_receipts
from submissions.queries import batches_for
from submissions.services.exports import download, request_exports
from submissions.staircase import staircase
from submissions.tasks import build_export
from submissions.views.access import batch_for, for_offices, visible_batch


@require_safe
@for_offices
def progress(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """The part of a batch's page that htmx asks for again while something is being built.

    When all is built the whole page is due: its next step is another one then.
    """
    batch = visible_batch(visitor, pk)
    if "HX-Request" not in request.headers:
        return redirect("submissions:batch", pk)
    way = staircase(batch, visitor)
    if not way.is_building:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "submissions/_exports.html", {"batch": batch, "way": way})


@require_POST
@for_offices
def build(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    """Queues the kinds that were named, or both."""
    batch = batch_for(visitor, pk, SubmissionAct.EXPORT_BATCH)
    kinds = [ExportKind(kind) for kind in request.POST.getlist("kind") if kind in ExportKind.values]
    for job in request_exports(batch, kinds=kinds or list(ExportKind), by=visitor.user, at=visitor.now):
        _queue_once_kept(job)
    return redirect("submissions:batch", pk)


def _queue_once_kept(job: ExportJob) -> None:
    def queue() -> None:
        build_export.delay(job.pk)

    # Should the queue not answer, the sweep for waiting exports finds the job.
    transaction.on_commit(queue, robust=True)


@require_safe
@for_offices
def hand_out(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponseBase:
    jobs = ExportJob.objects.filter(batch__in=batches_for(visitor)).select_related("batch")
    job = get_object_or_404(jobs, pk=pk)
    path = download(job, by=visitor.user, at=visitor.now)
    return FileResponse(path.open("rb"), as_attachment=True, filename=job.download_name)


@require_safe
@for_offices
def practice_receipts(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponseBase:
    """Stands in for the central database where nothing is real."""
    if not settings.DEBUG:
        raise Http404
    batch = batch_for(visitor, pk, SubmissionAct.IMPORT_RECEIPTS)
    if not batch.frozen_at:
        raise Http404
    content = BytesIO()
    write_practice_receipts(batch, content)
    content.seek(0)
    name = f"practice-{batch.school_year}-{batch.division}-{batch.roster_code}.zip"
    return FileResponse(content, as_attachment=True, filename=name)

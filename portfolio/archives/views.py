"""A student's archive: ask for it, watch it being built, take it home."""

from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts import clock
from accounts.models import Student
from portfolio.archives.access import access_ends_on
from portfolio.services.archives import KEPT, download_archive, is_ready, request_archive
from portfolio.tasks import build_archive
from portfolio.views.access import for_students


@require_safe
@for_students
def archive(request: HttpRequest, student: Student) -> HttpResponse:
    now, latest = clock.now(), student.archives.first()
    context = {
        "archive": latest,
        "is_ready": latest is not None and is_ready(latest, now),
        "is_under_way": latest is not None and latest.is_under_way,
        "percent": latest.done * 100 // latest.total if latest and latest.total else None,
        "kept_until": latest.ready_at + KEPT if latest and latest.ready_at else None,
        "access_ends_on": access_ends_on(student),
    }
    return render(request, "archives/archive.html", context)


@require_POST
@for_students
def ask(request: HttpRequest, student: Student) -> HttpResponse:
    asked = request_archive(student, by=student.user, at=clock.now())
    # Should the queue not answer, the sweep for waiting archives finds it.
    transaction.on_commit(lambda: _queue(asked.pk), robust=True)
    return redirect("portfolio:archive")


@require_safe
@for_students
def hand_out(request: HttpRequest, student: Student, pk: int) -> HttpResponseBase:
    own = get_object_or_404(student.archives.select_related("student"), pk=pk)
    path = download_archive(own, by=student.user, at=clock.now())
    name = f"learning-portfolio-{student.student_number}.zip"
    return FileResponse(path.open("rb"), as_attachment=True, filename=name)


def _queue(archive_id: int) -> None:
    build_archive.delay(archive_id)

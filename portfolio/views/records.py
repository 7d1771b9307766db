"""What the offices recorded about the student: to look at, and to report where it is wrong."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import clock
from accounts.models import Student
from portfolio.models import CadreRecord, Grade
from portfolio.record_forms import ReportRecordForm
from portfolio.record_queries import records_of
from portfolio.views.access import for_students
from portfolio.views.requests import posted


@require_safe
@for_students
def records(request: HttpRequest, student: Student) -> HttpResponse:
    return render(request, "portfolio/records.html", {"terms": records_of(student)})


@require_http_methods(["GET", "HEAD", "POST"])
@for_students
def report(request: HttpRequest, student: Student, kind: str, pk: int) -> HttpResponse:
    """Say what is wrong with one record."""
    record = _own(student, kind, pk)
    form = ReportRecordForm(**posted(request))
    if told := form.send(record, by=student.user, at=clock.now()):
        messages.success(request, _("已回報，並通知承辦人員 %(person)s。") % {"person": told})
        return redirect("portfolio:records")
    return render(request, "portfolio/record_report.html", {"record": record, "form": form})


def _own(student: Student, kind: str, pk: int) -> Grade | CadreRecord:
    if kind == "grade":
        grades = Grade.objects.filter(student=student).select_related("student__user", "term")
        return get_object_or_404(grades, pk=pk)
    if kind == "cadre":
        cadre = CadreRecord.objects.standing().filter(student=student)
        return get_object_or_404(cadre.select_related("student__user", "term"), pk=pk)
    raise Http404

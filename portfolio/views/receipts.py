"""The upload receipt as a text file to keep."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.models import Student
from portfolio.models import CourseOutcome, DiversePerformance
from portfolio.receipts import receipt_text
from portfolio.views.access import for_students


@require_safe
@for_students
def outcome(request: HttpRequest, student: Student, pk: int) -> HttpResponse:
    own = get_object_or_404(CourseOutcome.objects.of(student).with_details(), pk=pk)
    return _to_keep(own, f"upload-receipt-outcome-{pk}.txt")


@require_safe
@for_students
def performance(request: HttpRequest, student: Student, pk: int) -> HttpResponse:
    own = get_object_or_404(DiversePerformance.objects.filter(student=student).with_details(), pk=pk)
    return _to_keep(own, f"upload-receipt-performance-{pk}.txt")


def _to_keep(item: CourseOutcome | DiversePerformance, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(
        receipt_text(item, clock.now()), content_type="text/plain; charset=utf-8", headers=headers
    )

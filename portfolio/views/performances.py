"""The student's diverse performances: choose a category, upload, look, take back."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import clock
from accounts.models import Student
from portfolio.details import performance_detail
from portfolio.domain.categories import CATEGORIES
from portfolio.drafts import performance_draft
from portfolio.forms import PerformanceForm
from portfolio.models import DiversePerformance
from portfolio.overview import performance_meter
from portfolio.performance_counting import counting_of
from portfolio.queries import valid_codes
from portfolio.services.performances import withdraw_performance
from portfolio.student_windows import StudentWindows
from portfolio.views.access import for_students
from portfolio.views.drafts import kept_from
from portfolio.views.requests import asks_for_draft, posted, upload_start
from schedules.domain.terms import term_of
from schedules.queries import shown


@require_safe
@for_students
def choose(request: HttpRequest, student: Student) -> HttpResponse:
    """Which of the ten categories the new piece belongs to."""
    return render(request, "portfolio/performance_choose.html", categories_to_choose(student, clock.now()))


def categories_to_choose(student: Student, now: datetime) -> dict[str, Any]:
    """What performance_choose.html shows."""
    term = term_of(timezone.localdate(now))
    window = StudentWindows(student).performance_upload(now)
    return {
        "categories": [
            (category, [field.label for field in category.fields if field.required])
            for category in CATEGORIES.values()
        ],
        "window": shown(window, now) if window else None,
        "meter": performance_meter(student, term.school_year, now),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@for_students
def new(request: HttpRequest, student: Student, category: str) -> HttpResponse:
    now, kind = clock.now(), CATEGORIES.get(category)
    if kind is None:
        raise Http404
    start, draft = upload_start(request, now), performance_draft(student, kind)
    counting = counting_of(student, now, start.at)
    form = PerformanceForm(
        **posted(request), initial=draft.initial, category=kind, codes=valid_codes(), term=counting.term
    )
    if asks_for_draft(request):
        if answer := kept_from(form, request, student, now):
            return answer
    elif performance := form.upload(student, by=student.user, at=now, started_at=start.at):
        messages.success(request, _("已收到。這一頁就是上傳的收據。"))
        return redirect("portfolio:performance", performance.pk)
    context = {
        "form": form,
        "draft": draft,
        "ticket": start.ticket,
        "category": kind,
        "counting": counting,
    }
    return render(request, "portfolio/performance_new.html", context)


@require_safe
@for_students
def detail(request: HttpRequest, student: Student, pk: int) -> HttpResponse:
    context = {"detail": performance_detail(_own(student, pk), clock.now())}
    return render(request, "portfolio/performance.html", context)


@require_POST
@for_students
def withdraw(request: HttpRequest, student: Student, pk: int) -> HttpResponse:
    withdraw_performance(_own(student, pk), by=student.user, at=clock.now())
    messages.success(request, _("已撤回，空出一個件數。檔案與紀錄仍會保留。"))
    return redirect("portfolio:index")


def _own(student: Student, pk: int) -> DiversePerformance:
    own = DiversePerformance.objects.filter(student=student)
    return get_object_or_404(own.with_details(), pk=pk)

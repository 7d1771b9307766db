"""Selecting what goes to the central database, and what was selected."""

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import clock
from accounts.models import Student
from portfolio.forms import SelectionForm
from portfolio.selection_page import concerning, selection_page
from portfolio.student_windows import StudentWindows
from portfolio.views.access import for_students
from portfolio.views.requests import number, posted
from schedules.models import Window


@require_http_methods(["GET", "HEAD", "POST"])
@for_students
def selection(request: HttpRequest, student: Student) -> HttpResponse:
    """The selection of the school year that concerns the student now, or of the one in the address."""
    now, windows = clock.now(), StudentWindows(student).selections()
    window = chosen_window(request, windows, now)
    context = {"years": [one.subject_year for one in windows]}
    if window is None:
        return render(request, "portfolio/selection.html", context)
    form = SelectionForm(**posted(request))
    page = selection_page(student, window, now)
    if form.save(student, page.school_year, by=student.user, at=now):
        messages.success(request, _("已儲存勾選。截止前都可以再更改。"))
        return redirect(request.get_full_path())
    if form.is_bound:
        page = page.with_ticks(form.cleaned_data)
    return render(request, "portfolio/selection.html", {**context, "page": page, "form": form})


def chosen_window(request: HttpRequest, windows: list[Window], now: datetime) -> Window | None:
    """The window of the year in the address, else the one that concerns the student now."""
    if "year" not in request.GET:
        return concerning(windows, now)
    year = number(request, "year")
    window = next((one for one in windows if one.subject_year == year), None)
    if window is None:
        raise Http404
    return window

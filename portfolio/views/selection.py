"""Selecting what goes to the central database: pick, put in order, confirm; and what was selected."""

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import clock
from accounts.models import Student
from portfolio.comparison import comparison
from portfolio.confirmation_sheets import own_sheet, pdf_answer
from portfolio.forms import SelectionForm
from portfolio.selection_page import SelectionPage, concerning, selection_page
from portfolio.selection_review import Move, review
from portfolio.student_windows import StudentWindows
from portfolio.views.access import for_students
from portfolio.views.requests import number, posted
from schedules.models import Window

# What the page's buttons ask for; a post that asks for nothing of this saves.
REVIEW, EDIT = "review", "edit"


@require_http_methods(["GET", "HEAD", "POST"])
@for_students
def selection(request: HttpRequest, student: Student) -> HttpResponse:
    """The selection of the school year that concerns the student now, or of the one in the address."""
    now, windows = clock.now(), StudentWindows(student).selections()
    window = chosen_window(request, windows, now)
    if window is None:
        return render(request, "portfolio/selection.html")
    form, page = SelectionForm(**posted(request)), selection_page(student, window, now)
    if answer := _stepped(request, student, form, page, now):
        return answer
    if form.is_bound:
        page = page.with_ticks(form.given)
    context = {"years": [one.subject_year for one in windows], "page": page, "form": form}
    return render(request, "portfolio/selection.html", context)


def _stepped(
    request: HttpRequest, student: Student, form: SelectionForm, page: SelectionPage, now: datetime
) -> HttpResponse | None:
    """What follows from the button that was pressed; None where it leads back to picking."""
    step, year = request.POST.get("step", ""), page.school_year
    move = Move.parse(step)
    if move or step == REVIEW:
        chosen = form.judged(student, year, by=student.user, at=now)
        if chosen is None:
            return None
        ordered = move.applied_to(chosen) if move else chosen
        context = {"page": page, "review": review(page, ordered, move)}
        return render(request, "portfolio/selection_review.html", context)
    if step == EDIT or not form.save(student, year, by=student.user, at=now):
        return None
    messages.success(request, _("已儲存勾選。截止前都可以再更改。"))
    return redirect(request.get_full_path())


@require_safe
@for_students
def compare(request: HttpRequest, student: Student) -> HttpResponse:
    """Two of the pieces that can be selected for a year, side by side."""
    now = clock.now()
    window = _window_or_404(request, student, now)
    pair = comparison(selection_page(student, window, now), request.GET)
    return render(request, "portfolio/compare.html", {"pair": pair, "year": window.subject_year})


@require_safe
@for_students
def sheet(request: HttpRequest, student: Student) -> HttpResponse:
    """What the student has selected, on paper to sign."""
    now = clock.now()
    window = _window_or_404(request, student, now)
    return pdf_answer([own_sheet(student, window.subject_year, now)], now)


def _window_or_404(request: HttpRequest, student: Student, now: datetime) -> Window:
    window = chosen_window(request, StudentWindows(student).selections(), now)
    if window is None:
        raise Http404
    return window


def chosen_window(request: HttpRequest, windows: list[Window], now: datetime) -> Window | None:
    """The window of the year in the address, else the one that concerns the student now."""
    if "year" not in request.GET:
        return concerning(windows, now)
    year = number(request, "year")
    window = next((one for one in windows if one.subject_year == year), None)
    if window is None:
        raise Http404
    return window

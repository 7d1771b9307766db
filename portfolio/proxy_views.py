"""Acting for a student who has no network: upload, select, and nothing else (article 12-1-3).

The acts are the student's own ones, with a reason; receipts are in submissions/views/proxies.py.
"""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import clock
from accounts.requests import signed_in
from portfolio.domain.categories import CATEGORIES
from portfolio.file_remarks import remarks_on
from portfolio.forms import OutcomeForm, PerformanceForm, SelectionForm
from portfolio.models import CourseOutcome, DiversePerformance
from portfolio.near_windows import near
from portfolio.overview import outcome_meters
from portfolio.performance_counting import counting_of
from portfolio.proxies import Aid, Helper, search
from portfolio.proxy_panels import proxy_panels
from portfolio.queries import uploaded_by_proxy, valid_codes
from portfolio.selection_page import selection_page
from portfolio.student_windows import StudentWindows
from portfolio.views.access import for_helpers
from portfolio.views.performances import categories_to_choose
from portfolio.views.requests import posted, upload_start
from portfolio.views.selection import chosen_window

STUDENTS_A_PAGE = 40


@require_safe
@login_required
def students(request: HttpRequest) -> HttpResponse:
    """Whom the person may help, found by number or name."""
    helper = Helper(signed_in(request), clock.now())
    if not helper.helps_anybody():
        raise PermissionDenied
    words = request.GET.get("q", "").strip()
    page = Paginator(search(helper.students(), words), STUDENTS_A_PAGE).get_page(request.GET.get("page"))
    context = {"aids": helper.aids(page), "page_obj": page, "words": words}
    return render(request, "proxy/students.html", context)


@require_safe
@for_helpers
def student(request: HttpRequest, aid: Aid) -> HttpResponse:
    """What is open for the student now, and what this person has uploaded for them."""
    uploaded = uploaded_by_proxy(aid.student, aid.helper)
    context = {"aid": aid, "panels": proxy_panels(aid), "uploaded": uploaded}
    return render(request, "proxy/student.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_helpers
def new_outcome(request: HttpRequest, aid: Aid) -> HttpResponse:
    student, now, windows = aid.student, aid.now, StudentWindows(aid.student)
    start = upload_start(request, now)
    form = OutcomeForm(**posted(request), student=student, windows=windows, now=now, by_proxy=True)
    if outcome := form.upload(by=aid.helper, at=now, started_at=start.at):
        messages.success(request, _("已代為上傳，等待任課教師認證。學生會收到通知。"))
        _tell_remarks(request, outcome)
        return redirect("proxy:student", student.pk)
    context = {
        "aid": aid,
        "form": form,
        "ticket": start.ticket,
        "meters": outcome_meters(student, form.offered, now),
        "windows": near(windows.uploads(), now),
    }
    return render(request, "proxy/outcome_new.html", context)


@require_safe
@for_helpers
def choose_category(request: HttpRequest, aid: Aid) -> HttpResponse:
    context = {"aid": aid, **categories_to_choose(aid.student, aid.now)}
    return render(request, "proxy/performance_choose.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_helpers
def new_performance(request: HttpRequest, aid: Aid, category: str) -> HttpResponse:
    student, now, kind = aid.student, aid.now, CATEGORIES.get(category)
    if kind is None:
        raise Http404
    start = upload_start(request, now)
    counting = counting_of(student, now, start.at)
    form = PerformanceForm(
        **posted(request), category=kind, codes=valid_codes(), term=counting.term, by_proxy=True
    )
    if performance := form.upload(student, by=aid.helper, at=now, started_at=start.at):
        messages.success(request, _("已代為上傳。學生會收到通知。"))
        _tell_remarks(request, performance)
        return redirect("proxy:student", student.pk)
    context = {"aid": aid, "form": form, "ticket": start.ticket, "category": kind, "counting": counting}
    return render(request, "proxy/performance_new.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_helpers
def selection(request: HttpRequest, aid: Aid) -> HttpResponse:
    """The student's selection of the year that concerns them now, or of the one in the address."""
    student, now = aid.student, aid.now
    window = chosen_window(request, StudentWindows(student).selections(), now)
    if window is None:
        return render(request, "proxy/selection.html", {"aid": aid})
    form = SelectionForm(**posted(request), by_proxy=True)
    page = selection_page(student, window, now)
    if form.save(student, page.school_year, by=aid.helper, at=now):
        messages.success(request, _("已代為儲存勾選。學生會收到通知，截止前可以再更改。"))
        return redirect("proxy:student", student.pk)
    if form.is_bound:
        page = page.with_ticks(form.cleaned_data)
    return render(request, "proxy/selection.html", {"aid": aid, "page": page, "form": form})


def _tell_remarks(request: HttpRequest, piece: CourseOutcome | DiversePerformance) -> None:
    """The page that follows does not show the files, so what is to be known about them is said with it."""
    for remark in remarks_on(piece.attachments.current()):
        messages.info(request, remark)

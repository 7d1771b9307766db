"""The student's course outcomes: upload, look, correct, take back."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import clock
from accounts.models import Student
from portfolio.details import outcome_detail
from portfolio.drafts import FormDraft, correction_draft, outcome_draft
from portfolio.forms import OutcomeForm, ReviseForm
from portfolio.models import CourseOutcome
from portfolio.near_windows import near
from portfolio.overview import outcome_meters
from portfolio.services.outcomes import withdraw_course_outcome
from portfolio.student_windows import StudentWindows
from portfolio.views.access import for_students
from portfolio.views.drafts import kept_from
from portfolio.views.requests import asks_for_draft, number, posted, upload_start


@require_http_methods(["GET", "HEAD", "POST"])
@for_students
def new(request: HttpRequest, student: Student) -> HttpResponse:
    now, windows = clock.now(), StudentWindows(student)
    start, draft = upload_start(request, now), _draft(request, student, windows, now)
    initial = {"enrolment": number(request, "enrolment"), **draft.initial}
    form = OutcomeForm(**posted(request), initial=initial, student=student, windows=windows, now=now)
    if asks_for_draft(request):
        if answer := kept_from(form, request, student, now):
            return answer
    elif outcome := form.upload(by=student.user, at=now, started_at=start.at):
        messages.success(request, _("已收到，等待任課教師認證。這一頁就是上傳的收據。"))
        return redirect("portfolio:outcome", outcome.pk)
    context = {
        "form": form,
        "draft": draft,
        "ticket": start.ticket,
        "meters": outcome_meters(student, form.offered, now),
        "windows": near(windows.uploads(), now),
    }
    return render(request, "portfolio/outcome_new.html", context)


@require_safe
@for_students
def detail(request: HttpRequest, student: Student, pk: int) -> HttpResponse:
    outcome = _own(student, pk)
    context = {"detail": outcome_detail(outcome, clock.now()), "draft": correction_draft(outcome).taken_up}
    return render(request, "portfolio/outcome.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_students
def edit(request: HttpRequest, student: Student, pk: int) -> HttpResponse:
    now, outcome = clock.now(), _own(student, pk)
    start, draft = upload_start(request, now), correction_draft(outcome)
    form = ReviseForm(**posted(request), initial=draft.initial, outcome=outcome)
    if asks_for_draft(request):
        if answer := kept_from(form, request, student, now):
            return answer
    elif revised := form.revise(by=student.user, at=now, started_at=start.at):
        messages.success(request, _("已儲存。目前狀態：%(state)s。") % {"state": revised.get_state_display()})
        return redirect("portfolio:outcome", pk)
    shown = outcome_detail(outcome, now)
    if not shown.can_change and not form.is_bound:
        return redirect("portfolio:outcome", pk)
    context = {"form": form, "draft": draft, "detail": shown, "ticket": start.ticket}
    return render(request, "portfolio/outcome_edit.html", context)


@require_POST
@for_students
def withdraw(request: HttpRequest, student: Student, pk: int) -> HttpResponse:
    withdraw_course_outcome(_own(student, pk), by=student.user, at=clock.now())
    messages.success(request, _("已撤回，空出一個件數。檔案與紀錄仍會保留。"))
    return redirect("portfolio:index")


def _draft(request: HttpRequest, student: Student, windows: StudentWindows, now: datetime) -> FormDraft:
    """The draft for the form of a new outcome: of the course that was posted, or named by the address."""
    chosen = number(request, "enrolment")
    if request.method == "POST" and (text := request.POST.get("enrolment", "")).isdecimal():
        chosen = int(text)
    return outcome_draft(windows, student, chosen, now, is_new="new" in request.GET)


def _own(student: Student, pk: int) -> CourseOutcome:
    return get_object_or_404(CourseOutcome.objects.of(student).with_details(), pk=pk)

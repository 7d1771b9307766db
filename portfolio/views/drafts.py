"""A student's drafts: kept while typing, looked at, thrown away."""

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import clock
from accounts.models import Student
from portfolio.domain.categories import CATEGORIES
from portfolio.drafts import (
    DraftSubject,
    can_go_on,
    drafts_of,
    form_address,
    readable_fields,
    upload_window,
    version_of,
)
from portfolio.forms import OutcomeForm, PerformanceForm, ReviseForm
from portfolio.models import CourseOutcome, Enrolment
from portfolio.services.drafts import discard_draft, save_draft
from portfolio.views.access import for_students
from schedules.queries import shown


@require_POST
@for_students
def save(request: HttpRequest, student: Student) -> HttpResponse:
    """Called by drafts.js; answers with the version that now stands, empty when nothing was left to keep."""
    before = request.POST.get("moved_from", "")
    draft = save_draft(
        student,
        _subject(request, student),
        request.POST.dict(),
        by=student.user,
        at=clock.now(),
        seen=request.POST.get("seen"),
        moved_from=_enrolment(student, before) if before else None,
    )
    return JsonResponse({"seen": version_of(draft)})


@require_safe
@for_students
def detail(request: HttpRequest, student: Student, pk: int) -> HttpResponse:
    """The form with the draft in it; once nothing can be sent any more, the draft to read."""
    draft, now = get_object_or_404(drafts_of(student), pk=pk), clock.now()
    if can_go_on(draft, now):
        return redirect(form_address(draft))
    window = upload_window(draft, now)
    context = {
        "draft": draft,
        "values": readable_fields(draft),
        "window": shown(window, now) if window else None,
    }
    return render(request, "portfolio/draft.html", context)


@require_POST
@for_students
def discard(request: HttpRequest, student: Student, pk: int) -> HttpResponse:
    draft = get_object_or_404(drafts_of(student), pk=pk)
    discard_draft(draft, by=student.user, at=clock.now())
    messages.success(request, _("草稿已捨棄。"))
    if draft.outcome_id:
        return redirect("portfolio:outcome", draft.outcome_id)
    return redirect("portfolio:index")


def kept_from(
    form: OutcomeForm | PerformanceForm | ReviseForm, request: HttpRequest, student: Student, now: datetime
) -> HttpResponse | None:
    """Keeps what a whole form was sent with; the answer, None when the form itself has something to say."""
    draft = form.keep_draft(student, at=now)
    if draft:
        messages.success(request, _("草稿已儲存，還沒有送出。之後可以從「學習歷程」繼續。"))
        return redirect(form_address(draft))
    if form.is_valid():
        messages.info(request, form.nothing_to_keep)
    return None


def _subject(request: HttpRequest, student: Student) -> DraftSubject:
    """The category, the piece to correct or the course that the request names."""
    if category := CATEGORIES.get(request.POST.get("category", "")):
        return category
    if piece := request.POST.get("outcome", ""):
        return get_object_or_404(CourseOutcome.objects.of(student).with_details(), pk=_id(piece))
    return _enrolment(student, request.POST.get("enrolment", ""))


def _enrolment(student: Student, text: str) -> Enrolment:
    return get_object_or_404(Enrolment, pk=_id(text), student=student)


def _id(text: str) -> int:
    if not text.isdecimal() or len(text) > 18:
        raise Http404
    return int(text)

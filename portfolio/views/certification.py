"""The course teacher's queue and decisions: whose work it is and of which course, never how good."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import clock
from accounts.models import User
from portfolio import certification_queries as queries
from portfolio.details import outcome_detail
from portfolio.forms import ReturnForm
from portfolio.models import CourseOutcome, CourseSection
from portfolio.models.outcomes import OutcomeState
from portfolio.near_windows import near
from portfolio.services import certification
from portfolio.views.access import for_teachers
from portfolio.views.requests import number, posted
from schedules.queries import placement_of

PAGE_LENGTH = 50


@require_safe
@for_teachers
def queue(request: HttpRequest, teacher: User) -> HttpResponse:
    """The outcomes of the teacher's own sections, by state and section."""
    sections = list(queries.sections_with_counts(teacher))
    chosen = _chosen_section(request, teacher)
    state = request.GET.get("state", OutcomeState.WAITING)
    if state not in queries.SHOWN_STATES:
        raise Http404
    outcomes = queries.queue_of(teacher, state=state, section=chosen)
    counted = [section for section in sections if chosen in (None, section)]
    context = {
        "page_obj": Paginator(outcomes, PAGE_LENGTH).get_page(request.GET.get("page")),
        "sections": sections,
        "chosen": chosen,
        "state": state,
        "tabs": [(one, sum(getattr(section, one) for section in counted)) for one in queries.SHOWN_STATES],
        "windows": near(queries.certification_windows(teacher), clock.now()),
    }
    return render(request, "certification/queue.html", context)


@require_safe
@for_teachers
def outcome(request: HttpRequest, teacher: User, pk: int) -> HttpResponse:
    return _page(request, teacher, pk, ReturnForm())


@require_POST
@for_teachers
def certify(request: HttpRequest, teacher: User, pk: int) -> HttpResponse:
    piece = _any(pk)
    certification.certify(piece, by=teacher, at=clock.now())
    messages.success(request, _("已認證：%(student)s") % {"student": piece.student})
    return _go_on(request, teacher, piece)


@require_POST
@for_teachers
def return_to_student(request: HttpRequest, teacher: User, pk: int) -> HttpResponse:
    piece, form = _any(pk), ReturnForm(**posted(request))
    if not form.send_back(piece, by=teacher, at=clock.now()):
        return _page(request, teacher, pk, form)
    messages.success(request, _("已退件並通知學生：%(student)s") % {"student": piece.student})
    return _go_on(request, teacher, piece)


def _page(request: HttpRequest, teacher: User, pk: int, form: ReturnForm) -> HttpResponse:
    now, section = clock.now(), _chosen_section(request, teacher)
    own = queries.outcomes_of_teacher(teacher)
    piece = get_object_or_404(own.with_details(), pk=pk)
    detail = outcome_detail(piece, now)
    context = {
        "detail": detail,
        "placement": placement_of(piece.student, piece.school_year),
        "form": form,
        "next": queries.next_waiting(teacher, piece, section=section),
        "section": section,
    }
    return render(request, "certification/outcome.html", context)


def _any(pk: int) -> CourseOutcome:
    """Whoever's it is: the service says who may decide, and why not."""
    return get_object_or_404(CourseOutcome.objects.with_details(), pk=pk)


def _go_on(request: HttpRequest, teacher: User, after: CourseOutcome) -> HttpResponse:
    """To the next outcome that waits, in the section that was chosen or in all; else to the queue."""
    section = _chosen_section(request, teacher)
    following = queries.next_waiting(teacher, after, section=section)
    address = (
        reverse("certification:outcome", args=[following]) if following else reverse("certification:queue")
    )
    return redirect(f"{address}?section={section.pk}" if section else address)


def _chosen_section(request: HttpRequest, teacher: User) -> CourseSection | None:
    """The section that the address names, one of the teacher's own."""
    if not request.GET.get("section"):
        return None
    own = teacher.sections.select_related("course", "term")
    return get_object_or_404(own, pk=number(request, "section"))

"""The certifier's queue and decisions: whose work it is and of which course, never how good."""

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
from portfolio.certification_authority import CertificationChains
from portfolio.certification_ends import CertificationEnds
from portfolio.details import outcome_detail
from portfolio.forms import ReturnForm
from portfolio.models import CourseOutcome, CourseSection
from portfolio.models.outcomes import OutcomeState
from portfolio.near_windows import near
from portfolio.services import certification
from portfolio.views.access import for_certifiers
from portfolio.views.requests import number, posted
from schedules.queries import placement_of

PAGE_LENGTH = 50


@require_safe
@for_certifiers
def queue(request: HttpRequest, user: User) -> HttpResponse:
    """The outcomes that the person certifies now, by state and section."""
    now, state = clock.now(), request.GET.get("state", OutcomeState.WAITING)
    if state not in queries.SHOWN_STATES:
        raise Http404
    chains = CertificationChains(now)
    own = queries.sections_certified_by(user, now, chains)
    chosen = _chosen_section(request, own)
    sections = queries.sections_with_counts(own, chains)
    counted = [row for row in sections if chosen in (None, row.section)]
    outcomes = queries.queue_of([chosen] if chosen else own, state=state)
    page, ends = Paginator(outcomes, PAGE_LENGTH).get_page(request.GET.get("page")), CertificationEnds(own)
    context = {
        "page_obj": page,
        "rows": [(outcome, ends.of(outcome)) for outcome in page],
        "sections": sections,
        "handed_on": queries.handed_on_by(user, now, chains),
        "chosen": chosen,
        "state": state,
        "tabs": [(one, sum(row.counts[one] for row in counted)) for one in queries.SHOWN_STATES],
        "windows": near(ends.windows, now, note=lambda window: _waiting(ends.waiting(window))),
    }
    return render(request, "certification/queue.html", context)


@require_safe
@for_certifiers
def outcome(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    return _page(request, user, pk, ReturnForm())


@require_POST
@for_certifiers
def certify(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    piece = _any(pk)
    certification.certify(piece, by=user, at=clock.now())
    messages.success(request, _("已認證：%(student)s") % {"student": piece.student})
    return _go_on(request, user, piece)


@require_POST
@for_certifiers
def return_to_student(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    piece, form = _any(pk), ReturnForm(**posted(request))
    if not form.send_back(piece, by=user, at=clock.now()):
        return _page(request, user, pk, form)
    messages.success(request, _("已退件並通知學生：%(student)s") % {"student": piece.student})
    return _go_on(request, user, piece)


def _waiting(count: int) -> str:
    return _("待認證 %(count)d 件") % {"count": count} if count else ""


def _page(request: HttpRequest, user: User, pk: int, form: ReturnForm) -> HttpResponse:
    now = clock.now()
    own = queries.sections_certified_by(user, now)
    section = _chosen_section(request, own)
    piece = get_object_or_404(queries.outcomes_of_sections(own).with_details(), pk=pk)
    context = {
        "detail": outcome_detail(piece, now),
        "placement": placement_of(piece.student, piece.school_year),
        "form": form,
        "next": queries.next_waiting([section] if section else own, piece),
        "section": section,
        "is_own_upload": certification.is_own_upload(piece, user),
    }
    return render(request, "certification/outcome.html", context)


def _any(pk: int) -> CourseOutcome:
    """Whoever's it is: the service says who may decide, and why not."""
    return get_object_or_404(CourseOutcome.objects.with_details(), pk=pk)


def _go_on(request: HttpRequest, user: User, after: CourseOutcome) -> HttpResponse:
    """To the next outcome that waits, in the section that was chosen or in all; else to the queue."""
    own = queries.sections_certified_by(user, clock.now())
    section = _chosen_section(request, own)
    following = queries.next_waiting([section] if section else own, after)
    address = (
        reverse("certification:outcome", args=[following]) if following else reverse("certification:queue")
    )
    return redirect(f"{address}?section={section.pk}" if section else address)


def _chosen_section(request: HttpRequest, own: list[CourseSection]) -> CourseSection | None:
    """The section that the address names, one of those that the person certifies."""
    if not request.GET.get("section"):
        return None
    wanted = number(request, "section")
    section = next((section for section in own if section.pk == wanted), None)
    if section is None:
        raise Http404
    return section

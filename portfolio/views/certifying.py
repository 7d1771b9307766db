"""One outcome beside the decision on it, and from there to the next: whose work, which course."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import clock
from accounts.models import User
from portfolio import certification_queries as queries
from portfolio.certifying import desk
from portfolio.certifying.forms import ReturnForm, UndoForm
from portfolio.certifying.templates import offered_to
from portfolio.details import outcome_detail
from portfolio.models import CourseOutcome, PortfolioPolicy
from portfolio.services import certification, pending_decisions
from portfolio.services.deciding import current_version
from portfolio.services.looks import note_look
from portfolio.views.access import for_certifiers
from portfolio.views.queue_requests import decides_later, wanted_part
from portfolio.views.requests import posted
from schedules.queries import placement_of


@require_safe
@for_certifiers
def outcome(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    now = clock.now()
    own = queries.sections_certified_by(user, now)
    note_look(get_object_or_404(queries.outcomes_of_sections(own).with_details(), pk=pk), by=user, at=now)
    return _page(request, user, pk)


@require_POST
@for_certifiers
def certify(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    piece, now, seen = _any(pk), clock.now(), request.POST.get("seen", "")
    if decides_later(request):
        pending_decisions.prepare_certification(piece, by=user, at=now, seen=seen)
        said = _("已存下認證的決定，還沒有發布：%(student)s")
    else:
        certification.certify(piece, by=user, at=now, seen=seen)
        said = _("已認證：%(student)s")
    return _go_on(request, user, piece, said)


@require_POST
@for_certifiers
def return_to_student(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    piece, later = _any(pk), decides_later(request)
    form = ReturnForm(**posted(request), templates=offered_to(user))
    if not form.send_back(piece, by=user, at=clock.now(), seen=request.POST.get("seen", ""), later=later):
        return _page(request, user, pk, return_form=form)
    said = _("已存下退件的決定，還沒有發布：%(student)s") if later else _("已退件並通知學生：%(student)s")
    return _go_on(request, user, piece, said)


@require_POST
@for_certifiers
def undo(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    piece = _any(pk)
    form = UndoForm(**posted(request), is_owed=piece.is_certified)
    if not form.undo(piece, by=user, at=clock.now()):
        return _page(request, user, pk, undo_form=form)
    messages.success(request, _("已收回決定並通知學生，這一件恢復為待認證。"))
    return redirect("certification:outcome", pk)


@require_POST
@for_certifiers
def drop(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    pending_decisions.drop_prepared(_any(pk), by=user, at=clock.now())
    messages.success(request, _("已刪除存下的決定，這一件恢復為待認證。"))
    return redirect("certification:outcome", pk)


def _page(
    request: HttpRequest,
    user: User,
    pk: int,
    *,
    return_form: ReturnForm | None = None,
    undo_form: UndoForm | None = None,
) -> HttpResponse:
    now = clock.now()
    own = queries.sections_certified_by(user, now)
    wanted = wanted_part(request, own)
    piece = get_object_or_404(queries.outcomes_of_sections(own).with_details(), pk=pk)
    context = {
        "detail": outcome_detail(piece, now),
        "placement": placement_of(piece.student, piece.school_year),
        "form": return_form or ReturnForm(templates=offered_to(user)),
        "undo_form": undo_form or UndoForm(is_owed=piece.is_certified),
        "place": desk.place_of(piece, own, wanted),
        "wanted": wanted,
        "version": current_version(piece),
        "pending": getattr(piece, "pending_decision", None),
        "publishes_together": PortfolioPolicy.current().publish_together,
        "is_own_upload": certification.is_own_upload(piece, user),
    }
    return render(request, "certification/outcome.html", context)


def _any(pk: int) -> CourseOutcome:
    """Whoever's it is: the service says who may decide, and why not."""
    return get_object_or_404(CourseOutcome.objects.with_details(), pk=pk)


def _go_on(request: HttpRequest, user: User, after: CourseOutcome, said: str) -> HttpResponse:
    """To the next outcome of the part of the queue that is looked at; after the last one to the queue."""
    messages.success(request, said % {"student": after.student})
    own = queries.sections_certified_by(user, clock.now())
    wanted = wanted_part(request, own)
    following = desk.next_after(after, own, wanted)
    address = (
        reverse("certification:outcome", args=[following]) if following else reverse("certification:queue")
    )
    return redirect(f"{address}{wanted.query}")

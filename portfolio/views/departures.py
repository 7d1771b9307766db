"""Teachers who leave: the office that keeps the course platform records it and hands certification over."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import clock
from accounts.domain.division import Division
from accounts.models import Departure
from accounts.requests import signed_in
from portfolio import departure_queries as queries
from portfolio.departure_form import DepartureForm
from portfolio.permissions import divisions_handed_over_by
from portfolio.services.departures import withdraw_departure
from portfolio.views.requests import number

PAGE_LENGTH = 50


@require_safe
@login_required
def departures(request: HttpRequest) -> HttpResponse:
    """Who leaves or has left, and the choice of a teacher."""
    divisions = _divisions(request)
    if chosen := number(request, "teacher"):
        return redirect("certification:departure", chosen)
    listed = queries.departures_in(divisions)
    context = {
        "page_obj": Paginator(listed, PAGE_LENGTH).get_page(request.GET.get("page")),
        "teachers": queries.teachers_in(divisions),
    }
    return render(request, "certification/departures.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def departure(request: HttpRequest, pk: int) -> HttpResponse:
    """One teacher's leaving: fill in, look at what comes of it, save."""
    now, user, divisions = clock.now(), signed_in(request), _divisions(request)
    teacher = get_object_or_404(queries.teachers_in(divisions), pk=pk)
    recorded = Departure.objects.select_related("user").filter(user=teacher).first()
    sections = queries.leaving_sections(teacher, divisions, now)
    proposal = queries.latest_certification_close([row.section for row in sections])
    data, step = request.POST or None, request.POST.get("step", "")
    form = DepartureForm(teacher, sections, recorded, proposal=proposal, now=now, data=data)
    if step == "save" and form.save(by=user, at=now) is not None:
        messages.success(
            request, _("已儲存 %(teacher)s 的離職與認證交接，並通知相關人員。") % {"teacher": teacher}
        )
        return redirect("certification:departures")
    after = form.preview(by=user, at=now) if step == "preview" else None
    context = {"teacher": teacher, "departure": recorded, "sections": sections, "form": form, "after": after}
    return render(request, "certification/departure.html", context)


@require_POST
@login_required
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """The teacher of id `pk` stays after all."""
    teachers = queries.teachers_in(_divisions(request)).order_by().values("pk")
    recorded = get_object_or_404(Departure.objects.filter(user__in=teachers), user=pk)
    withdraw_departure(recorded, reason=request.POST.get("reason", ""), by=signed_in(request), at=clock.now())
    messages.success(request, _("離職登錄已撤銷。"))
    return redirect("certification:departure", pk)


def _divisions(request: HttpRequest) -> list[Division]:
    divisions = divisions_handed_over_by(signed_in(request), clock.now())
    if not divisions:
        raise Http404
    return divisions

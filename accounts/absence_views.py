"""Absences: one's own, and for those who keep a division's people in order, those of its post holders."""

from datetime import date, datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import clock
from accounts.absence_form import AbsenceForm
from accounts.absence_permissions import tended_divisions
from accounts.absence_queries import planned_stand_ins, post_holders, shown_absences
from accounts.domain.division import Division
from accounts.errors import DomainError
from accounts.models import User
from accounts.requests import signed_in
from accounts.services.absences import end_absence, record_absence
from accounts.staff import is_staff_member

PAGE = 50


@login_required
def absences(request: HttpRequest) -> HttpResponse:
    """The list, and the form above it: first who would stand in is shown, then the absence is recorded."""
    user, now = _staff_member(request), clock.now()
    today, divisions = timezone.localdate(now), tended_divisions(user, now)
    form = AbsenceForm(user, _people(user, divisions, today), today, request.POST or None)
    planned = None
    if form.is_valid():
        planned = planned_stand_ins(**form.cleaned_data)
        if "confirmed" in request.POST and _record(form, user, now):
            messages.success(request, _("差假已登錄。代理人於差假開始時會收到通知。"))
            return redirect("people:absences")
    shown = shown_absences(user, divisions, today)
    page = Paginator(shown, PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "planned": planned, "page_obj": page, "today": today}
    return render(request, "accounts/absences.html", context)


@require_POST
@login_required
def end(request: HttpRequest, pk: int) -> HttpResponse:
    user, now = _staff_member(request), clock.now()
    shown = shown_absences(user, tended_divisions(user, now), timezone.localdate(now))
    absence = get_object_or_404(shown, pk=pk)
    end_absence(absence, by=user, at=now)
    messages.success(request, _("差假已結束，代理停止。"))
    return redirect("people:absences")


def _staff_member(request: HttpRequest) -> User:
    user = signed_in(request)
    if not is_staff_member(user):
        raise Http404
    return user


def _people(user: User, divisions: list[Division], today: date) -> QuerySet[User]:
    holders = post_holders(divisions, today)
    return User.objects.filter(Q(pk=user.pk) | Q(pk__in=holders.values("pk"))).order_by("name")


def _record(form: AbsenceForm, by: User, now: datetime) -> bool:
    """A refusal is said beside the form."""
    try:
        record_absence(**form.cleaned_data, by=by, at=now)
    except DomainError as error:
        form.add_error(None, error.message)
        return False
    return True

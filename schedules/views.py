from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import clock
from accounts.authority import authority
from accounts.models import User
from accounts.requests import signed_in
from schedules.domain.terms import TermCode
from schedules.models import Term
from schedules.permissions import ScheduleAct, kinds_extended_by, works_here
from schedules.public_schedule import chosen_term, consultation_rule, schedule_of, shown_terms
from schedules.queries import term_at
from schedules.services.publication import publish_schedule, what_is_missing


@require_safe
def schedule(request: HttpRequest, school_year: int | None = None, number: int | None = None) -> HttpResponse:
    """The public schedule of a term, without sign-in; the present term's unless another is named."""
    if picked := request.GET.get("term"):
        code = TermCode.parse(picked)
        return redirect("schedules:schedule", code.school_year, code.number)
    now = clock.now()
    is_staff = isinstance(request.user, User) and works_here(request.user, now)
    terms = list(shown_terms(with_drafts=is_staff))
    wanted = TermCode(school_year, number) if school_year and number else None
    term = chosen_term(terms, wanted, timezone.localdate(now))
    if wanted and not term:
        raise Http404
    context: dict[str, Any] = {"term": term, "terms": terms, "is_staff": is_staff}
    if term:
        context |= {"divisions": schedule_of(term.code, now), "consultation": consultation_rule(term.code)}
        context |= _for_staff(signed_in(request), term) if is_staff else {}
    return render(request, "schedules/schedule.html", context)


@require_POST
@login_required
def publish(request: HttpRequest, year: int, number: int) -> HttpResponse:
    """Publish a term that is only planned so far."""
    term = term_at(TermCode(year, number))
    if term is None:
        raise Http404
    publish_schedule(term, by=signed_in(request), at=clock.now())
    messages.success(request, _("%(term)s 期程已公告。") % {"term": term})
    return redirect("schedules:schedule", year, number)


def _for_staff(user: User, term: Term) -> dict[str, Any]:
    """What staff see beside the schedule: whether it is published, what it lacks, what they may do."""
    now = clock.now()
    return {
        "missing": [] if term.published_at else what_is_missing(term),
        "may_publish": authority(user, ScheduleAct.PUBLISH_SCHEDULE, term, now).allowed,
        "may_extend": bool(kinds_extended_by(user, now)),
    }

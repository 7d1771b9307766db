from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts import clock
from schedules.domain.terms import TermCode
from schedules.public_schedule import chosen_term, consultation_rule, published_terms, schedule_of


def schedule(request: HttpRequest, school_year: int | None = None, number: int | None = None) -> HttpResponse:
    """The public schedule of a term, without sign-in; the present term's unless another is named."""
    if picked := request.GET.get("term"):
        code = TermCode.parse(picked)
        return redirect("schedules:schedule", code.school_year, code.number)
    now, terms = clock.now(), list(published_terms())
    wanted = TermCode(school_year, number) if school_year and number else None
    term = chosen_term(terms, wanted, timezone.localdate(now))
    if wanted and not term:
        raise Http404
    context: dict[str, Any] = {"term": term, "terms": terms}
    if term:
        context |= {"divisions": schedule_of(term.code, now), "consultation": consultation_rule(term.code)}
    return render(request, "schedules/schedule.html", context)

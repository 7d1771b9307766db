"""The term's self-check list: seen by staff, ticked by those whose duty it is, printed for the file."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts import clock
from accounts.requests import signed_in
from schedules.domain.terms import TermCode
from schedules.models import SelfCheck, Term
from schedules.permissions import works_here
from schedules.queries import self_checks_of, term_at
from schedules.services.self_checks import tick


@require_safe
@login_required
def self_check_list(request: HttpRequest, year: int, number: int) -> HttpResponse:
    """Every item with its day, its post and who ticked it; staff only."""
    term = _staff_term(request, TermCode(year, number))
    checks = self_checks_of(term, signed_in(request), clock.now())
    return render(request, "schedules/self_checks.html", {"term": term, "checks": checks})


@require_POST
@login_required
def tick_self_check(request: HttpRequest, pk: int) -> HttpResponse:
    check = get_object_or_404(SelfCheck.objects.select_related("term"), pk=pk)
    tick(check, note=request.POST.get("note", ""), by=signed_in(request), at=clock.now())
    code = check.term.code
    return redirect("schedules:self_checks", year=code.school_year, number=code.number)


def _staff_term(request: HttpRequest, code: TermCode) -> Term:
    term = term_at(code)
    if term is None or not works_here(signed_in(request), clock.now()):
        raise Http404
    return term

from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.models import SchoolClass
from accounts.requests import signed_in
from portfolio.class_overview.own_stages import selection_years
from portfolio.class_overview.permissions import homeroom_classes
from portfolio.class_overview.stages import Scope
from portfolio.confirmation_sheets import pdf_answer
from portfolio.services.confirmation_sheets import print_class_sheets
from portfolio.views.requests import number


@require_safe
@login_required
def confirmation(request: HttpRequest, pk: int) -> HttpResponse:
    """The class's confirmation sheets, of the year it selects of now or of the one in the address."""
    user, now = signed_in(request), clock.now()
    one = get_object_or_404(homeroom_classes(user, now), pk=pk)
    year = number(request, "year") or _selects_of(one, now)
    sheets = print_class_sheets(one, year, by=user, at=now)
    if not sheets:
        raise Http404
    return pdf_answer(sheets, now)


def _selects_of(one: SchoolClass, now: datetime) -> int:
    return selection_years([one], Scope.of([one], one.school_year, now))[one.pk]

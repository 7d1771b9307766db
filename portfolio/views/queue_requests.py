"""What a request says about the certifier's queue."""

from collections.abc import Iterable

from django.http import Http404, HttpRequest

from portfolio.certifying.filters import QueueFilter, QueueState
from portfolio.models import CourseSection, PortfolioPolicy
from portfolio.views.requests import number


def wanted_part(request: HttpRequest, own: Iterable[CourseSection]) -> QueueFilter:
    """The part of the queue that the address names; a section is one of those that the person certifies."""
    state = request.GET.get("state", QueueState.WAITING)
    section = number(request, "section") if request.GET.get("section") else 0
    known = {0, *(one.pk for one in own)}
    if state not in QueueState.values or section not in known:
        raise Http404
    return QueueFilter(section or 0, number(request, "class") or 0, QueueState(state))


def decides_later(request: HttpRequest) -> bool:
    """Whether the decision is to be kept and published with others, where the school allows for that."""
    return "later" in request.POST and PortfolioPolicy.current().publish_together

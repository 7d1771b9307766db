"""Receipt periods for the offices: how many students stand how, who reported what."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.panels import Visitor
from accounts.services.record_views import record_view
from submissions.queries import batches_for
from submissions.receipt_cards import ReceiptCard, period_cards
from submissions.receipt_queries import asked_in, in_state, periods_of
from submissions.views.access import for_offices

PERIODS_A_PAGE, STUDENTS_A_PAGE = 20, 30


@require_safe
@for_offices
def periods(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    own = periods_of(batches_for(visitor))
    page = Paginator(own, PERIODS_A_PAGE).get_page(request.GET.get("page"))
    context = {"page_obj": page, "cards": period_cards(page, visitor.now)}
    return render(request, "submissions/periods.html", context)


@require_safe
@for_offices
def period(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    found = get_object_or_404(periods_of(batches_for(visitor)), pk=pk)
    record_view(found, by=visitor.user, at=visitor.now)
    (card,) = period_cards([found], visitor.now)
    chosen = next((state for state in card.numbers.by_state if state == request.GET.get("state")), None)
    asked = asked_in(found)
    page = Paginator(in_state(asked, chosen, visitor.now) if chosen else asked, STUDENTS_A_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "card": card,
        "chosen": chosen,
        "page_obj": page,
        "students": [ReceiptCard(confirmation, visitor.now) for confirmation in page],
    }
    return render(request, "submissions/period.html", context)

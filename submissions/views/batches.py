"""Batches: which there are, a new one, how far one has come, what was frozen of it."""

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.panels import Visitor
from accounts.services.record_views import record_view
from portfolio.views.requests import posted
from submissions.forms import NewBatchForm
from submissions.next_steps import progress_of
from submissions.pieces import shown_row
from submissions.queries import batches_for, rosters_of, rows_in_order, with_progress
from submissions.services.batches import create_batch
from submissions.staircase import staircase
from submissions.views.access import for_offices, visible_batch

BATCHES_A_PAGE, ROWS_A_PAGE = 20, 20


@require_safe
@for_offices
def batch_list(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    batches = with_progress(batches_for(visitor))
    page = Paginator(batches, BATCHES_A_PAGE).get_page(request.GET.get("page"))
    lines = [(line, line.is_turn_of(visitor)) for line in progress_of(page, visitor.now)]
    context = {"page_obj": page, "lines": lines, "may_create": bool(rosters_of(visitor))}
    return render(request, "submissions/batches.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_offices
def new_batch(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    rosters, today = rosters_of(visitor), timezone.localdate(visitor.now)
    form = NewBatchForm(**posted(request), rosters=rosters, today=today)
    if form.is_valid():
        year = form.cleaned_data["school_year"]
        batch = form.accepted_by(lambda: create_batch(*form.roster, year, by=visitor.user, at=visitor.now))
        if batch:
            messages.success(request, _("已建立「%(batch)s」。") % {"batch": batch})
            return redirect("submissions:batch", batch.pk)
    return render(request, "submissions/batch_new.html", {"form": form, "rosters": rosters})


@require_safe
@for_offices
def batch_detail(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    batch = visible_batch(visitor, pk)
    context = {"batch": batch, "way": staircase(batch, visitor), "can_practise": settings.DEBUG}
    return render(request, "submissions/batch.html", context)


@require_safe
@for_offices
def batch_rows(request: HttpRequest, visitor: Visitor, pk: int) -> HttpResponse:
    batch = visible_batch(visitor, pk)
    record_view(batch, by=visitor.user, at=visitor.now)
    page = Paginator(rows_in_order(batch), ROWS_A_PAGE).get_page(request.GET.get("page"))
    rows = [shown_row(batch, row) for row in page]
    return render(request, "submissions/rows.html", {"batch": batch, "page_obj": page, "rows": rows})

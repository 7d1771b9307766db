"""What students report as wrong about their grades and cadre records, for the offices that keep these."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import clock
from accounts.duty_roster import roster_at
from accounts.requests import signed_in
from portfolio.models.record_reports import RecordReportQuerySet
from portfolio.record_forms import AnswerReportForm
from portfolio.record_permissions import answered_kinds
from portfolio.record_queries import reports_of
from portfolio.views.requests import posted

PAGE_LENGTH = 50


@require_safe
@login_required
def reports(request: HttpRequest) -> HttpResponse:
    """Those that wait first, the oldest on top; then those answered, the latest on top."""
    page = Paginator(_ours(request), PAGE_LENGTH).get_page(request.GET.get("page"))
    return render(request, "record_reports/list.html", {"page_obj": page})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def report(request: HttpRequest, pk: int) -> HttpResponse:
    found, form = get_object_or_404(_ours(request), pk=pk), AnswerReportForm(**posted(request))
    if form.save(found, by=signed_in(request), at=clock.now()):
        messages.success(request, _("已回覆，並通知 %(student)s。") % {"student": found.student.user})
        return redirect("record_reports:list")
    return render(request, "record_reports/answer.html", {"report": found, "form": form})


def _ours(request: HttpRequest) -> RecordReportQuerySet:
    """The reports that the person answers; no such page for who answers none."""
    kinds = list(answered_kinds(roster_at(clock.now()).duties_of(signed_in(request))))
    if not kinds:
        raise Http404
    return reports_of(kinds)

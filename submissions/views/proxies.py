"""Receipts of a student who has no network, for those who may help them while the window is open."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portfolio.proxies import Aid
from portfolio.views.access import for_helpers
from portfolio.views.requests import posted
from submissions.forms import ConfirmForm, ReportForm
from submissions.models import ReceiptConfirmation
from submissions.receipt_cards import ReceiptCard, detail_of
from submissions.receipt_queries import open_confirmations
from submissions.services.confirmation import confirm_receipt, report_error


@require_http_methods(["GET", "HEAD", "POST"])
@for_helpers
def receipt(request: HttpRequest, aid: Aid, pk: int) -> HttpResponse:
    """What was sent and received; posting confirms that it is right."""
    confirmation = _open(aid, pk)
    form = ConfirmForm(**posted(request), by_proxy=True)
    if form.accepted_by(
        lambda: confirm_receipt(confirmation, **form.cleaned_data, by=aid.helper, at=aid.now)
    ):
        messages.success(request, _("已代為確認無誤。學生會收到通知。"))
        return redirect("proxy:student", aid.student.pk)
    detail = detail_of(confirmation, aid.now)
    context = {"aid": aid, "form": form, "detail": detail, "card": detail.card}
    return render(request, "submissions/proxy_receipt.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_helpers
def report(request: HttpRequest, aid: Aid, pk: int) -> HttpResponse:
    confirmation = _open(aid, pk)
    form = ReportForm(**posted(request), by_proxy=True)
    if form.accepted_by(lambda: report_error(confirmation, **form.cleaned_data, by=aid.helper, at=aid.now)):
        messages.success(request, _("已代為回報，承辦單位將於三日內查明。學生會收到通知。"))
        return redirect("proxy:student", aid.student.pk)
    context = {"aid": aid, "form": form, "card": ReceiptCard(confirmation, aid.now)}
    return render(request, "submissions/proxy_report.html", context)


def _open(aid: Aid, pk: int) -> ReceiptConfirmation:
    """Helpers see what can still be answered, and nothing of earlier years."""
    return get_object_or_404(open_confirmations(aid.student, aid.now), pk=pk)

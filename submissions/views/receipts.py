"""The student's receipts: what there is to confirm, what was sent and received, the answer."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import clock
from accounts.models import Student
from portfolio.views.access import for_students
from portfolio.views.requests import posted
from submissions.forms import ReportForm
from submissions.models import ReceiptConfirmation
from submissions.receipt_cards import ReceiptCard, detail_of
from submissions.receipt_queries import own_confirmations
from submissions.services.confirmation import confirm_receipt, report_error

CARDS_A_PAGE = 20


@require_safe
@for_students
def receipts(request: HttpRequest, student: Student) -> HttpResponse:
    now, own = clock.now(), own_confirmations(student)
    current = own.not_over(now).order_by("period__window__closes_at", "pk")
    cards = [ReceiptCard(confirmation, now) for confirmation in current]
    page = Paginator(own.over(now), CARDS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "current": sorted(cards, key=lambda card: not card.must_answer),
        "past": [ReceiptCard(confirmation, now) for confirmation in page],
        "page_obj": page,
    }
    return render(request, "submissions/receipts.html", context)


@require_safe
@for_students
def receipt(request: HttpRequest, student: Student, pk: int) -> HttpResponse:
    detail = detail_of(_own(student, pk), clock.now())
    return render(request, "submissions/receipt.html", {"detail": detail, "card": detail.card})


@require_POST
@for_students
def confirm(request: HttpRequest, student: Student, pk: int) -> HttpResponse:
    confirm_receipt(_own(student, pk), by=student.user, at=clock.now())
    messages.success(request, _("已確認無誤，謝謝。期限內若發現錯誤，仍可回報。"))
    return redirect("submissions:receipt", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@for_students
def report(request: HttpRequest, student: Student, pk: int) -> HttpResponse:
    now, confirmation = clock.now(), _own(student, pk)
    confirmation.window.require_open(now)
    form = ReportForm(**posted(request))
    if form.is_valid():
        reported = form.accepted_by(
            lambda: report_error(confirmation, **form.cleaned_data, by=student.user, at=now)
        )
        if reported:
            messages.success(request, _("已回報，承辦單位將於三日內查明並回覆處理結果。"))
            return redirect("submissions:receipt", pk)
    context = {"form": form, "card": ReceiptCard(confirmation, now)}
    return render(request, "submissions/report.html", context)


def _own(student: Student, pk: int) -> ReceiptConfirmation:
    """Somebody else's is not there (T4)."""
    return get_object_or_404(own_confirmations(student), pk=pk)

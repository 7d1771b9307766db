"""Course consultation records: for counsellors and their convener; a student reads their own."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import clock
from accounts.authority import authority
from accounts.models import Student, User
from accounts.requests import signed_in
from portfolio.consultations import queries
from portfolio.consultations.forms import ConsultationEntryForm
from portfolio.consultations.permissions import ConsultationAct, consults, readable_by
from portfolio.models import ConsultationRecord
from portfolio.models.consultations import ConsultationForm
from portfolio.services.consultations import (
    correct_consultation,
    due_on,
    record_consultation,
    withdraw_consultation,
)
from portfolio.views.access import for_students
from portfolio.views.requests import number, posted
from schedules.models import Term

A_PAGE = 30


@require_safe
@login_required
def record_list(request: HttpRequest) -> HttpResponse:
    user, now = _reader(request), clock.now()
    words, form = request.GET.get("q", "").strip()[:50], request.GET.get("form", "")
    term = number(request, "term")
    records = queries.listed(readable_by(user, now).standing(), words, form, term)
    context = {
        "page_obj": Paginator(records, A_PAGE).get_page(request.GET.get("page")),
        "words": words,
        "form": form,
        "forms": ConsultationForm,
        "term": term,
        "terms": Term.objects.order_by("-school_year", "-number"),
        "may_record": queries.choosable(user, now).exists(),
    }
    return render(request, "consultations/list.html", context)


@require_safe
@login_required
def coverage(request: HttpRequest) -> HttpResponse:
    """By class: with how many of its students there was a consultation this term."""
    rows = queries.coverage(_reader(request), clock.now())
    return render(request, "consultations/coverage.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    user, now = _reader(request), clock.now()
    offer = queries.offer(user, now, number(request, "class"))
    if not offer.classes:
        raise Http404
    form = ConsultationEntryForm(**posted(request), students=offer.students)
    record = form.accepted_by(lambda: record_consultation(form.entry(), by=user, at=now))
    if record is not None:
        messages.success(request, _("諮詢紀錄已登錄，學生可以查看。"))
        return redirect("consultations:detail", record.pk)
    return render(request, "consultations/entry.html", {"form": form, "offer": offer})


@require_safe
@login_required
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    user, record = _reader(request), _readable(request, pk)
    may = authority(user, ConsultationAct.CORRECT_CONSULTATION, record, clock.now())
    context = {"record": record, "due_on": due_on(record.held_on), "may_correct": may.allowed}
    return render(request, "consultations/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    user, record, now = _reader(request), _correctable(request, pk), clock.now()
    students = queries.offered_for(record, user, now)
    form = ConsultationEntryForm(**posted(request), students=students, record=record)
    done = form.accepted_by(lambda: correct_consultation(record, form.entry(), by=user, at=now))
    if done is not None:
        messages.success(request, _("諮詢紀錄已更正。"))
        return redirect("consultations:detail", pk)
    return render(request, "consultations/entry.html", {"form": form, "record": record})


@require_POST
@login_required
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    record, reason = _correctable(request, pk), request.POST.get("reason", "")
    withdraw_consultation(record, reason=reason, by=signed_in(request), at=clock.now())
    messages.success(request, _("諮詢紀錄已撤銷。"))
    return redirect("consultations:list")


@require_safe
@for_students
def own(request: HttpRequest, student: Student) -> HttpResponse:
    page = Paginator(queries.of_student(student), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "consultations/own.html", {"page_obj": page})


def _reader(request: HttpRequest) -> User:
    user = signed_in(request)
    if not consults(user, clock.now()):
        raise Http404
    return user


def _readable(request: HttpRequest, pk: int) -> ConsultationRecord:
    records = readable_by(_reader(request), clock.now()).standing()
    details = records.select_related("counsellor", "term", "recorded_by")
    return get_object_or_404(details.prefetch_related("students__user"), pk=pk)


def _correctable(request: HttpRequest, pk: int) -> ConsultationRecord:
    """A record that the person may correct; to others it cannot be corrected at this address."""
    record = _readable(request, pk)
    act = ConsultationAct.CORRECT_CONSULTATION
    if not authority(signed_in(request), act, record, clock.now()).allowed:
        raise Http404
    return record

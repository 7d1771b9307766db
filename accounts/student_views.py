"""Students' basic data, for those who keep them: the list, a student with the enrolment history."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import clock
from accounts.authority import authority
from accounts.errors import DomainError
from accounts.models import Student
from accounts.requests import signed_in
from accounts.security_rules import is_unused, rules_for
from accounts.services.enrolments import record_change
from accounts.services.national_ids import look_at_national_id
from accounts.services.reactivation import reactivate
from accounts.services.record_views import record_list_view, record_view
from accounts.student_forms import EnrolmentChangeForm, ReactivationForm, ReasonForm
from accounts.student_permissions import StudentAct, divisions_kept_by
from accounts.student_queries import found, students_of

PAGE = 50


@require_safe
@login_required
def student_list(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:50]
    record_list_view(Student, {"q": [words]} if words else {}, by=signed_in(request), at=clock.now())
    page = Paginator(found(_kept(request), words), PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/students.html", {"page_obj": page, "words": words})


@require_safe
@login_required
def student_detail(request: HttpRequest, pk: int) -> HttpResponse:
    student = _student(request, pk)
    record_view(student, by=signed_in(request), at=clock.now())
    return render(request, "accounts/student.html", _page(request, student))


@require_POST
@login_required
def add_change(request: HttpRequest, pk: int) -> HttpResponse:
    """A refusal is said beside the form, with what was typed."""
    student, now = _student(request, pk), clock.now()
    form = EnrolmentChangeForm(student, timezone.localdate(now), request.POST)
    if form.is_valid():
        try:
            record_change(student, **form.cleaned_data, by=signed_in(request), at=now)
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("學籍異動已登錄。"))
            return redirect("people:student", pk)
    return render(request, "accounts/student.html", _page(request, student, change_form=form))


@require_POST
@login_required
def reactivate_account(request: HttpRequest, pk: int) -> HttpResponse:
    student, form = _student(request, pk), ReactivationForm(request.POST)
    if not form.is_valid():
        return render(request, "accounts/student.html", _page(request, student, reactivation_form=form))
    if reactivate(student.user, **form.cleaned_data, by=signed_in(request), at=clock.now()):
        messages.success(request, _("帳號已重新啟用。"))
    return redirect("people:student", pk)


@never_cache
@require_POST
@login_required
def national_id(request: HttpRequest, pk: int) -> HttpResponse:
    """The number in full, on this answer alone: reloading it is another look, on record again."""
    student, form = _student(request, pk), ReasonForm(request.POST)
    shown = ""
    if form.is_valid():
        shown = look_at_national_id(student, **form.cleaned_data, by=signed_in(request), at=clock.now())
    return render(
        request, "accounts/student.html", _page(request, student, reason_form=form, national_id=shown)
    )


def _kept(request: HttpRequest) -> QuerySet[Student]:
    divisions = divisions_kept_by(signed_in(request), clock.now())
    if not divisions:
        raise Http404
    return students_of(divisions)


def _student(request: HttpRequest, pk: int) -> Student:
    return get_object_or_404(_kept(request), pk=pk)


def _page(request: HttpRequest, student: Student, **forms: Any) -> dict[str, Any]:
    now = clock.now()
    return {
        "student": student,
        "changes": student.enrolment_changes.select_related("recorded_by").order_by("-effective_on", "-pk"),
        "may_look": authority(signed_in(request), StudentAct.VIEW_NATIONAL_ID, student, now).allowed,
        "change_form": EnrolmentChangeForm(student, timezone.localdate(now)),
        "reason_form": ReasonForm(),
        "rests": is_unused(student.user, rules_for(student.user), now),
        "reactivation_form": ReactivationForm(),
        "national_id": "",
        **forms,
    }

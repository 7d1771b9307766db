"""First-password slips, for those who keep students' basic data: choose a class, issue, print once."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from accounts import clock
from accounts.errors import DomainError
from accounts.models import SchoolClass
from accounts.requests import signed_in
from accounts.services.first_passwords import issue_first_passwords
from accounts.slip_forms import SlipsForm
from accounts.slip_queries import classes_of, receiving
from accounts.student_permissions import divisions_kept_by


@require_safe
@login_required
def class_list(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/slips.html", {"classes": _kept(request)})


@never_cache
@sensitive_variables("slips")
@require_http_methods(["GET", "POST"])
@login_required
def class_slips(request: HttpRequest, pk: int) -> HttpResponse:
    """Who gets a slip; sent, the slips themselves: passwords are on this one answer and nowhere else."""
    school_class = get_object_or_404(_kept(request), pk=pk)
    placements = list(receiving(school_class))
    form = SlipsForm(placements, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            slips = issue_first_passwords(
                school_class, **form.cleaned_data, by=signed_in(request), at=clock.now()
            )
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            address = request.build_absolute_uri(reverse("accounts:login"))
            page = {"school_class": school_class, "slips": slips, "address": address}
            return render(request, "accounts/slips_sheet.html", page)
    page = {"school_class": school_class, "placements": placements, "form": form}
    return render(request, "accounts/slips_class.html", page)


def _kept(request: HttpRequest) -> QuerySet[SchoolClass]:
    now = clock.now()
    divisions = divisions_kept_by(signed_in(request), now)
    if not divisions:
        raise Http404
    return classes_of(divisions, timezone.localdate(now))

"""Extensions as the offices grant them: a form, the list of all with their reasons, and taking one back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import clock
from accounts.errors import DomainError
from accounts.models import User
from accounts.requests import signed_in
from schedules.extension_form import ExtensionForm
from schedules.names import title_of
from schedules.permissions import kinds_extended_by
from schedules.queries import Kind, extensions_in
from schedules.services.extensions import grant_extension, withdraw_extension

PAGE = 50


@login_required
def extensions(request: HttpRequest) -> HttpResponse:
    """The list, and the form above it; granting for several classes and students is one act: all or none."""
    user, now = signed_in(request), clock.now()
    kinds = _kinds(user)
    form = ExtensionForm(kinds, now, request.POST or None)
    if form.is_valid():
        try:
            granted = _grant(form, user)
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("已展延 %(count)d 個對象並通知。") % {"count": granted})
            return redirect("schedules:extensions")
    page = Paginator(extensions_in(kinds), PAGE).get_page(request.GET.get("page"))
    rows = [(extension, title_of(extension.window)) for extension in page]
    return render(request, "schedules/extensions.html", {"form": form, "page_obj": page, "rows": rows})


@require_POST
@login_required
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    extension = get_object_or_404(extensions_in(_kinds(user)), pk=pk)
    withdraw_extension(extension, by=user, at=clock.now())
    messages.success(request, _("展延已撤銷。"))
    return redirect("schedules:extensions")


def _kinds(user: User) -> list[Kind]:
    kinds = kinds_extended_by(user, clock.now())
    if not kinds:
        raise Http404
    return kinds


@transaction.atomic
def _grant(form: ExtensionForm, user: User) -> int:
    data = form.cleaned_data
    granted = [
        grant_extension(
            data["window"],
            target,
            closes_on=data["closes_on"],
            reason=data["reason"],
            article=data["article"],
            by=user,
            at=clock.now(),
        )
        for target in form.targets
    ]
    return len(granted)

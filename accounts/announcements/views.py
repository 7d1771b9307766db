"""Announcements: everybody reads those meant for them; offices publish and take back their own."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import clock
from accounts.announcements.audiences import announcements_for
from accounts.announcements.forms import AnnouncementForm
from accounts.announcements.permissions import offices_of, speaks_to_all
from accounts.errors import DomainError
from accounts.models import Announcement
from accounts.requests import signed_in
from accounts.services.announcements import publish_announcement, withdraw_announcement

A_PAGE = 30


@require_safe
@login_required
def own(request: HttpRequest) -> HttpResponse:
    user, now = signed_in(request), clock.now()
    context = {
        "announcements": announcements_for(user, now),
        "may_publish": offices_of(user, now).exists(),
    }
    return render(request, "announcements/own.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def manage(request: HttpRequest) -> HttpResponse:
    """What the person's offices announced, and the form for another."""
    user, now = signed_in(request), clock.now()
    offices, today = offices_of(user, now), timezone.localdate(now)
    if not offices.exists():
        raise Http404
    to_all = speaks_to_all(user, now)
    form = AnnouncementForm(request.POST or None, offices=offices, to_all=to_all, today=today)
    if form.is_valid() and (count := _published(request, form)) is not None:
        messages.success(request, _("公告已發布，通知 %(count)d 人。") % {"count": count})
        return redirect("announcements:manage")
    rows = Announcement.objects.filter(office__in=offices)
    rows = rows.select_related("office", "school_class", "published_by")
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "announcements/manage.html", {"form": form, "page_obj": page, "today": today})


@require_POST
@login_required
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    user, now = signed_in(request), clock.now()
    rows = Announcement.objects.filter(office__in=offices_of(user, now))
    withdraw_announcement(get_object_or_404(rows, pk=pk), by=user, at=now)
    messages.success(request, _("公告已撤回。"))
    return redirect("announcements:manage")


def _published(request: HttpRequest, form: AnnouncementForm) -> int | None:
    """To how many people it went; None when it was refused, which the form then shows."""
    try:
        return publish_announcement(form.save(commit=False), by=signed_in(request), at=clock.now())
    except DomainError as error:
        form.add_error(None, error.message)
        return None

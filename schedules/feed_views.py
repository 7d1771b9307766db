"""The schedule for machines: calendars to subscribe to, open data, and each person's own feed."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from accounts import clock
from accounts.requests import signed_in
from schedules.description import open_data
from schedules.domain.terms import TermCode
from schedules.feed import feed_of, renew_feed, windows_for
from schedules.ics import calendar_of
from schedules.models import CalendarFeed
from schedules.queries import published_term, windows_of

CALENDAR = "text/calendar; charset=utf-8"


@require_safe
@cache_control(public=True, max_age=300)
def term_calendar(request: HttpRequest, year: int, number: int) -> HttpResponse:
    """A published term as .ics; `?division=day` for one division only."""
    code = _published(year, number)
    windows = windows_of(code, division=request.GET.get("division"))
    name = _("%(term)s 學習歷程期程") % {"term": code}
    return HttpResponse(calendar_of(name, windows), content_type=CALENDAR)


@require_safe
@cache_control(public=True, max_age=300)
def term_data(request: HttpRequest, year: int, number: int) -> JsonResponse:
    """A published term as JSON: `{"term": "113-1", "windows": [...]}`; days are ISO dates, both included."""
    code = _published(year, number)
    windows = [open_data(window) for window in windows_of(code)]
    return JsonResponse({"term": str(code), "windows": windows}, json_dumps_params={"ensure_ascii": False})


def _published(year: int, number: int) -> TermCode:
    code = TermCode(year, number)
    if published_term(code) is None:
        raise Http404
    return code


@require_safe
@cache_control(private=True, max_age=300)
def private_feed(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever has the secret address gets what concerns its owner, while the account may be used."""
    now = clock.now()
    feed = get_object_or_404(CalendarFeed.objects.select_related("user"), token=token)
    if not feed.user.is_usable(now):
        raise Http404
    return HttpResponse(
        calendar_of(_("我的學習歷程期程"), windows_for(feed.user, now)), content_type=CALENDAR
    )


@require_safe
@login_required
def my_feed(request: HttpRequest) -> HttpResponse:
    """The person's own address, what it holds now, and how to get a new one."""
    user, now = signed_in(request), clock.now()
    address = request.build_absolute_uri(reverse("schedules:private_feed", args=[feed_of(user, now).token]))
    return render(request, "schedules/my_feed.html", {"address": address, "windows": windows_for(user, now)})


@require_POST
@login_required
def new_feed_address(request: HttpRequest) -> HttpResponse:
    renew_feed(signed_in(request), clock.now())
    return redirect("schedules:my_feed")

"""What base.html needs on every page."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import clock, session_limits
from accounts.models import Notice, School, User
from accounts.panels import NavItem, Visitor, nav_for


def site(request: HttpRequest) -> dict[str, Any]:
    """school, now, and for who is signed in idle_seconds, nav_items and unread_notices."""
    user = getattr(request, "user", None)
    context: dict[str, Any] = {"school": School.objects.first(), "now": clock.now()}
    if isinstance(user, User):
        context["idle_seconds"] = session_limits.seconds_left(request.session)
    # The admin has pages and a menu of its own.
    if isinstance(user, User) and not request.path.startswith(reverse("admin:index")):
        context["nav_items"] = _menu(Visitor(user, context["now"]), request.path)
        context["unread_notices"] = Notice.objects.filter(user=user, read_at=None).count()
    return context


def _menu(visitor: Visitor, path: str) -> list[NavItem]:
    """The person's menu; of the entries that `path` lies below, the nearest is marked."""
    items = [NavItem(reverse("home"), _("首頁"), "house"), *nav_for(visitor)]
    here = max((item.url for item in items if path.startswith(item.url)), key=len, default="")
    return [replace(item, active=item.url == here) for item in items]

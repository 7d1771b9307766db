"""Announcements on the home page, and the way to publish one."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.announcements.audiences import announcements_for
from accounts.announcements.permissions import offices_of
from accounts.domain.roc_calendar import roc_date
from accounts.models import Announcement
from accounts.panels import NavItem, Panel, PanelLine, PanelLink, Visitor, adds_nav, adds_panels

MOST = 3


@adds_panels(2)
def announcements_panel(visitor: Visitor) -> Iterator[Panel]:
    shown = announcements_for(visitor.user, visitor.now)
    if shown:
        lines = [PanelLine(_said(one)) for one in shown[:MOST]]
        link = PanelLink(reverse("announcements:list"), _("查看公告"))
        yield Panel(_("公告"), "flag", lines, [link])


@adds_nav(90)
def announcements_nav(visitor: Visitor) -> Iterator[NavItem]:
    if visitor.student is None and offices_of(visitor.user, visitor.now).exists():
        yield NavItem(reverse("announcements:manage"), _("公告"), "flag")


def _said(announcement: Announcement) -> str:
    if announcement.act_by is None:
        return announcement.subject
    parts = {"day": roc_date(announcement.act_by), "subject": announcement.subject}
    return _("[請於 %(day)s 前處理] %(subject)s") % parts

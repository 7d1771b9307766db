"""What the home page and the menu say about classes to those who look after them."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.panels import NavItem, Panel, PanelLine, PanelLink, Visitor, adds_nav, adds_panels
from portfolio.class_overview.permissions import OVERSEEING, homeroom_classes, sees_whole_school
from portfolio.class_overview.queries import Bar, class_overview


@adds_nav(15)
def class_nav(visitor: Visitor) -> Iterator[NavItem]:
    if visitor.student is None and homeroom_classes(visitor.user, visitor.now).exists():
        yield NavItem(reverse("class_overview:index"), _("導師班"), "people")


@adds_nav(56)
def school_nav(visitor: Visitor) -> Iterator[NavItem]:
    if _oversees(visitor):
        yield NavItem(reverse("class_overview:school"), _("各班情形"), "table")


@adds_panels(12)
def class_panels(visitor: Visitor) -> Iterator[Panel]:
    """Where something waits in the homeroom teacher's class: facts, no numbers that have to be reached."""
    if visitor.student is not None:
        return
    for one in homeroom_classes(visitor.user, visitor.now):
        waiting = [bar for bar in class_overview(one, visitor.now).filters if bar.students]
        lines = [PanelLine(_("%(stage)s：%(count)d 位學生") % _said(bar)) for bar in waiting]
        link = PanelLink(reverse("class_overview:class", args=[one.pk]), _("查看全班"), primary=True)
        title = _("導師班 %(name)s") % {"name": one.name}
        yield Panel(title, "people", lines or [PanelLine(_("目前沒有等候處理的項目。"))], [link])


@adds_panels(31)
def school_panel(visitor: Visitor) -> Iterator[Panel]:
    if _oversees(visitor):
        line = PanelLine(_("各班學生在上傳、認證、勾選與收訖確認各階段的人數。"))
        link = PanelLink(reverse("class_overview:school"), _("查看各班"))
        yield Panel(_("各班情形"), "table", [line], [link])


def _oversees(visitor: Visitor) -> bool:
    if visitor.student is not None:
        return False
    return bool(visitor.divisions_of(*OVERSEEING)) or sees_whole_school(visitor.user, visitor.now)


def _said(bar: Bar) -> dict[str, object]:
    return {"stage": bar.stage.label, "count": bar.students}

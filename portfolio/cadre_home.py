"""What the home page and the menu say to those who keep cadre records."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.list_permissions import CADRE_DUTIES
from accounts.panels import NavItem, Panel, PanelLine, PanelLink, Visitor, adds_nav, adds_panels


@adds_panels(55)
def cadre_panel(visitor: Visitor) -> Iterator[Panel]:
    if visitor.divisions_of(*CADRE_DUTIES):
        line = PanelLine(_("登錄校級、班級與社團幹部；學生回報錯誤時查證並更正。"))
        link = PanelLink(reverse("cadre:records"), _("幹部經歷"))
        yield Panel(_("幹部經歷"), "award", [line], [link])


@adds_nav(55)
def cadre_nav(visitor: Visitor) -> Iterator[NavItem]:
    if visitor.divisions_of(*CADRE_DUTIES):
        yield NavItem(reverse("cadre:records"), _("幹部經歷"), "award")

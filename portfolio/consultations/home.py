"""What the home page and the menu say about course consultations."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.panels import NavItem, Panel, PanelLine, PanelLink, Visitor, adds_nav, adds_panels
from portfolio.consultations.permissions import consults


@adds_nav(55)
def consultation_nav(visitor: Visitor) -> Iterator[NavItem]:
    if visitor.student is None and consults(visitor.user, visitor.now):
        yield NavItem(reverse("consultations:list"), _("課程諮詢"), "chat-left-text")


@adds_panels(30)
def consultation_panel(visitor: Visitor) -> Iterator[Panel]:
    if visitor.student is None and consults(visitor.user, visitor.now):
        line = PanelLine(_("諮詢後兩個月內登錄；紀錄不提交中央資料庫，只有學生本人與諮詢教師看得到。"))
        links = [
            PanelLink(reverse("consultations:list"), _("查看諮詢紀錄")),
            PanelLink(reverse("consultations:coverage"), _("各班諮詢情形")),
        ]
        yield Panel(_("課程諮詢紀錄"), "chat-left-text", [line], links)

"""What the home page says to those who answer for grades and cadre records."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.panels import Panel, PanelLine, PanelLink, Visitor, adds_panels
from portfolio.record_permissions import answered_kinds
from portfolio.record_queries import reports_of


@adds_panels(56)
def record_report_panel(visitor: Visitor) -> Iterator[Panel]:
    kinds = list(answered_kinds(visitor.duties))
    if not kinds:
        return
    count = reports_of(kinds).unanswered().count()
    line = (
        PanelLine(_("%(count)d 件學生回報等您查證") % {"count": count}, "waiting")
        if count
        else PanelLine(_("目前沒有待查證的回報。"))
    )
    link = PanelLink(reverse("record_reports:list"), _("學生回報"), primary=count > 0)
    yield Panel(_("成績與幹部經歷的回報"), "flag", [line], [link])

"""What the home page and the menu say to those who may help a student without network."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.panels import NavItem, Panel, PanelLine, PanelLink, Visitor, adds_nav, adds_panels
from portfolio.proxies import Aid, Helper
from portfolio.proxy_panels import proxy_panels
from schedules.domain.window_state import WindowState
from schedules.queries import ShownWindow


@adds_nav(60)
def proxy_nav(visitor: Visitor) -> Iterator[NavItem]:
    if visitor.student is None and Helper(visitor.user, visitor.now).helps_anybody():
        yield NavItem(reverse("proxy:students"), _("代為辦理"), "person")


@adds_panels(8)
def children_panels(visitor: Visitor) -> Iterator[Panel]:
    """A guardian's children, each with what is open for them now."""
    if visitor.student is not None:
        return
    helper = Helper(visitor.user, visitor.now)
    for aid in helper.aids(helper.children()):
        yield Panel(str(aid.student.user), "person", _open_lines(aid), [_link(aid)])


def _open_lines(aid: Aid) -> list[PanelLine]:
    lines = [line for panel in proxy_panels(aid) for line in panel.lines]
    is_open = [line for line in lines if line.window and _has_come(line.window, aid)]
    return is_open or [PanelLine(_("目前沒有開放的期程。"))]


def _has_come(window: ShownWindow, aid: Aid) -> bool:
    has_opened = window.opens_at is not None and window.opens_at <= aid.now
    return has_opened and window.state != WindowState.CLOSED


def _link(aid: Aid) -> PanelLink:
    return PanelLink(reverse("proxy:student", args=[aid.student.pk]), _("學生沒有網路時代為辦理"))

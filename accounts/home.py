"""What the home page and the menu say about standing in for others."""

from collections.abc import Iterator
from itertools import groupby

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.authority import Standing
from accounts.domain.roc_calendar import roc_date
from accounts.duty_roster import DutyRoster, StandIn
from accounts.models import Absence
from accounts.models.duties import DutyCode
from accounts.panels import NavItem, Panel, PanelLine, PanelLink, Visitor, adds_nav, adds_panels
from accounts.staff import is_staff_member


@adds_nav(85)
def absences_nav(visitor: Visitor) -> Iterator[NavItem]:
    if is_staff_member(visitor.user):
        yield NavItem(reverse("people:absences"), _("差假代理"), "people")


@adds_nav(84)
def students_nav(visitor: Visitor) -> Iterator[NavItem]:
    if visitor.user.is_superuser or visitor.divisions_of(DutyCode.BASIC_DATA):
        yield NavItem(reverse("people:students"), _("學生資料"), "person")


@adds_panels(4)
def delegation_panels(visitor: Visitor) -> Iterator[Panel]:
    """For whom the person acts now, until when, and for which duties."""
    if not any(duty.authority.standing == Standing.DELEGATE for duty in visitor.duties):
        return
    own = [one for one in DutyRoster(visitor.now).stand_ins() if one.delegate == visitor.user]
    until = {
        absence.user_id: _("差假至 %(day)s") % {"day": roc_date(absence.ends_on)}
        for absence in Absence.objects.on(timezone.localdate(visitor.now)).order_by("ends_on")
    }
    link = PanelLink(reverse("people:absences"), _("查看差假與代理"))
    for __, duties in groupby(sorted(own, key=_by_post), key=_by_post):
        lines = list(duties)
        why = until.get(lines[0].owner.pk if lines[0].owner else 0, lines[0].reason)
        whom = lines[0].owner or lines[0].post
        title = _("您正代理 %(whom)s（%(why)s）") % {"whom": whom, "why": why}
        yield Panel(title, "people", [PanelLine(one.duty) for one in lines], [link])


def _by_post(one: StandIn) -> int:
    return one.post.pk

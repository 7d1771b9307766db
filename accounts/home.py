"""What the home page and the menu say about standing in for others."""

from collections.abc import Iterator
from itertools import groupby

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.authority import Standing
from accounts.domain.roc_calendar import roc_date, roc_datetime
from accounts.duty_roster import StandIn, roster_at
from accounts.models import Absence, Alert
from accounts.models.duties import DutyCode
from accounts.panels import NavItem, Panel, PanelLine, PanelLink, Visitor, adds_nav, adds_panels
from accounts.staff import is_staff_member

ALERTS_SHOWN = 5


@adds_nav(85)
def absences_nav(visitor: Visitor) -> Iterator[NavItem]:
    if is_staff_member(visitor.user):
        yield NavItem(reverse("people:absences"), _("差假代理"), "people")


@adds_nav(84)
def students_nav(visitor: Visitor) -> Iterator[NavItem]:
    if visitor.user.is_superuser or visitor.divisions_of(DutyCode.BASIC_DATA):
        yield NavItem(reverse("people:students"), _("學生資料"), "person")


@adds_panels(1)
def alert_panels(visitor: Visitor) -> Iterator[Panel]:
    """To administrators: signs of intrusion that nobody could be told of yet."""
    untold = Alert.objects.filter(told_at=None) if visitor.user.is_superuser else Alert.objects.none()
    if not (count := untold.count()):
        return
    title = _("資安警示 %(count)d 則尚未通知任何人") % {"count": count}
    why = _(
        "沒有收件人，或信寄不出去。請設定資安聯絡人（SECURITY_CONTACTS）或管理者的電子郵件，並檢查郵件伺服器。"
    )
    newest = untold.order_by("-raised_at")[:ALERTS_SHOWN]
    lines = [PanelLine(f"{roc_datetime(each.raised_at)} {each.subject}") for each in newest]
    address = reverse("admin:accounts_auditentry_changelist")
    link = PanelLink(f"{address}?act=security_alert", _("在稽核紀錄查看"), primary=True)
    yield Panel(title, "exclamation-triangle", [PanelLine(why), *lines], [link])


@adds_panels(4)
def delegation_panels(visitor: Visitor) -> Iterator[Panel]:
    """For whom the person acts now, until when, and for which duties."""
    if not any(duty.authority.standing == Standing.DELEGATE for duty in visitor.duties):
        return
    own = [one for one in roster_at(visitor.now).stand_ins() if one.delegate == visitor.user]
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

"""Who announces what to whom: an office to its division, the executive secretary to the school (rules P6)."""

from datetime import datetime

from django.db.models import QuerySet, TextChoices
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import acts
from accounts.authority import Authority, granted, has_left, refused, resolves
from accounts.models import Announcement, Office, PostHolding, School, User


@acts.register
class AnnouncementAct(TextChoices):
    PUBLISH_ANNOUNCEMENT = "publish_announcement", _("發布公告")
    WITHDRAW_ANNOUNCEMENT = "withdraw_announcement", _("撤回公告")


@resolves(AnnouncementAct.PUBLISH_ANNOUNCEMENT)
@resolves(AnnouncementAct.WITHDRAW_ANNOUNCEMENT)
def _whose_office(user: User, announcement: Announcement, at: datetime) -> Authority:
    holding = _holdings(user, at).filter(post__office=announcement.office_id).first()
    if holding is None and not user.is_superuser:
        message = gettext("「%(office)s」的公告由該處室的人員發布與撤回。")
        return refused(message % {"office": announcement.office})
    if announcement.division == announcement.office.division or speaks_to_all(user, at):
        return granted(holding.post.name if holding else gettext("系統管理者"))
    return refused(gettext("對另一個部別或全校的公告，由工作小組執行秘書發布；請選擇自己的部別。"))


def offices_of(user: User, at: datetime) -> QuerySet[Office]:
    """The offices for which `user` may announce."""
    if user.is_superuser:
        return Office.objects.all()
    return Office.objects.filter(pk__in=_holdings(user, at).order_by().values("post__office"))


def speaks_to_all(user: User, at: datetime) -> bool:
    """Whether `user` may address both divisions: the executive secretary, and administrators."""
    school = School.objects.first()
    post = school.executive_secretary_id if school else None
    return user.is_superuser or (post is not None and _holdings(user, at).filter(post=post).exists())


def _holdings(user: User, at: datetime) -> QuerySet[PostHolding]:
    if has_left(user, at):
        return PostHolding.objects.none()
    return PostHolding.objects.on(timezone.localdate(at)).filter(user=user).select_related("post__office")

"""Offices tell an audience something; it stands on their home page and goes out as a notice, once."""

from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.announcements.audiences import recipients
from accounts.announcements.permissions import AnnouncementAct
from accounts.authority import require
from accounts.errors import Conflict, InvalidInput
from accounts.models import Announcement, User
from accounts.services import audit, notices


@transaction.atomic
def publish_announcement(announcement: Announcement, *, by: User, at: datetime) -> int:
    """Save `announcement`, which is not saved yet, and tell its audience; how many people that are.

    Raises:
        NotAllowed: the office is not the person's, or the audience not the office's.
        InvalidInput: nobody would read it, or its days have passed.
    """
    authority = require(by, AnnouncementAct.PUBLISH_ANNOUNCEMENT, announcement, at)
    today = timezone.localdate(at)
    _require_sensible(announcement, today)
    announcement.published_by, announcement.published_at = by, at
    announcement.save()
    people = list(recipients(announcement, today))
    if not people:
        raise InvalidInput(_("這個對象目前沒有任何人，請檢查部別、年級與班級。"))
    changes = {
        "audience": announcement.audience,
        "division": announcement.division,
        "grade": announcement.grade,
        "class": str(announcement.school_class or ""),
        "people": len(people),
    }
    act = AnnouncementAct.PUBLISH_ANNOUNCEMENT
    audit.record(act, by=by, at=at, subject=announcement, authority=authority, changes=changes)
    notices.tell(
        people,
        key=f"announcement-{announcement.pk}",
        subject=announcement.subject,
        body=announcement.body,
        url=reverse("announcements:list"),
        act_by=announcement.act_by,
        at=at,
    )
    return len(people)


@transaction.atomic
def withdraw_announcement(announcement: Announcement, *, by: User, at: datetime) -> None:
    """Take it off the pages; who was told of it stays told.

    Raises:
        NotAllowed: the office is not the person's.
        Conflict: it was taken back already.
    """
    announcement = Announcement.objects.select_for_update(of=("self",)).get(pk=announcement.pk)
    authority = require(by, AnnouncementAct.WITHDRAW_ANNOUNCEMENT, announcement, at)
    if announcement.withdrawn_at:
        raise Conflict(_("這則公告已經撤回。"))
    announcement.withdrawn_at = at
    announcement.save(update_fields=["withdrawn_at"])
    act = AnnouncementAct.WITHDRAW_ANNOUNCEMENT
    audit.record(act, by=by, at=at, subject=announcement, authority=authority)


def _require_sensible(announcement: Announcement, today: date) -> None:
    if not announcement.subject.strip():
        raise InvalidInput(_("請填寫標題。"))
    if announcement.shown_until < today:
        raise InvalidInput(_("「顯示至」已經過去，請改填今天或之後的日期。"))
    if announcement.act_by and announcement.act_by < today:
        raise InvalidInput(_("「須於何日前處理」已經過去。"))
    if announcement.act_by and announcement.act_by > announcement.shown_until:
        raise InvalidInput(_("公告要顯示到須處理的那一天為止，請把「顯示至」延後。"))
    chosen = announcement.school_class
    if chosen and announcement.division and chosen.division != announcement.division:
        raise InvalidInput(_("所選的班級不屬於這個部別。"))
    if chosen and announcement.grade and chosen.grade != announcement.grade:
        raise InvalidInput(_("所選的班級不屬於這個年級。"))

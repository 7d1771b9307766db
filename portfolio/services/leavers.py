"""Telling those who leave until when they can look at their data and take them along (article 7)."""

from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.domain.enrolment import LEAVERS
from accounts.domain.roc_calendar import roc_date
from accounts.language import speaking
from accounts.models import EnrolmentChange
from accounts.services import notices
from portfolio.models import PortfolioPolicy

# Leavings older than this are no news, whatever a late run of the task finds.
RECENT = timedelta(days=30)


def tell_leavers(at: datetime) -> int:
    """Tell every recent leaver, once for each leaving; how many there are."""
    recent = EnrolmentChange.objects.filter(
        kind__in=LEAVERS, student__status__in=LEAVERS, effective_on__gt=timezone.localdate(at) - RECENT
    )
    leavings = list(recent.select_related("student__user"))
    kept = timedelta(days=PortfolioPolicy.current().archive_days_after_leaving)
    notices.tell_each([_told(change, change.effective_on + kept) for change in leavings], at=at)
    return len(leavings)


def _told(change: EnrolmentChange, last: date) -> notices.Told:
    user = change.student.user
    with speaking(user.language):
        return notices.Told(
            user=user,
            key=f"leaving-{change.pk}",
            subject=_("您可查看與下載歷程檔案到 %(day)s") % {"day": roc_date(last)},
            body=_("請於期限前下載個人歷程備份：您的所有檔案與紀錄會裝成一個壓縮檔，可離線閱讀。"),
            url=reverse("portfolio:archive"),
        )

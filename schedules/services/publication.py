"""Publishing a term's schedule on the school's website (article 4, rules D17)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.authority import require
from accounts.domain.joining import in_clauses
from accounts.errors import Conflict
from accounts.models import User
from accounts.services import audit
from schedules.models import Term, Window
from schedules.permissions import ScheduleAct
from schedules.services.self_checks import bring_up_to_date


@transaction.atomic
def publish_schedule(term: Term, *, by: User, at: datetime) -> Term:
    """Show the term's schedule to everybody; publishing it again changes nothing.

    Raises:
        NotAllowed: only the executive secretary and administrators may.
        Conflict: a window has no first or last day (and awaits no letter), or no self-check day.
    """
    authority = require(by, ScheduleAct.PUBLISH_SCHEDULE, term, at)
    term = Term.objects.select_for_update().get(pk=term.pk)
    if term.published_at:
        return term
    bring_up_to_date(term)
    if missing := what_is_missing(term):
        message = _("期程還缺以下項目，不能公告：%(missing)s")
        raise Conflict(message % {"missing": in_clauses(missing)})
    term.published_at, term.published_by = at, by
    term.save(update_fields=["published_at", "published_by"])
    audit.record(ScheduleAct.PUBLISH_SCHEDULE, by=by, at=at, subject=term, authority=authority)
    return term


def what_is_missing(term: Term) -> list[str]:
    """What keeps the term from being published, in words; what awaits its letter is complete as it is."""
    windows = list(Window.objects.filter(term=term).select_related("self_check"))
    if not windows:
        return [_("尚未設定學期日期")]
    missing = []
    for window in windows:
        if window.awaits_letter:
            continue
        if window.opens_at is None or window.closes_at is None:
            missing.append(_("「%(window)s」的起訖時間") % {"window": window})
        check = getattr(window, "self_check", None)
        if check is None or check.due_on is None:
            missing.append(_("「%(window)s」的自我檢核日") % {"window": window})
    return missing

"""The term's self-check list: made from its windows, ticked by those whose duty it is (article 4, B3)."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta

from django.db import transaction

from accounts.authority import require
from accounts.models import Duty, Post, User
from accounts.models.duties import DutyCode
from accounts.services import audit
from schedules.models import SelfCheck, Term, Window
from schedules.permissions import ScheduleAct
from schedules.responsibility import duties_for

_FOLLOWING = ("duty", "post_id", "due_on")


Owners = Mapping[tuple[str, str], Post]


@transaction.atomic
def bring_up_to_date(term: Term) -> int:
    """Make the list's items for windows that have none, move the unticked ones along; how many are new."""
    windows = Window.objects.filter(term=term).select_related("rule", "self_check")
    new = []
    for check in outdated_checks(windows, duty_owners()):
        if check.pk:
            check.save(update_fields=_FOLLOWING)
        else:
            new.append(check)
    SelfCheck.objects.bulk_create(new)
    return len(new)


def outdated_checks(windows: Iterable[Window], owners: Owners) -> Iterator[SelfCheck]:
    """The items that are missing or not as their window and the annex have them now, put right, not saved."""
    for window in windows:
        check = getattr(window, "self_check", None)
        check = check or SelfCheck(term_id=window.term_id, division=window.division, window=window)
        if not check.ticked_at and _follow(check, window, owners):
            yield check


def duty_owners() -> Owners:
    """Which post owns a duty (code and division)."""
    duties = Duty.objects.order_by().select_related("owner")
    return {(duty.code, duty.division): duty.owner for duty in duties}


def _follow(check: SelfCheck, window: Window, owners: Owners) -> bool:
    """Set day and post as they are now; whether that changed anything."""
    before = [getattr(check, name) for name in _FOLLOWING]
    check.duty, check.post = _responsible(window, owners)
    check.due_on = _due_on(window)
    return before != [getattr(check, name) for name in _FOLLOWING]


@transaction.atomic
def tick(check: SelfCheck, *, note: str, by: User, at: datetime) -> SelfCheck:
    """Record that the check was done; ticking it again changes nothing.

    Raises:
        NotAllowed: it is another post's; the message names whose.
    """
    authority = require(by, ScheduleAct.TICK_SELF_CHECK, check, at)
    check = SelfCheck.objects.select_for_update(of=("self",)).select_related("window").get(pk=check.pk)
    if check.ticked_at:
        return check
    check.ticked_at, check.ticked_by, check.on_behalf_of = at, by, authority.principal
    check.note = note.strip()[:200]
    check.save()
    audit.record(
        ScheduleAct.TICK_SELF_CHECK, by=by, at=at, subject=check, authority=authority, reason=check.note
    )
    return check


def _responsible(window: Window, owners: Owners) -> tuple[DutyCode, Post | None]:
    duties = duties_for(window.activity)
    held = next((duty for duty in duties if (duty, window.division) in owners), duties[0])
    return held, owners.get((held, window.division))


def _due_on(window: Window) -> date | None:
    """So many days after the window's last day as its rule says; letters are checked on their day."""
    if window.closes_on is None:
        return None
    return window.closes_on + timedelta(days=window.rule.self_check_after_days if window.rule else 0)

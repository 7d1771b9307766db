"""The school's own dates for a window, with a reason (D16); granting and withdrawing are separate acts."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.authority import require
from accounts.errors import InvalidInput
from accounts.models import User
from accounts.services import audit
from schedules.domain.floors import floor_warnings
from schedules.models import TermDates, Window, WindowOverride
from schedules.permissions import ScheduleAct
from schedules.services.planning import note_move, put_in_force
from schedules.services.self_checks import bring_up_to_date

REASON_LENGTH = 200


@transaction.atomic
def override_window(
    window: Window,
    *,
    opens_on: date,
    closes_on: date,
    reason: str,
    article: str = "",
    by: User,
    at: datetime,
) -> list[str]:
    """Put `window` on the days `opens_on` to `closes_on`, both included; warnings where below a floor.

    An override that was in force is withdrawn and stays on record. Also moves a window that has closed:
    that is what an override is for (D18).

    Raises:
        NotAllowed: only administrators may.
        InvalidInput: no reason or one of more than 200 characters, or the days are in the wrong order.
    """
    authority = require(by, ScheduleAct.OVERRIDE_WINDOW, window, at)
    reason = _required_reason(reason)
    if opens_on > closes_on:
        raise InvalidInput(_("起日不可晚於迄日。"))
    window = Window.objects.select_for_update().get(pk=window.pk)
    window.overrides.filter(withdrawn_at=None).update(withdrawn_at=at, withdrawn_by=by)
    WindowOverride.objects.create(
        window=window,
        opens_on=opens_on,
        closes_on=closes_on,
        reason=reason,
        article=article.strip() or window.article,
        decided_by=by,
        decided_at=at,
    )
    before = (window.opens_at, window.closes_at)
    _save_moved(window, before, at)
    changes = {"opens_on": opens_on.isoformat(), "closes_on": closes_on.isoformat()}
    audit.record(
        ScheduleAct.OVERRIDE_WINDOW,
        by=by,
        at=at,
        subject=window,
        authority=authority,
        reason=reason,
        changes=changes,
    )
    return floor_warnings(window.activity, window.audience, opens_on, closes_on, _closing_ceremony(window))


@transaction.atomic
def withdraw_override(window: Window, *, by: User, at: datetime) -> None:
    """Go back to the computed days; without an override in force nothing happens.

    Raises:
        NotAllowed: only administrators may.
    """
    authority = require(by, ScheduleAct.WITHDRAW_OVERRIDE, window, at)
    window = Window.objects.select_for_update().get(pk=window.pk)
    if not window.overrides.filter(withdrawn_at=None).update(withdrawn_at=at, withdrawn_by=by):
        return
    before = (window.opens_at, window.closes_at)
    _save_moved(window, before, at)
    audit.record(ScheduleAct.WITHDRAW_OVERRIDE, by=by, at=at, subject=window, authority=authority)


def _save_moved(window: Window, before: tuple[datetime | None, datetime | None], at: datetime) -> None:
    put_in_force(window)
    note_move(window, before, at)
    window.save(update_fields=["opens_at", "closes_at", "sequence", "changed_at"])
    bring_up_to_date(window.term)


def _required_reason(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise InvalidInput(_("調整期程須填寫理由。"))
    if len(reason) > REASON_LENGTH:
        message = _("調整期程的理由共 %(length)d 字，上限 %(limit)d 字。")
        raise InvalidInput(message % {"length": len(reason), "limit": REASON_LENGTH})
    return reason


def _closing_ceremony(window: Window) -> date | None:
    dates = TermDates.objects.filter(term=window.term_id, division=window.division).first()
    return dates.closing_ceremony if dates else None

"""Recording that somebody is away, which makes the delegates act, and that they are back (rules P3)."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.absence_permissions import AbsenceAct
from accounts.authority import require
from accounts.domain.roc_calendar import roc_date
from accounts.errors import Conflict, InvalidInput
from accounts.models import Absence, User
from accounts.services import audit
from accounts.services.delegations import announce_delegations, announce_end


@transaction.atomic
def record_absence(
    person: User, *, starts_on: date, ends_on: date, reason: str, by: User, at: datetime
) -> Absence:
    """Record that `person` is away, both days included; recording the same again changes nothing.

    Raises:
        NotAllowed: `by` is neither the person nor answers for the division's people.
        InvalidInput: no reason, the days are the wrong way round, or all of them have passed.
        Conflict: another absence of the person overlaps.
    """
    authority = require(by, AbsenceAct.RECORD_ABSENCE, person, at)
    reason = reason.strip()
    _require_sensible(starts_on, ends_on, reason, at)
    person = User.objects.select_for_update().get(pk=person.pk)
    days = {"starts_on": starts_on, "ends_on": ends_on}
    if same := Absence.objects.standing().filter(user=person, **days).first():
        return same
    _require_free(person, starts_on, ends_on)
    absence = Absence.objects.create(user=person, reason=reason, recorded_by=by, **days)
    audit.record(
        AbsenceAct.RECORD_ABSENCE,
        by=by,
        at=at,
        subject=absence,
        authority=authority,
        reason=reason,
        changes={name: day.isoformat() for name, day in days.items()},
    )
    announce_delegations(at)
    return absence


@transaction.atomic
def end_absence(absence: Absence, *, by: User, at: datetime) -> None:
    """The person is back: from now on the delegates act no more. One that is over stays as it was.

    Days that have passed stay on record; an absence of which none has is taken back as a whole, and kept.

    Raises:
        NotAllowed: as for recording.
    """
    authority = require(by, AbsenceAct.END_ABSENCE, absence.user, at)
    today = timezone.localdate(at)
    running = Absence.objects.standing().select_for_update(of=("self",)).select_related("user")
    absence_now = running.filter(pk=absence.pk, ends_on__gte=today).first()
    if absence_now is None:
        return
    if absence_now.starts_on < today:
        before, absence_now.ends_on = absence_now.ends_on, today - timedelta(days=1)
        changes: dict[str, Any] = {
            "ends_on": {"before": before.isoformat(), "after": absence_now.ends_on.isoformat()}
        }
    else:
        absence_now.cancelled_at, absence_now.cancelled_by = at, by
        changes = {"cancelled_at": at.isoformat()}
    absence_now.save(update_fields=["ends_on", "cancelled_at", "cancelled_by"])
    audit.record(
        AbsenceAct.END_ABSENCE,
        by=by,
        at=at,
        subject=absence_now,
        authority=authority,
        changes=changes,
    )
    announce_end(absence_now, at)


def _require_sensible(starts_on: date, ends_on: date, reason: str, at: datetime) -> None:
    if not reason:
        raise InvalidInput(_("請填寫差假事由。"))
    if ends_on < starts_on:
        raise InvalidInput(_("迄日不可早於起日。"))
    if ends_on < timezone.localdate(at):
        raise InvalidInput(_("這段差假已經過去，不需要登錄代理。"))


def _require_free(person: User, starts_on: date, ends_on: date) -> None:
    others = Absence.objects.standing().filter(user=person, starts_on__lte=ends_on, ends_on__gte=starts_on)
    if other := others.first():
        message = _("%(person)s 在 %(first)s 至 %(last)s 已登錄差假（%(reason)s）；請改填其他日期。")
        parts = {"first": roc_date(other.starts_on), "last": roc_date(other.ends_on)}
        raise Conflict(message % {"person": person, "reason": other.reason, **parts})

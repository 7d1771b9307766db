"""A teacher leaves (rules C4, C5): the last day, the account's sunset, who certifies instead."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.authority import require
from accounts.domain.roc_calendar import roc_date
from accounts.errors import InvalidInput
from accounts.models import Departure, Student, User
from accounts.services import audit, notices
from portfolio.certification_authority import CHAIN, ActingCertifier, CertificationChains
from portfolio.models import CourseSection
from portfolio.permissions import PortfolioAct
from portfolio.services.departure_notices import tell_concerned
from schedules.domain.periods import end_of

REASON_LENGTH = 200


@dataclass(frozen=True)
class HandOver:
    """Who stands in for a section's teacher; None where nobody is named."""

    section: CourseSection
    successor: User | None
    convener: User | None


@dataclass(frozen=True)
class Plan:
    """A teacher's leaving with everything that follows. `is_retained`: funded and consenting to go on
    certifying until `kept_until`, the last day of the account."""

    teacher: User
    leaves_on: date
    kept_until: date
    is_retained: bool
    reason: str
    hand_overs: tuple[HandOver, ...]


@dataclass(frozen=True)
class After:
    """A section of the plan as it will be once the teacher has left."""

    section: CourseSection
    certifier: ActingCertifier


@transaction.atomic
def settle(plan: Plan, *, by: User, at: datetime) -> list[After]:
    """Record the departure and hand every section of the plan over: all of it or nothing.

    Saying the same again changes nothing and tells nobody. Those concerned are told once.

    Raises:
        NotAllowed, InvalidInput: as for the two acts.
    """
    departure = record_departure(
        plan.teacher,
        leaves_on=plan.leaves_on,
        kept_until=plan.kept_until,
        reason=plan.reason,
        by=by,
        at=at,
    )
    retained_until = plan.kept_until if plan.is_retained else None
    changed = {
        one.section.pk
        for one in plan.hand_overs
        if hand_over(one, retained_until=retained_until, reason=plan.reason, by=by, at=at)
    }
    after = _after(plan, at)
    tell_concerned(departure, {one.section: one.certifier for one in after}, changed, at=at)
    return after


def preview(plan: Plan, *, by: User, at: datetime) -> list[After]:
    """What `settle` would bring about, by doing it and taking it back.

    Raises:
        NotAllowed, InvalidInput: as `settle` would.
    """
    with transaction.atomic():
        after = settle(plan, by=by, at=at)
        transaction.set_rollback(True)
    return after


@transaction.atomic
def record_departure(
    teacher: User, *, leaves_on: date, kept_until: date, reason: str, by: User, at: datetime
) -> Departure:
    """`teacher` works until the end of `leaves_on`, and may sign in until the end of `kept_until`.

    An account that was to end sooner still does. Recording it again corrects what was recorded.

    Raises:
        NotAllowed: `by` keeps no course platform where the teacher has courses.
        InvalidInput: no reason, or the account would end before the last day of work.
    """
    teacher = User.objects.select_for_update().get(pk=teacher.pk)
    authority = require(by, PortfolioAct.RECORD_DEPARTURE, teacher, at)
    reason = _accepted(reason)
    if kept_until < leaves_on:
        message = _("帳號保留至 %(kept)s，不可早於最後在職日 %(left)s。")
        raise InvalidInput(message % {"kept": roc_date(kept_until), "left": roc_date(leaves_on)})
    before = Departure.objects.filter(user=teacher).first()
    former_end = _end_without(before, teacher)
    expires_at = min(filter(None, (former_end, end_of(kept_until))))
    told: dict[str, list[Any]] = {
        "leaves_on": [before.leaves_on if before else None, leaves_on],
        "expires_at": [teacher.expires_at, expires_at],
    }
    changes = _from_to(told)
    if before and not changes:
        return before
    teacher.expires_at = expires_at
    teacher.save(update_fields=["expires_at"])
    departure, __ = Departure.objects.update_or_create(
        user=teacher,
        defaults={
            "leaves_on": leaves_on,
            "former_end": former_end,
            "account_end": expires_at,
            "reason": reason,
            "recorded_by": by,
            "recorded_at": at,
        },
    )
    audit.record(
        PortfolioAct.RECORD_DEPARTURE,
        by=by,
        at=at,
        subject=departure,
        authority=authority,
        reason=reason,
        changes=changes,
    )
    return departure


@transaction.atomic
def hand_over(
    to: HandOver, *, retained_until: date | None = None, reason: str, by: User, at: datetime
) -> bool:
    """Name who certifies a section when its teacher cannot; whether that changed anything.

    Raises:
        NotAllowed: `by` does not keep the course platform of the section's division.
        InvalidInput: no reason, or somebody who cannot stand in.
    """
    section = CourseSection.objects.select_for_update(of=("self",)).get(pk=to.section.pk)
    authority = require(by, PortfolioAct.HAND_OVER, section, at)
    reason = _accepted(reason)
    for person in filter(None, (to.successor, to.convener)):
        _require_fit(person, section, at)
    changes = _from_to(
        {
            "successor": [section.successor, to.successor],
            "convener": [section.convener, to.convener],
            "retained_until": [section.retained_until, retained_until],
        }
    )
    if not changes:
        return False
    section.successor, section.convener, section.retained_until = to.successor, to.convener, retained_until
    section.save(update_fields=["successor", "convener", "retained_until"])
    audit.record(
        PortfolioAct.HAND_OVER,
        by=by,
        at=at,
        subject=section,
        authority=authority,
        reason=reason,
        changes=changes,
    )
    return True


@transaction.atomic
def withdraw_departure(departure: Departure, *, reason: str, by: User, at: datetime) -> None:
    """The teacher stays after all: the account ends as it would have. Who was named to stand in stays named.

    Raises:
        NotAllowed: as for recording it.
        InvalidInput: no reason.
    """
    teacher = User.objects.select_for_update().get(pk=departure.user_id)
    authority = require(by, PortfolioAct.WITHDRAW_DEPARTURE, teacher, at)
    reason = _accepted(reason)
    expires_at = _end_without(departure, teacher)
    changes = _from_to(
        {"leaves_on": [departure.leaves_on, None], "expires_at": [teacher.expires_at, expires_at]}
    )
    audit.record(
        PortfolioAct.WITHDRAW_DEPARTURE,
        by=by,
        at=at,
        subject=departure,
        authority=authority,
        reason=reason,
        changes=changes,
    )
    departure.delete()
    teacher.expires_at = expires_at
    teacher.save(update_fields=["expires_at"])
    CourseSection.objects.filter(teacher=teacher).update(retained_until=None)
    notices.tell(
        [teacher],
        key=f"departure-withdrawn-{at:%Y%m%d%H%M%S}",
        subject=lambda: _("離職登錄已撤銷，您的帳號照常使用"),
        at=at,
    )


def _end_without(departure: Departure | None, teacher: User) -> datetime | None:
    """When the account of `teacher` would end if nobody left; what was set by hand since then counts."""
    if departure is None or departure.account_end != teacher.expires_at:
        return teacher.expires_at
    return departure.former_end


def _after(plan: Plan, at: datetime) -> list[After]:
    """Who certifies on the day after the last day of work, or now when that day has passed."""
    moment = max(at, end_of(plan.leaves_on))
    chains = CertificationChains(moment)
    sections = CourseSection.objects.filter(pk__in=[one.section.pk for one in plan.hand_overs])
    ordered = sections.select_related(*CHAIN, "course", "term")
    return [After(section, chains.acting(section)) for section in ordered]


def _accepted(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise InvalidInput(_("請填寫理由。"))
    if len(reason) > REASON_LENGTH:
        message = _("理由共 %(length)d 字，上限 %(limit)d 字。")
        raise InvalidInput(message % {"length": len(reason), "limit": REASON_LENGTH})
    return reason


def _require_fit(person: User, section: CourseSection, at: datetime) -> None:
    if person.pk == section.teacher_id:
        raise InvalidInput(_("接任教師與召集人不可以是原授課教師 %(person)s 本人。") % {"person": person})
    if Student.objects.filter(user=person).exists():
        raise InvalidInput(_("%(person)s 是學生，不能擔任認證人。") % {"person": person})
    left = Departure.objects.filter(user=person, leaves_on__lt=timezone.localdate(at)).exists()
    if left or not person.is_usable(at):
        raise InvalidInput(_("%(person)s 已離職或帳號已停用，請選擇其他人。") % {"person": person})


def _from_to(values: Mapping[str, list[Any]]) -> dict[str, Any]:
    """What differs, from–to, in words fit for the trail."""
    pairs = {key: [_said(value) for value in pair] for key, pair in values.items()}
    return {key: pair for key, pair in pairs.items() if pair[0] != pair[1]}


def _said(value: Any) -> str | None:
    if isinstance(value, User):
        return f"{value}（{value.username}）"
    if isinstance(value, date):
        return (timezone.localtime(value) if isinstance(value, datetime) else value).isoformat()
    return None

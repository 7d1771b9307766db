"""Reads for the page of absences: whose are shown, and who would stand in on which days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.duty_roster import DutyRoster, StandIn
from accounts.models import Absence, PostHolding, User

SHOWN_AFTER = timedelta(days=180)


@dataclass(frozen=True)
class PlannedStandIn:
    """Who would act for a duty from one day to another; nobody where `one.delegate` is None."""

    one: StandIn
    starts_on: date
    ends_on: date


def post_holders(divisions: Iterable[str], day: date) -> QuerySet[User]:
    """Who holds a post of one of `divisions` on `day`."""
    holdings = PostHolding.objects.on(day).filter(post__office__division__in=list(divisions))
    return User.objects.filter(holdings__in=holdings).distinct().order_by("name")


def shown_absences(user: User, divisions: Iterable[str], day: date) -> QuerySet[Absence]:
    """One's own absences and those of the post holders of `divisions`; long past ones are left out."""
    theirs = Q(user=user) | Q(user__in=post_holders(divisions, day).values("pk"))
    recent = Absence.objects.filter(theirs, ends_on__gte=day - SHOWN_AFTER)
    return recent.select_related("user", "recorded_by").order_by("-ends_on", "-pk")


def planned_stand_ins(person: User, starts_on: date, ends_on: date, reason: str) -> list[PlannedStandIn]:
    """Who would act for the duties of `person`, were they away on these days, as far as is known now."""
    days = [*_changing_days(starts_on, ends_on), ends_on + timedelta(days=1)]
    planned: list[PlannedStandIn] = []
    for first, following in pairwise(days):
        roster = DutyRoster(_noon(first), also_away={person.pk: reason})
        own = [one for one in roster.stand_ins() if one.owner == person]
        _append(planned, own, first, following - timedelta(days=1))
    return sorted(planned, key=lambda each: (each.one.division, each.one.code, each.starts_on))


def _append(planned: list[PlannedStandIn], own: list[StandIn], first: date, last: date) -> None:
    """Days on which the same person acts for the same duty become one stretch."""
    for one in own:
        before = first - timedelta(days=1)
        longer = next((p for p in planned if p.ends_on == before and _same(p.one, one)), None)
        if longer:
            planned[planned.index(longer)] = replace(longer, ends_on=last)
        else:
            planned.append(PlannedStandIn(one, first, last))


def _same(one: StandIn, other: StandIn) -> bool:
    return (one.code, one.division, one.delegate) == (other.code, other.division, other.delegate)


def _changing_days(starts_on: date, ends_on: date) -> list[date]:
    """The days from `starts_on` on which somebody else's absence, holding or account begins or ends."""
    after = timedelta(days=1)
    absences = Absence.objects.standing().filter(starts_on__lte=ends_on, ends_on__gte=starts_on)
    holdings = PostHolding.objects.filter(starts_on__lte=ends_on).filter(
        Q(ends_on=None) | Q(ends_on__gte=starts_on)
    )
    stretches = [*absences.values_list("starts_on", "ends_on"), *holdings.values_list("starts_on", "ends_on")]
    days = {starts_on} | {first for first, __ in stretches} | {last + after for __, last in stretches if last}
    expiring = User.objects.filter(holdings__isnull=False, expires_at__isnull=False)
    days |= {timezone.localdate(moment) for moment in expiring.values_list("expires_at", flat=True) if moment}
    return sorted(day for day in days if starts_on <= day <= ends_on)


def _noon(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(12)))

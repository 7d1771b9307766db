"""Reads for the office that hands over a leaving teacher's certification."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet

from accounts.models import Departure, PostHolding, User
from portfolio.certification_authority import CHAIN, ActingCertifier, CertificationChains
from portfolio.certification_ends import certification_windows, not_over
from portfolio.models import CourseSection
from portfolio.models.outcomes import OutcomeState


def teachers_in(divisions: Collection[str]) -> QuerySet[User]:
    """Everybody who teaches or taught in one of `divisions`."""
    taught = CourseSection.objects.filter(division__in=divisions).values("teacher")
    return User.objects.filter(pk__in=taught).order_by("name", "username")


def staff(at: datetime) -> QuerySet[User]:
    """Who could stand in: everybody who works here and whose account is usable."""
    usable = Q(expires_at=None) | Q(expires_at__gt=at)
    works_here = (
        Q(pk__in=CourseSection.objects.order_by().values("teacher"))
        | Q(pk__in=PostHolding.objects.order_by().values("user"))
        | Q(guardianships=None)
    )
    people = User.objects.filter(usable & works_here, is_active=True, student=None)
    return people.order_by("name", "username").distinct()


def departures_in(divisions: Collection[str]) -> QuerySet[Departure]:
    """Who leaves or has left, the latest first; with how many outcomes still wait in these divisions."""
    waiting = Q(
        user__sections__division__in=divisions,
        user__sections__enrolments__outcomes__state=OutcomeState.WAITING,
    )
    departures = Departure.objects.filter(user__in=teachers_in(divisions).order_by().values("pk"))
    departures = departures.order_by("-leaves_on", "pk")
    return departures.select_related("user", "recorded_by").annotate(
        waiting=Count("user__sections__enrolments__outcomes", filter=waiting)
    )


@dataclass(frozen=True)
class LeavingSection:
    """A section that is still to be certified, how much waits or was returned, and who certifies now."""

    section: CourseSection
    pending: int
    certifier: ActingCertifier


def leaving_sections(teacher: User, divisions: Collection[str], now: datetime) -> list[LeavingSection]:
    """The teacher's sections in `divisions` whose certification is not over, newest term first."""
    pending = Q(enrolments__outcomes__state__in=(OutcomeState.WAITING, OutcomeState.RETURNED))
    sections = (
        CourseSection.objects.filter(teacher=teacher, division__in=divisions)
        .select_related("course", "term", *CHAIN)
        .annotate(pending=Count("enrolments__outcomes", filter=pending))
        .order_by("-term__school_year", "-term__number", "course__name", "group", "pk")
    )
    chains = CertificationChains(now)
    return [
        LeavingSection(section, section.pending, chains.acting(section))
        for section in not_over(sections, now)
    ]


def latest_certification_close(sections: Iterable[CourseSection]) -> date | None:
    """The last day on which any of `sections` can be certified, which is how long an account is kept (C5)."""
    days = [window.ends_on for window in certification_windows(sections) if window.ends_on]
    return max(days, default=None)

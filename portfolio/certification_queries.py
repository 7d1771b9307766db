"""Reads for those who certify: what waits for them, whichever link of the chain they are, and until when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from accounts.models import ClassPlacement, User
from portfolio.certification_authority import CHAIN, ActingCertifier, CertificationChains
from portfolio.certification_ends import not_over
from portfolio.models import CourseOutcome, CourseSection
from portfolio.models.outcomes import CourseOutcomeQuerySet
from schedules.domain.terms import school_year_of


def stands_in_a_chain(user: User) -> bool:
    """Whether `user` is named in some section's certification chain: as teacher, successor or convener."""
    return CourseSection.objects.filter(_named(user)).exists()


def sections_certified_by(
    user: User, at: datetime, chains: CertificationChains | None = None
) -> list[CourseSection]:
    """The sections whose acting certifier `user` is at `at`, whichever link of the chain that is.

    As the last link, those of this school year and the one before: what is older is past certifying.
    """
    chains = chains or CertificationChains(at)
    sections = CourseSection.objects.filter(_named(user) | _left_to_office(user, at, chains))
    read = sections.select_related(*CHAIN, "course", "term")
    return [section for section in read if chains.acting(section).person == user]


@dataclass(frozen=True)
class HandedOn:
    """A section of the teacher's own that somebody else certifies now."""

    section: CourseSection
    certifier: ActingCertifier


def handed_on_by(teacher: User, at: datetime, chains: CertificationChains) -> list[HandedOn]:
    """The teacher's own sections that are still to be certified, though not by them now."""
    own = CourseSection.objects.filter(teacher=teacher, term__school_year__gte=_oldest_year(at))
    sections = not_over(own.select_related(*CHAIN, "course", "term"), at)
    found = [HandedOn(section, chains.acting(section)) for section in sections]
    return [one for one in found if one.certifier.person != teacher]


def _named(user: User) -> Q:
    return Q(teacher=user) | Q(successor=user) | Q(convener=user)


def _left_to_office(user: User, at: datetime, chains: CertificationChains) -> Q:
    divisions = chains.divisions_submitted_by(user)
    return Q(division__in=divisions, term__school_year__gte=_oldest_year(at)) & chains.unavailable


def _oldest_year(at: datetime) -> int:
    return school_year_of(timezone.localdate(at)) - 1


def outcomes_of_sections(sections: Iterable[CourseSection]) -> CourseOutcomeQuerySet:
    """Outcomes of `sections`, without those that students took back."""
    return CourseOutcome.objects.filter(enrolment__section__in=list(sections)).standing()


def in_queue_order(outcomes: CourseOutcomeQuerySet) -> CourseOutcomeQuerySet:
    """By term, course, group and seat; with the student's `class_name` and `seat_number` of that year."""
    placement = ClassPlacement.objects.filter(
        student=OuterRef("enrolment__student"), school_year=OuterRef("enrolment__section__term__school_year")
    )
    return outcomes.annotate(
        class_name=Subquery(placement.values("school_class__name")[:1]),
        seat_number=Subquery(placement.values("seat_number")[:1]),
    ).order_by(
        "-enrolment__section__term__school_year",
        "-enrolment__section__term__number",
        "enrolment__section__course__name",
        "enrolment__section__course__grade",
        "enrolment__section__group",
        "enrolment__section",
        "class_name",
        "seat_number",
        "enrolment__student__student_number",
        "pk",
    )


def certifiers_of(sections: Iterable[int], at: datetime) -> list[User]:
    """Who certifies in `sections` (by id) at `at`, each person once."""
    chains = CertificationChains(at)
    found = CourseSection.objects.filter(pk__in=list(sections)).select_related(*CHAIN)
    people = (chains.acting(section).person for section in found)
    return list(dict.fromkeys(person for person in people if person))

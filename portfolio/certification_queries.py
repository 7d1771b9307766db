"""Reads for those who certify: what waits for them, whichever link of the chain they are, and until when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from accounts.models import ClassPlacement, User
from portfolio.certification_authority import CHAIN, ActingCertifier, CertificationChains
from portfolio.models import CourseOutcome, CourseSection, Enrolment
from portfolio.models.outcomes import CourseOutcomeQuerySet, OutcomeState
from portfolio.queries import listed_outcomes
from schedules.domain.activities import GRADE3_AUDIENCES, Activity, Audience, audience_of
from schedules.domain.terms import TermCode, school_year_of
from schedules.models import Window

# A section, with whatever it was annotated with.
Section = TypeVar("Section", bound=CourseSection)

SHOWN_STATES = (OutcomeState.WAITING, OutcomeState.RETURNED, OutcomeState.CERTIFIED)


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


def queue_of(sections: Iterable[CourseSection], *, state: str) -> CourseOutcomeQuerySet:
    """The outcomes of `sections` in `state`, as the queue lists them."""
    return in_queue_order(listed_outcomes(outcomes_of_sections(sections).filter(state=state)))


def next_waiting(sections: Iterable[CourseSection], after: CourseOutcome) -> int | None:
    """The id of the outcome to decide after `after`, going round at the end; None when no other waits."""
    waiting = outcomes_of_sections(sections).filter(Q(state=OutcomeState.WAITING) | Q(pk=after.pk))
    ids = list(in_queue_order(waiting).values_list("pk", flat=True))
    place = ids.index(after.pk) if after.pk in ids else -1
    others = [*ids[place + 1 :], *ids[: max(place, 0)]]
    return others[0] if others else None


@dataclass(frozen=True)
class QueueSection:
    """A section of the queue, who certifies it, and how many outcomes are in each shown state."""

    section: CourseSection
    certifier: ActingCertifier
    counts: dict[OutcomeState, int]

    @property
    def waiting(self) -> int:
        return self.counts[OutcomeState.WAITING]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def sections_with_counts(
    sections: Iterable[CourseSection], chains: CertificationChains
) -> list[QueueSection]:
    """Those of `sections` that have outcomes, newest term first."""
    counts = {
        state.value: Count("enrolments__outcomes", filter=Q(enrolments__outcomes__state=state))
        for state in SHOWN_STATES
    }
    total = Count("enrolments__outcomes", filter=Q(enrolments__outcomes__state__in=SHOWN_STATES))
    found = CourseSection.objects.filter(pk__in=[section.pk for section in sections])
    ordered = (
        found.select_related("course", "term", *CHAIN)
        .annotate(**counts, total=total)
        .filter(total__gt=0)
        .order_by("-term__school_year", "-term__number", "course__name", "course__grade", "group", "pk")
    )
    return [
        QueueSection(one, chains.acting(one), {state: getattr(one, state.value) for state in SHOWN_STATES})
        for one in ordered
    ]


@dataclass(frozen=True)
class _Keeping:
    """What decides which window a student's work of a term keeps to."""

    term: TermCode
    division: str
    audience: Audience


def certification_windows(sections: Iterable[CourseSection]) -> list[Window]:
    """The certification windows of `sections`, by those who take them, earliest end first."""
    own = {window.pk: window for windows in windows_by_section(sections).values() for window in windows}
    return sorted(own.values(), key=lambda window: (window.closes_at is None, window.closes_at, window.pk))


def windows_by_section(sections: Iterable[CourseSection]) -> dict[int, list[Window]]:
    """Section id → the certification windows that those who take it keep to."""
    keepings = _keepings(sections)
    years = {keeping.term.school_year for kept in keepings.values() for keeping in kept}
    windows = Window.objects.select_related("term").filter(
        activity=Activity.CERTIFICATION, subject_year__in=years
    )
    by_keeping: dict[_Keeping, list[Window]] = {}
    for window in windows:
        by_keeping.setdefault(_keeping_of(window), []).append(window)
    return {
        section: [window for keeping in kept for window in by_keeping.get(keeping, [])]
        for section, kept in keepings.items()
    }


def not_over(sections: Iterable[Section], now: datetime) -> list[Section]:
    """Those of `sections` whose certification is open or still to come, for some who take them."""
    sections = list(sections)
    windows = windows_by_section(sections)
    return [
        section
        for section in sections
        if any(window.closes_at is None or window.closes_at > now for window in windows.get(section.pk, []))
    ]


def _keepings(sections: Iterable[CourseSection]) -> dict[int, set[_Keeping]]:
    """Section id → what its students' work keeps to."""
    of_that_year = Q(student__placements__school_year=F("section__term__school_year"))
    taking = Enrolment.objects.filter(of_that_year, section__in=list(sections))
    rows = taking.order_by().distinct()
    found: dict[int, set[_Keeping]] = {}
    for section, year, number, division, grade, batch in rows.values_list(
        "section",
        "section__term__school_year",
        "section__term__number",
        "student__placements__school_class__division",
        "student__placements__school_class__grade",
        "student__placements__school_class__letter_batch",
    ):
        keeping = _Keeping(TermCode(year, number), division, audience_of(grade, number, batch))
        found.setdefault(section, set()).add(keeping)
    return found


def _keeping_of(window: Window) -> _Keeping:
    term = TermCode(window.subject_year, window.subject_term)
    return _Keeping(term, window.division, Audience(window.audience))


def waiting_under(window: Window) -> CourseOutcomeQuerySet:
    """Outcomes that still wait and whose students keep to the certification window `window`."""
    placement = "enrolment__student__placements__"
    return CourseOutcome.objects.filter(
        state=OutcomeState.WAITING,
        enrolment__section__term__school_year=window.subject_year,
        enrolment__section__term__number=window.subject_term,
        **{
            f"{placement}school_year": window.subject_year,
            f"{placement}school_class__division": window.division,
            **{f"{placement}school_class__{field}": value for field, value in _classes_of(window).items()},
        },
    )


def _classes_of(window: Window) -> dict[str, Any]:
    """Conditions on the classes that keep to `window`: grade 3 has windows of its own in the second term."""
    for batch, audience in GRADE3_AUDIENCES.items():
        if window.audience == audience:
            return {"grade": 3, "letter_batch": batch}
    return {"grade__lt": 3} if window.subject_term == 2 else {}


def closing_certifications(at: datetime, until: datetime) -> QuerySet[Window]:
    """Certification windows that are open at `at` and close by `until`."""
    return Window.objects.filter(
        activity=Activity.CERTIFICATION, opens_at__lte=at, closes_at__gt=at, closes_at__lte=until
    )


def certifiers_of(outcomes: CourseOutcomeQuerySet, at: datetime) -> list[User]:
    """Who certifies `outcomes` at `at`, each person once."""
    chains = CertificationChains(at)
    sections = CourseSection.objects.filter(
        pk__in=outcomes.order_by().values("enrolment__section")
    ).select_related(*CHAIN)
    people = (chains.acting(section).person for section in sections)
    return list(dict.fromkeys(person for person in people if person))

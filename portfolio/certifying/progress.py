"""How far certifying has come: per section, and per class of those who take it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import Count, F, OuterRef, Subquery

from accounts.models import ClassPlacement
from portfolio.certification_authority import CHAIN, ActingCertifier, CertificationChains
from portfolio.certification_queries import outcomes_of_sections
from portfolio.certifying.filters import QueueFilter, QueueState
from portfolio.models import CourseSection
from portfolio.models.outcomes import OutcomeState


@dataclass
class ClassProgress:
    """The outcomes of one class in a section; `pk` is 0 for students without a class that year."""

    pk: int
    name: str
    counts: dict[QueueState, int] = field(default_factory=lambda: dict.fromkeys(QueueState, 0))

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True)
class SectionProgress:
    """A section with outcomes, and who certifies it."""

    section: CourseSection
    certifier: ActingCertifier
    classes: list[ClassProgress]

    @property
    def counts(self) -> dict[QueueState, int]:
        return {state: sum(one.counts[state] for one in self.classes) for state in QueueState}

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def waiting(self) -> int:
        return self.counts[QueueState.WAITING]

    @property
    def decided(self) -> int:
        """How many are certified or returned."""
        return self.counts[QueueState.CERTIFIED] + self.counts[QueueState.RETURNED]


def progress_of(sections: Iterable[CourseSection], chains: CertificationChains) -> list[SectionProgress]:
    """Those of `sections` that have outcomes, newest term first, in a constant number of queries."""
    classes = _classes_of(sections)
    found = CourseSection.objects.filter(pk__in=list(classes)).select_related("course", "term", *CHAIN)
    ordered = found.order_by(
        "-term__school_year", "-term__number", "course__name", "course__grade", "group", "pk"
    )
    return [SectionProgress(one, chains.acting(one), classes[one.pk]) for one in ordered]


def tabs_of(progress: Iterable[SectionProgress], wanted: QueueFilter) -> Mapping[QueueState, int]:
    """How many outcomes of the chosen section and class there are in each state."""
    chosen = [
        one
        for row in progress
        if wanted.section in (0, row.section.pk)
        for one in row.classes
        if wanted.school_class in (0, one.pk)
    ]
    return {state: sum(one.counts[state] for one in chosen) for state in QueueState}


def classes_in(progress: Iterable[SectionProgress]) -> list[tuple[int, str]]:
    """Every class that has outcomes somewhere, by name."""
    found = {one.pk: one.name for row in progress for one in row.classes if one.pk}
    return sorted(found.items(), key=lambda entry: (entry[1], -entry[0]))


def _classes_of(sections: Iterable[CourseSection]) -> dict[int, list[ClassProgress]]:
    """Section id → its classes that have outcomes, by name."""
    placement = ClassPlacement.objects.filter(
        student=OuterRef("enrolment__student"), school_year=OuterRef("enrolment__section__term__school_year")
    )
    counted = (
        outcomes_of_sections(sections)
        .order_by()
        .annotate(
            class_pk=Subquery(placement.values("school_class")[:1]),
            class_name=Subquery(placement.values("school_class__name")[:1]),
            prepared=F("pending_decision__decision"),
        )
        .values_list("enrolment__section", "class_pk", "class_name", "state", "prepared")
        .annotate(Count("pk"))
    )
    found: dict[int, dict[int, ClassProgress]] = {}
    for section, class_pk, name, state, prepared, count in counted:
        classes = found.setdefault(section, {})
        one = classes.setdefault(class_pk or 0, ClassProgress(class_pk or 0, name or ""))
        one.counts[_shown(state, prepared)] += count
    return {section: sorted(classes.values(), key=lambda one: one.name) for section, classes in found.items()}


def _shown(state: str, prepared: str | None) -> QueueState:
    is_pending = state == OutcomeState.WAITING and prepared is not None
    return QueueState.PENDING if is_pending else QueueState(state)

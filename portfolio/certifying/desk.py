"""The queue as its pages show it: rows, and where in the queue an outcome stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from accounts.models import User
from portfolio.certification_ends import CertificationEnds, last_resends
from portfolio.certification_queries import in_queue_order, outcomes_of_sections
from portfolio.certifying.filters import QueueFilter
from portfolio.models import CourseOutcome, CourseSection, OutcomeLook, PendingDecision
from portfolio.models.outcomes import CourseOutcomeQuerySet, OutcomeState
from portfolio.queries import listed_outcomes
from schedules.models import Window


@dataclass(frozen=True)
class QueueRow:
    """An outcome of a page. `window` is its own (None once decided); `last_resend` is until when it could be
    sent again and still be certified; `is_seen` says that the reader opened it as it is now."""

    outcome: CourseOutcome
    window: Window | None
    pending: PendingDecision | None
    last_resend: datetime | None
    is_seen: bool
    can_decide: bool


@dataclass(frozen=True)
class Place:
    """Where an outcome stands in the queue that is looked at; ids of its neighbours, None at either end."""

    number: int
    count: int
    previous: int | None
    following: int | None


def queue_of(sections: Iterable[CourseSection], wanted: QueueFilter) -> CourseOutcomeQuerySet:
    """The outcomes of `sections` that are wanted, as the queue lists them."""
    outcomes = listed_outcomes(wanted.apply(outcomes_of_sections(sections)))
    return in_queue_order(outcomes.select_related("pending_decision__decided_by"))


def rows_of(
    outcomes: Iterable[CourseOutcome], ends: CertificationEnds, reader: User, now: datetime
) -> list[QueueRow]:
    """The outcomes of a page as rows, in a constant number of queries."""
    outcomes = list(outcomes)
    shown = CourseOutcome.objects.filter(pk__in=[outcome.pk for outcome in outcomes])
    seen = set(OutcomeLook.objects.filter(by=reader, outcome__in=shown).values_list("outcome", flat=True))
    resends = last_resends(shown.exclude(state=OutcomeState.CERTIFIED))
    return [
        QueueRow(
            outcome=outcome,
            window=(window := ends.of(outcome)),
            pending=getattr(outcome, "pending_decision", None),
            last_resend=resends.get(outcome.pk),
            is_seen=outcome.pk in seen,
            can_decide=outcome.state == OutcomeState.WAITING and window is not None and window.is_open(now),
        )
        for outcome in outcomes
    ]


def place_of(outcome: CourseOutcome, sections: Iterable[CourseSection], wanted: QueueFilter) -> Place:
    """Where `outcome` stands; should the filter not hold for it, where it would."""
    ids = _ids(outcome, sections, wanted)
    place = ids.index(outcome.pk)
    return Place(
        number=place + 1,
        count=len(ids),
        previous=ids[place - 1] if place else None,
        following=ids[place + 1] if place + 1 < len(ids) else None,
    )


def next_after(outcome: CourseOutcome, sections: Iterable[CourseSection], wanted: QueueFilter) -> int | None:
    """The id of the outcome to go on with, round the end if need be; None when there is no other."""
    ids = _ids(outcome, sections, wanted)
    place = ids.index(outcome.pk)
    return next(iter(ids[place + 1 :] + ids[:place]), None)


@dataclass(frozen=True)
class Unpublished:
    """What the reader decided and has not published: what still can be, and what has come too late."""

    publishable: int
    late: int
    ends_at: datetime | None


def unpublished_by(
    reader: User, sections: Iterable[CourseSection], ends: CertificationEnds, now: datetime
) -> Unpublished:
    """Of `sections`; `ends_at` is when the first of them cannot be published any more."""
    outcomes = outcomes_of_sections(sections).filter(pending_decision__decided_by=reader)
    windows = [window for outcome in outcomes if (window := ends.of(outcome))]
    open_ = [window for window in windows if window.is_open(now)]
    closing = [window.ends_at for window in open_ if window.ends_at]
    return Unpublished(len(open_), len(windows) - len(open_), min(closing, default=None))


def _ids(outcome: CourseOutcome, sections: Iterable[CourseSection], wanted: QueueFilter) -> list[int]:
    """The queue in its order, with `outcome` in its place even where the filter does not hold for it."""
    everything = outcomes_of_sections(sections)
    chosen = Q(pk__in=wanted.apply(everything).values("pk")) | Q(pk=outcome.pk)
    ordered = in_queue_order(CourseOutcome.objects.filter(chosen))
    return list(ordered.values_list("pk", flat=True))

"""Deciding first and publishing together (先決定、再一起發布): until then the student sees nothing of it."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import Conflict
from accounts.models import User
from accounts.services import audit
from portfolio.certification_ends import held_windows
from portfolio.certification_queries import sections_certified_by
from portfolio.models import Certification, CourseOutcome, PendingDecision, PortfolioPolicy
from portfolio.models.certifications import Decision
from portfolio.permissions import PortfolioAct
from portfolio.services.certification import decide, return_reason
from portfolio.services.deciding import (
    Check,
    Ruling,
    looked_at,
    open_docket,
    unchanged_since,
    waits,
)


def prepare_certification(outcome: CourseOutcome, *, by: User, at: datetime, seen: str = "") -> None:
    """Keep the decision to certify, in place of an earlier one; raises what certifying raises."""
    _prepare({outcome.pk: Ruling(Decision.CERTIFIED)}, unchanged_since(seen), by=by, at=at)


def prepare_return(outcome: CourseOutcome, *, reason: str, by: User, at: datetime, seen: str = "") -> None:
    """Keep the decision to return, in place of an earlier one; raises what returning raises."""
    ruling = Ruling(Decision.RETURNED, return_reason(reason))
    _prepare({outcome.pk: ruling}, unchanged_since(seen), by=by, at=at)


def prepare_many(outcomes: Iterable[int], *, by: User, at: datetime) -> int:
    """Keep the decision to certify each of the outcomes (by id); raises what certifying many raises."""
    rulings = {pk: Ruling(Decision.CERTIFIED) for pk in outcomes}
    _prepare(rulings, looked_at(rulings, by), by=by, at=at)
    return len(rulings)


@transaction.atomic
def drop_prepared(outcome: CourseOutcome, *, by: User, at: datetime) -> None:
    """Let go of the decision that was kept for `outcome`.

    Raises:
        NotAllowed: `by` is not the acting certifier.
        Conflict: none is kept.
    """
    docket = open_docket({outcome.pk: PortfolioAct.DROP_DECISION}, by=by, at=at)
    pending = PendingDecision.objects.filter(outcome=outcome).first()
    if pending is None:
        raise Conflict(_("這一件沒有存下的決定。請重新整理頁面。"))
    audit.record(
        PortfolioAct.DROP_DECISION,
        by=by,
        at=at,
        subject=docket.outcomes[0],
        authority=docket.authority(docket.outcomes[0]),
        changes={"decision": pending.decision},
    )
    pending.delete()


@transaction.atomic
def publish(*, by: User, at: datetime) -> list[Certification]:
    """Make every decision that `by` keeps and can make now, and tell the students; none at all is fine.

    What somebody else certifies by now, or what came too late, stays kept.
    """
    own = sections_certified_by(by, at)
    kept = PendingDecision.objects.filter(decided_by=by, outcome__enrolment__section__in=own)
    windows = held_windows(CourseOutcome.objects.filter(pending_decision__in=kept))
    rulings = {
        one.outcome_id: Ruling(Decision(one.decision), one.reason)
        for one in kept
        if one.outcome_id in windows and windows[one.outcome_id].is_open(at)
    }
    return decide(rulings, by=by, at=at) if rulings else []


@transaction.atomic
def _prepare(rulings: Mapping[int, Ruling], *checks: Check, by: User, at: datetime) -> None:
    if not PortfolioPolicy.current().publish_together:
        raise Conflict(_("學校沒有開放先存下決定再一起發布，請直接認證或退件。"))
    docket = open_docket(dict.fromkeys(rulings, PortfolioAct.PREPARE_DECISION), by=by, at=at)
    docket.require(docket.in_time(at), waits, *checks)
    PendingDecision.objects.bulk_create(
        [
            PendingDecision(
                outcome=outcome,
                decision=rulings[outcome.pk].decision,
                reason=rulings[outcome.pk].reason,
                decided_by=by,
                decided_at=at,
            )
            for outcome in docket.outcomes
        ],
        update_conflicts=True,
        unique_fields=["outcome"],
        update_fields=["decision", "reason", "decided_by", "decided_at"],
    )
    audit.record_all(
        audit.drawn_up(
            PortfolioAct.PREPARE_DECISION,
            by=by,
            at=at,
            subject=outcome,
            authority=docket.authority(outcome),
            reason=rulings[outcome.pk].reason,
            changes={"decision": rulings[outcome.pk].decision},
        )
        for outcome in docket.outcomes
    )

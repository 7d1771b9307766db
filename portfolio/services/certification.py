"""The certifier's decisions on course outcomes (article 5-3): whose work and which course, never how good."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import InvalidInput
from accounts.models import User
from accounts.services import audit
from portfolio.domain.certification_chain import ChainLink
from portfolio.models import Certification, CourseOutcome, PendingDecision
from portfolio.models.certifications import Decision
from portfolio.models.outcomes import OutcomeState
from portfolio.permissions import PortfolioAct
from portfolio.services.certification_notices import tell_students
from portfolio.services.deciding import (
    Check,
    Docket,
    Ruling,
    current_hashes,
    looked_at,
    open_docket,
    unchanged_since,
    waits,
)

REASON_LENGTH = 200
CHAIN_REASON_LENGTH = 300
_ACTS = {Decision.CERTIFIED: PortfolioAct.CERTIFY, Decision.RETURNED: PortfolioAct.RETURN}


def certify(outcome: CourseOutcome, *, by: User, at: datetime, seen: str = "") -> Certification:
    """Certify `outcome` as the student's own work in its course; `seen` is the version that was looked at.

    Raises:
        NotAllowed: `by` is not the acting certifier; the message names who is.
        WindowClosed: the certification window of the course's term is not open at `at`.
        Conflict: it is not waiting, or not as it was seen.
    """
    rulings = {outcome.pk: Ruling(Decision.CERTIFIED)}
    return decide(rulings, unchanged_since(seen), by=by, at=at)[0]


def return_to_student(
    outcome: CourseOutcome, *, reason: str, by: User, at: datetime, seen: str = ""
) -> Certification:
    """Send `outcome` back with a reason; the student may correct it while uploading is open (C6).

    Raises:
        InvalidInput: no reason, or one of more than 200 characters.
        NotAllowed, WindowClosed, Conflict: as for certifying.
    """
    rulings = {outcome.pk: Ruling(Decision.RETURNED, return_reason(reason))}
    return decide(rulings, unchanged_since(seen), by=by, at=at)[0]


def certify_many(outcomes: Iterable[int], *, by: User, at: datetime) -> int:
    """Certify the outcomes (by id), all or none; by the school's choice only what `by` has opened. How many.

    Raises:
        InvalidInput: none is given, or one of them is not there.
        NotAllowed: `by` is not the acting certifier of one of them.
        SomeRefused: some cannot be certified; says which and why.
    """
    rulings = {pk: Ruling(Decision.CERTIFIED) for pk in outcomes}
    return len(decide(rulings, looked_at(rulings, by), by=by, at=at))


def return_reason(text: str) -> str:
    """`text` as a reason for returning.

    Raises:
        InvalidInput: it is empty or too long.
    """
    reason = text.strip()
    if not reason:
        raise InvalidInput(_("退件須填寫原因，讓學生知道如何修正。"))
    if len(reason) > REASON_LENGTH:
        message = _("退件原因共 %(length)d 字，上限 %(limit)d 字。")
        raise InvalidInput(message % {"length": len(reason), "limit": REASON_LENGTH})
    return reason


@transaction.atomic
def decide(rulings: Mapping[int, Ruling], *checks: Check, by: User, at: datetime) -> list[Certification]:
    """Decide the outcomes (by id), all or none, and tell their students; in a constant number of queries."""
    docket = open_docket({pk: _ACTS[ruling.decision] for pk, ruling in rulings.items()}, by=by, at=at)
    docket.require(docket.in_time(at), waits, *checks)
    PendingDecision.objects.filter(outcome__in=list(rulings)).delete()
    certifications = Certification.objects.bulk_create(
        _certification(docket, outcome, rulings[outcome.pk], by=by, at=at) for outcome in docket.outcomes
    )
    for decision in Decision:
        if decided := [pk for pk, ruling in rulings.items() if ruling.decision == decision]:
            CourseOutcome.objects.filter(pk__in=decided).update(state=OutcomeState(decision))
    audit.record_all(
        audit.drawn_up(
            _ACTS[Decision(one.decision)],
            by=by,
            at=at,
            subject=one.outcome,
            authority=docket.authority(one.outcome),
            reason=one.reason,
            changes=_circumstances(one),
        )
        for one in certifications
    )
    tell_students(certifications, at)
    return certifications


def is_own_upload(outcome: CourseOutcome, user: User) -> bool:
    """Whether `user` uploaded the piece for its student, who should then not be its only certifier (P4)."""
    return outcome.uploaded_by_id == user.pk and outcome.student.user_id != user.pk


def _certification(
    docket: Docket, outcome: CourseOutcome, ruling: Ruling, *, by: User, at: datetime
) -> Certification:
    certifier = docket.certifier(outcome)
    return Certification(
        outcome=outcome,
        decision=ruling.decision,
        reason=ruling.reason,
        decided_by=by,
        on_behalf_of=docket.authority(outcome).principal,
        chain_link=certifier.link,
        chain_reason=certifier.reason[:CHAIN_REASON_LENGTH],
        decided_at=at,
        file_hashes=current_hashes(outcome),
    )


def _circumstances(certification: Certification) -> dict[str, Any]:
    """What the trail says of a decision that another than the course's own teacher made, or a helper."""
    changes: dict[str, Any] = {}
    if certification.chain_link != ChainLink.ORIGINAL:
        changes |= {"chain_link": certification.chain_link, "chain_reason": certification.chain_reason}
    if is_own_upload(certification.outcome, certification.decided_by):
        changes["uploaded_by_certifier"] = True
    return changes

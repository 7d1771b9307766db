"""What happened to a piece, oldest first, out of what its rows say."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from django.utils.translation import gettext as _

from accounts.models import User
from portfolio.domain.certification_chain import ChainLink
from portfolio.models import Attachment, Certification, CourseOutcome, DiversePerformance
from portfolio.models.certifications import Decision


@dataclass(frozen=True)
class Event:
    """Something that happened; `state` is a key of accounts.templatetags.ui.STATES or empty."""

    at: datetime
    title: str
    by: str = ""
    text: str = ""
    state: str = ""
    file: Attachment | None = None
    voided_at: datetime | None = None
    chain: str = ""


def outcome_history(outcome: CourseOutcome) -> list[Event]:
    """Reads what `with_details` prefetched, and the revisions."""
    events = [*_revisions(outcome), *_files(outcome), *_decisions(outcome), *_withdrawal(outcome)]
    return sorted(events, key=lambda event: event.at)


def performance_history(performance: DiversePerformance) -> list[Event]:
    """Reads what `with_details` prefetched."""
    return sorted([*_files(performance), *_withdrawal(performance)], key=lambda event: event.at)


def _files(item: CourseOutcome | DiversePerformance) -> Iterator[Event]:
    slots: set[str] = set()
    for file in sorted(item.attachments.all(), key=lambda file: (file.uploaded_at, file.pk)):
        title = _("更換%(slot)s") if file.slot in slots else _("上傳%(slot)s")
        slots.add(file.slot)
        yield Event(
            file.uploaded_at,
            title % {"slot": file.get_slot_display()},
            file=file,
            voided_at=file.replaced_at,
        )


def _revisions(outcome: CourseOutcome) -> Iterator[Event]:
    """Each with the description that it replaced by another."""
    revisions = list(outcome.revisions.all())
    descriptions = [*(row.description for row in revisions), outcome.description]
    for row, (before, after) in zip(revisions, pairwise(descriptions), strict=True):
        was = _("原來的簡述：%(text)s") % {"text": before} if before != after else ""
        yield Event(row.revised_at, _("修改並重新送出"), text=was)


def _decisions(outcome: CourseOutcome) -> Iterator[Event]:
    for row in outcome.certifications.all():
        yield _decision(row)
        if row.is_taken_back:
            yield _undoing(row)


def _undoing(row: Certification) -> Event:
    assert row.voided_at is not None  # the database holds it
    title = _("收回認證") if row.decision == Decision.CERTIFIED else _("收回退件")
    by = _certifier(row.taken_back_by, row.taken_back_for)
    return Event(row.voided_at, title, by, row.taken_back_reason, "waiting")


def _certifier(person: User | None, principal: User | None) -> str:
    by = _("認證者 %(person)s") % {"person": person}
    return (
        _("%(certifier)s（代 %(principal)s）") % {"certifier": by, "principal": principal}
        if principal
        else by
    )


def _decision(row: Certification) -> Event:
    title = _("認證") if row.decision == Decision.CERTIFIED else _("退件")
    return Event(
        row.decided_at,
        title,
        _certifier(row.decided_by, row.on_behalf_of),
        row.reason,
        row.decision,
        # What was taken back says so itself.
        voided_at=None if row.is_taken_back else row.voided_at,
        chain=_chain(row),
    )


def _chain(row: Certification) -> str:
    """Which link decided and why none before it; empty for the course's own teacher."""
    if row.chain_link == ChainLink.ORIGINAL:
        return ""
    parts = {"number": row.chain_link, "link": ChainLink(row.chain_link).label, "reason": row.chain_reason}
    return _("認證順位 %(number)d：%(link)s。%(reason)s") % parts


def _withdrawal(item: CourseOutcome | DiversePerformance) -> Iterator[Event]:
    if item.withdrawn_at:
        yield Event(item.withdrawn_at, _("撤回"), state="withdrawn")

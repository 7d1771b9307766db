"""What happened to a piece, oldest first, out of what its rows say."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import AuditEntry, User
from portfolio.domain.certification_chain import ChainLink
from portfolio.models import Attachment, Certification, CourseOutcome, DiversePerformance
from portfolio.models.certifications import Decision
from portfolio.permissions import PortfolioAct


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


def outcome_history(outcome: CourseOutcome, undoings: Iterable[AuditEntry] = ()) -> list[Event]:
    """Reads what `with_details` prefetched; `undoings` are the decisions on it that were taken back."""
    undone = [_undoing(entry) for entry in undoings]
    taken_back = {event.at for event in undone}
    decisions = [_decision(row, taken_back) for row in outcome.certifications.all()]
    events = [*_files(outcome), *decisions, *undone, *_withdrawal(outcome)]
    return sorted(events, key=lambda event: event.at)


def undoings_of(outcomes: Iterable[CourseOutcome]) -> dict[int, list[AuditEntry]]:
    """Outcome id → the entries of the trail by which decisions on it were taken back."""
    found: dict[int, list[AuditEntry]] = {}
    entries = AuditEntry.objects.select_related("actor", "on_behalf_of").filter(
        act=PortfolioAct.UNDO_DECISION,
        object_type=CourseOutcome._meta.label_lower,
        object_id__in=[str(outcome.pk) for outcome in outcomes],
    )
    for entry in entries:
        found.setdefault(int(entry.object_id), []).append(entry)
    return found


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


def _undoing(entry: AuditEntry) -> Event:
    undone = Decision(entry.changes["decision"])
    title = _("收回認證") if undone == Decision.CERTIFIED else _("收回退件")
    return Event(entry.at, title, _certifier(entry.actor, entry.on_behalf_of), entry.reason, "waiting")


def _certifier(person: User | None, principal: User | None) -> str:
    by = _("認證者 %(person)s") % {"person": person}
    return (
        _("%(certifier)s（代 %(principal)s）") % {"certifier": by, "principal": principal}
        if principal
        else by
    )


def _decision(row: Certification, taken_back: Collection[datetime]) -> Event:
    title = _("認證") if row.decision == Decision.CERTIFIED else _("退件")
    return Event(
        row.decided_at,
        title,
        _certifier(row.decided_by, row.on_behalf_of),
        row.reason,
        row.decision,
        # What was taken back says so itself.
        voided_at=None if row.voided_at in taken_back else row.voided_at,
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

"""Enrolment changes (學籍異動): which may follow which, and the status they lead to (rules R0, article 8).

A suspended student is not a leaver: nothing is sealed, and returning brings everything back.
"""

from collections.abc import Sequence
from dataclasses import dataclass

ENROLLED, SUSPENDED = "enrolled", "suspended"
GRADUATED, TRANSFERRED_OUT, WITHDRAWN = "graduated", "transferred_out", "withdrawn"
LEAVERS = frozenset({GRADUATED, TRANSFERRED_OUT, WITHDRAWN})

_HERE, _NOT_GRADUATED = frozenset({ENROLLED}), frozenset({ENROLLED, SUSPENDED})


@dataclass(frozen=True)
class Change:
    """A kind of change: the statuses it may follow, and the one it leads to."""

    follows: frozenset[str]
    leads_to: str


CHANGES = {
    # Also the first line of somebody who was on record before there was a history.
    "enrolled": Change(_HERE, ENROLLED),
    "transferred_in": Change(_HERE | {TRANSFERRED_OUT, WITHDRAWN}, ENROLLED),
    "suspended": Change(_HERE, SUSPENDED),
    "returned": Change(frozenset({SUSPENDED}), ENROLLED),
    "repeating": Change(_HERE, ENROLLED),
    "guest_out": Change(_HERE, ENROLLED),
    "guest_back": Change(_HERE, ENROLLED),
    "graduated": Change(_HERE, GRADUATED),
    "transferred_out": Change(_NOT_GRADUATED, TRANSFERRED_OUT),
    "withdrawn": Change(_NOT_GRADUATED, WITHDRAWN),
}
ENTRIES = frozenset({"enrolled", "transferred_in"})


def allowed_changes(status: str, history: Sequence[str]) -> list[str]:
    """The kinds of change that may follow for somebody of `status`; `history` is theirs, oldest first."""
    return [
        kind for kind, change in CHANGES.items() if status in change.follows and _fits(kind, status, history)
    ]


def change_to(target: str, status: str, history: Sequence[str]) -> str | None:
    """The kind of change that leads somebody of `status` to the status `target`; None if there is none."""
    leading = [kind for kind in allowed_changes(status, history) if status_after(kind) == target]
    return leading[0] if leading and target != status else None


def status_after(kind: str) -> str:
    return CHANGES[kind].leads_to


def is_guest_elsewhere(history: Sequence[str]) -> bool:
    """Whether the student studies at another school as a guest (借讀), as far as `history` says."""
    return next((kind == "guest_out" for kind in reversed(history) if kind != "repeating"), False)


def has_left(status: str) -> bool:
    """Whether somebody of `status` is a leaver (離校生), whose data are sealed."""
    return status in LEAVERS


def _fits(kind: str, status: str, history: Sequence[str]) -> bool:
    """Nobody enters twice; a guest comes back before anything but leaving happens."""
    if kind in ENTRIES and status not in LEAVERS:
        return not history
    if is_guest_elsewhere(history):
        return kind == "guest_back" or CHANGES[kind].leads_to in LEAVERS
    return kind != "guest_back"

"""Who acts for a duty: its owner, or the first delegate in order who can (rules P3, annex)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True)
class Link:
    """A post in a duty's chain, the owner's first.

    `holder` is the person's id, None while the post is vacant; `obstacle` says why the holder cannot act now,
    empty when nothing stands in the way.
    """

    post: str
    holder: int | None
    obstacle: str | Promise = ""

    @property
    def can_act(self) -> bool:
        return self.holder is not None and not self.obstacle


def standing_of(person: int, chain: Sequence[Link]) -> int | None:
    """The place in `chain` (0 for the owner) in which `person` may act now; None if in none.

    The owner may always act; a delegate only while nobody before can. A chain is walked once from its owner,
    so two posts that delegate to each other do not go round in circles.
    """
    for place, link in enumerate(chain):
        if link.holder == person and (place == 0 or link.can_act):
            return place
        if link.can_act:
            return None
    return None


def acting(chain: Sequence[Link]) -> Link | None:
    """The link that acts now; None when nobody can, which the executive secretary must hear of."""
    return next((link for link in chain if link.can_act), None)

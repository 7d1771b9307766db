"""Who certifies when the course's teacher cannot: the chain of article 12-2 (rules C4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import IntegerChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.domain.joining import in_clauses, labelled
from accounts.domain.roc_calendar import ROC_OFFSET


class ChainLink(IntegerChoices):
    """The links in order; the last one is a duty, whoever acts for it."""

    ORIGINAL = 1, gettext_lazy("原授課教師")
    SUCCESSOR = 2, gettext_lazy("接任授課教師")
    CONVENER = 3, gettext_lazy("科召集人／科主任")
    SUBMITTER = 4, gettext_lazy("課程學習成果提交人")


@dataclass(frozen=True)
class Person:
    """What the chain must know of somebody in it. `absent` is an absence that covers the day, by its days."""

    pk: int
    name: str
    is_usable: bool = True
    left_on: date | None = None
    absent: tuple[date, date] | None = None

    def obstacle(self, today: date, retained_until: date | None = None) -> str:
        """Why the person cannot certify today, empty if nothing stands in the way.

        `retained_until` is the last day on which somebody who has left still helps, funded and consenting.
        """
        if self.left_on and self.left_on < today and not (retained_until and today <= retained_until):
            return _left(self.left_on, retained_until)
        if not self.is_usable:
            return _("帳號已停用或到期")
        if self.absent:
            first, last = map(_short, self.absent)
            return _("差假（%(first)s 至 %(last)s）") % {"first": first, "last": last}
        return ""


@dataclass(frozen=True)
class Chain:
    """The people at the links of one section; None where nobody is named.

    `submitter` is whoever acts for the duty now, so nothing stands in their way.
    """

    original: Person
    successor: Person | None = None
    convener: Person | None = None
    submitter: Person | None = None
    retained_until: date | None = None


@dataclass(frozen=True)
class Turn:
    """Whose turn it is: `person` is None when nobody can. `skipped` says why each earlier link was."""

    link: ChainLink
    person: Person | None
    skipped: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        return in_clauses(self.skipped)


def turn(chain: Chain, today: date) -> Turn:
    """The first link that is available today."""
    skipped: list[str] = []
    for link, person, obstacle in _links(chain, today):
        if person and not obstacle:
            return Turn(link, person, tuple(skipped))
        skipped.append(labelled(f"{link.label} {person.name}" if person else link.label, obstacle))
    return Turn(ChainLink.SUBMITTER, None, tuple(skipped))


def _links(chain: Chain, today: date) -> Iterator[tuple[ChainLink, Person | None, str]]:
    yield ChainLink.ORIGINAL, chain.original, chain.original.obstacle(today, chain.retained_until)
    for link, person in ((ChainLink.SUCCESSOR, chain.successor), (ChainLink.CONVENER, chain.convener)):
        yield link, person, person.obstacle(today) if person else _("未指定")
    yield ChainLink.SUBMITTER, chain.submitter, "" if chain.submitter else _("目前沒有可辦理的人員")


def _left(day: date, retained_until: date | None) -> str:
    if retained_until is None:
        return _("已離職（%(day)s）") % {"day": _short(day)}
    parts = {"day": _short(day), "until": _short(retained_until)}
    return _("已離職（%(day)s），協助認證至 %(until)s") % parts


def _short(day: date) -> str:
    return f"{day.year - ROC_OFFSET}/{day.month:02}/{day.day:02}"

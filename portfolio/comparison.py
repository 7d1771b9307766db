"""Two pieces side by side, to choose between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import Http404
from django.utils.translation import gettext as _

from accounts.domain.joining import noted
from portfolio.domain.category_display import readable
from portfolio.models import CourseOutcome, DiversePerformance
from portfolio.queries import valid_codes
from portfolio.selection_page import SelectionPage

Piece = CourseOutcome | DiversePerformance
SIDES = ("first", "second")


@dataclass(frozen=True)
class Option:
    """A piece one may put on a side; `key` names it in the address."""

    key: str
    label: str


@dataclass(frozen=True)
class Side:
    """A side: its name in the address, which piece was put there (None for none), and its facts."""

    name: str
    key: str
    piece: Piece | None
    facts: list[tuple[str, str]]
    is_chosen: bool


@dataclass(frozen=True)
class Comparison:
    outcomes: list[Option]
    performances: list[Option]
    sides: list[Side]

    @property
    def is_complete(self) -> bool:
        first, second = self.sides
        return bool(first.piece and second.piece and first.key != second.key)


def comparison(page: SelectionPage, address: Mapping[str, str]) -> Comparison:
    """Of the pieces that `page` offers, the two that `address` names.

    Raises:
        Http404: it names a piece that is not among them.
    """
    outcomes = {_key(piece): piece for piece in page.outcomes}
    performances = {_key(piece): piece for piece in page.performances}
    pieces: dict[str, Piece] = {**outcomes, **performances}
    chosen = {f"outcome-{pk}" for pk in page.chosen_outcomes}
    chosen |= {f"performance-{pk}" for pk in page.chosen_performances}
    return Comparison(
        outcomes=[Option(key, _label(piece)) for key, piece in outcomes.items()],
        performances=[Option(key, _label(piece)) for key, piece in performances.items()],
        sides=[_side(name, address.get(name, ""), pieces, chosen) for name in SIDES],
    )


def _side(name: str, key: str, pieces: Mapping[str, Piece], chosen: set[str]) -> Side:
    if key and key not in pieces:
        raise Http404
    piece = pieces.get(key)
    return Side(name, key, piece, _facts(piece) if piece else [], key in chosen)


def _key(piece: Piece) -> str:
    return f"{'outcome' if isinstance(piece, CourseOutcome) else 'performance'}-{piece.pk}"


def _label(piece: Piece) -> str:
    if isinstance(piece, CourseOutcome):
        return noted(piece.enrolment.section.course, piece.enrolment.section.term)
    return noted(piece.title, piece.get_category_display())


def _facts(piece: Piece) -> list[tuple[str, str]]:
    if isinstance(piece, DiversePerformance):
        kind = (_("類別"), str(piece.get_category_display()))
        return [kind, *readable(piece.spec, piece.details, valid_codes())]
    section = piece.enrolment.section
    return [
        (_("學期"), str(section.term)),
        (_("修課類別"), piece.enrolment.study_note or str(piece.enrolment.get_kind_display())),
        (_("任課教師"), str(section.teacher)),
        (_("學分／節數"), str(section.course.credits)),
    ]

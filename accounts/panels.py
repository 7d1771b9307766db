"""The home page and the menu, composed by inversion: every app adds what it has for a person.

A builder gets a `Visitor` and answers with what that person has, or nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from accounts.builders import Builders
from accounts.domain.division import Division
from accounts.duty_roster import HeldDuty, roster_at
from accounts.models import Student, User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Visitor:
    """A signed-in person at a moment; what builders ask of them is read once."""

    user: User
    now: datetime

    @cached_property
    def student(self) -> Student | None:
        return Student.objects.select_related("user").filter(user=self.user).first()

    @cached_property
    def duties(self) -> list[HeldDuty]:
        return [] if self.student else list(roster_at(self.now).duties_of(self.user))

    def divisions_of(self, *codes: str) -> list[Division]:
        """The divisions in which the person acts for one of the duties `codes`."""
        return list(dict.fromkeys(duty.division for duty in self.duties if duty.code in codes))


@dataclass(frozen=True)
class PanelLine:
    """One line of a panel. `window` is anything components/_window.html can show."""

    text: StrOrPromise
    state: str | None = None
    window: Any = None


@dataclass(frozen=True)
class PanelLink:
    url: str
    label: StrOrPromise
    primary: bool = False


@dataclass(frozen=True)
class Panel:
    """What a person can do in one matter, and until when. `icon` is a name in static/icons.svg."""

    title: StrOrPromise
    icon: str
    lines: list[PanelLine] = field(default_factory=list)
    links: list[PanelLink] = field(default_factory=list)


@dataclass(frozen=True)
class NavItem:
    url: str
    label: StrOrPromise
    icon: str
    active: bool = False


_panels: Builders[Visitor, Panel] = Builders()
_nav: Builders[Visitor, NavItem] = Builders()
adds_panels, panels_for = _panels.adding, _panels
adds_nav, nav_for = _nav.adding, _nav

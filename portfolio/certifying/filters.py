"""Which part of a certifier's queue is looked at: a section, a class, a state."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.db.models import F, TextChoices
from django.utils.translation import gettext_lazy as _

from portfolio.models.outcomes import CourseOutcomeQuerySet, OutcomeState


class QueueState(TextChoices):
    """As the certifier sees it: what waits is apart from what is decided and not published yet."""

    WAITING = "waiting", _("待認證")
    PENDING = "pending", _("待發布")
    RETURNED = "returned", _("已退件")
    CERTIFIED = "certified", _("已認證")


@dataclass(frozen=True)
class QueueFilter:
    """A section and a class by id, 0 for all of them."""

    section: int = 0
    school_class: int = 0
    state: QueueState = QueueState.WAITING

    @property
    def query(self) -> str:
        """What an address carries along, `?` included; empty for the whole queue of what waits."""
        parts = {"section": self.section, "class": self.school_class}
        given: dict[str, int | str] = {name: value for name, value in parts.items() if value}
        if self.state != QueueState.WAITING:
            given["state"] = self.state.value
        return f"?{urlencode(given)}" if given else ""

    def within(self, outcomes: CourseOutcomeQuerySet) -> CourseOutcomeQuerySet:
        """Those of the section and the class, in whichever state."""
        if self.section:
            outcomes = outcomes.filter(enrolment__section=self.section)
        if self.school_class:
            outcomes = outcomes.filter(
                enrolment__student__placements__school_class=self.school_class,
                enrolment__student__placements__school_year=F("enrolment__section__term__school_year"),
            )
        return outcomes

    def apply(self, outcomes: CourseOutcomeQuerySet) -> CourseOutcomeQuerySet:
        return in_state(self.within(outcomes), self.state)

    def of(self, *, section: int | None = None, school_class: int | None = None) -> QueueFilter:
        """The same state elsewhere."""
        return replace(self, section=section or 0, school_class=school_class or 0)

    def to(self, state: QueueState) -> QueueFilter:
        """The same part in another state."""
        return replace(self, state=state)


def in_state(outcomes: CourseOutcomeQuerySet, state: QueueState) -> CourseOutcomeQuerySet:
    if state == QueueState.WAITING:
        return outcomes.filter(state=OutcomeState.WAITING, pending_decision=None)
    if state == QueueState.PENDING:
        return outcomes.filter(state=OutcomeState.WAITING, pending_decision__isnull=False)
    return outcomes.filter(state=state.value)

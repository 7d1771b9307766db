"""Receipt periods and a student's part in them, as pages show them at a moment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.utils.translation import gettext as _

from accounts.models import ClassPlacement
from schedules.queries import ShownWindow, shown
from submissions.domain.receipt_comparison import Comparison, compare
from submissions.domain.receipt_state import ReceiptState
from submissions.models import ReceiptConfirmation, ReceiptPeriod
from submissions.pieces import received_pieces, sent_pieces
from submissions.receipt_queries import PeriodNumbers, Received, numbers_of, received_of

# The look of a state: a key of accounts.templatetags.ui.STATES.
BADGES = {
    ReceiptState.UPCOMING: "upcoming",
    ReceiptState.WAITING: "closing_soon",
    ReceiptState.CONFIRMED: "confirmed",
    ReceiptState.DISPUTED: "disputed",
    ReceiptState.DEEMED_CORRECT: "deemed",
}


def title_of(period: ReceiptPeriod) -> str:
    """「112 學年度 多元表現（第 2 次）」: what it is about, for people who do not think in roster codes."""
    title = _("%(year)s 學年度 %(kind)s") % {
        "year": period.batch.school_year,
        "kind": period.batch.spec.data_label,
    }
    round_ = period.window.round
    return title + (_("（第 %(round)d 次）") % {"round": round_} if round_ > 1 else "")


@dataclass(frozen=True)
class ReceiptCard:
    """A student's part in a period; its confirmation comes with_details."""

    confirmation: ReceiptConfirmation
    now: datetime

    @cached_property
    def state(self) -> ReceiptState:
        return self.confirmation.state(self.now)

    @property
    def badge(self) -> str:
        return BADGES[self.state]

    @property
    def title(self) -> str:
        return title_of(self.confirmation.period)

    @property
    def window(self) -> ShownWindow:
        return shown(self.confirmation.window, self.now, label=_("收訖明細確認"))

    @property
    def last_day(self) -> date | None:
        return self.confirmation.window.ends_on

    @property
    def placement(self) -> ClassPlacement | None:
        """The student's class of the year that the receipts are about."""
        places = self.confirmation.student.placements.all()
        year = self.confirmation.period.batch.school_year
        return next((place for place in places if place.school_year == year), None)

    @property
    def is_over(self) -> bool:
        return self.window.state == "closed"

    @property
    def must_answer(self) -> bool:
        return self.state == ReceiptState.WAITING

    @property
    def may_confirm(self) -> bool:
        return self.must_answer

    @property
    def may_report(self) -> bool:
        """Who confirmed in haste may still report an error while the window is open."""
        return not self.is_over and self.state in (ReceiptState.WAITING, ReceiptState.CONFIRMED)


@dataclass(frozen=True)
class ReceiptDetail:
    """What was submitted of a student beside what was received."""

    card: ReceiptCard
    received: Received | None
    comparison: Comparison


def detail_of(confirmation: ReceiptConfirmation, now: datetime) -> ReceiptDetail:
    """Everything the student needs to see before answering; `confirmation` comes with_details."""
    batch, student = confirmation.period.batch, confirmation.student
    received = received_of(batch, student)
    rows = batch.rows.filter(student=student).order_by("position")
    records = received.records if received else []
    comparison = compare(sent_pieces(batch, rows), received_pieces(batch, records, student.national_id))
    return ReceiptDetail(ReceiptCard(confirmation, now), received, comparison)


@dataclass(frozen=True)
class PeriodCard:
    """A period with its numbers."""

    period: ReceiptPeriod
    numbers: PeriodNumbers
    now: datetime

    @property
    def title(self) -> str:
        return f"{title_of(self.period)} {self.period.batch.get_division_display()}"

    @property
    def window(self) -> ShownWindow:
        return shown(self.period.window, self.now, label=self.title)


def period_cards(periods: Iterable[ReceiptPeriod], now: datetime) -> list[PeriodCard]:
    """In a number of queries that does not grow with `periods`, which come with window and batch."""
    periods = list(periods)
    numbers = numbers_of(periods, now)
    return [PeriodCard(period, numbers[period.pk], now) for period in periods]

"""A batch's page: the way from selection to confirmed receipts as stairs, each with whoever may climb it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from accounts.authority import Authority, authority
from accounts.panels import Visitor
from schedules.queries import ShownWindow, shown
from submissions.models import Batch, ExportJob
from submissions.next_steps import BatchProgress, Step, progress_of
from submissions.permissions import SubmissionAct
from submissions.queries import latest_exports, unsure_sheets
from submissions.receipt_cards import PeriodCard, period_cards

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# Name of the part's template, its title, and the steps during which it is the one to look at.
_STAIRS: tuple[tuple[str, StrOrPromise, tuple[Step, ...]], ...] = (
    ("select", _("學生勾選"), (Step.SELECT,)),
    ("freeze", _("凍結名冊"), (Step.FREEZE,)),
    ("export", _("產生名冊與附件"), (Step.EXPORT,)),
    ("submit", _("登錄提交"), (Step.SUBMIT,)),
    ("import", _("匯入收訖明細"), (Step.IMPORT,)),
    ("confirm", _("學生確認收訖明細"), (Step.OPEN, Step.CONFIRM, Step.INVESTIGATE)),
)


@dataclass(frozen=True)
class Stair:
    """`state` is "done", "now" or "later"."""

    template: str
    title: StrOrPromise
    state: str


@dataclass(frozen=True)
class Staircase:
    """All that the page of a batch shows to a person."""

    progress: BatchProgress
    submitting: Authority
    confirming: Authority
    jobs: list[ExportJob]
    periods: list[PeriodCard]
    unsure_sheets: list[tuple[str, int]]

    @property
    def stairs(self) -> list[Stair]:
        step = self.progress.step
        return [
            Stair(f"submissions/stairs/_{name}.html", title, _state(step, steps))
            for name, title, steps in _STAIRS
        ]

    @property
    def is_building(self) -> bool:
        return any(job.is_under_way for job in self.jobs)

    @property
    def selection(self) -> ShownWindow | None:
        """When the students select; None while that is not planned."""
        window, now = self.progress.window, self.progress.now
        if window is None:
            return None
        return shown(window if window.is_open(now) else window.at_its_longest(), now)

    @property
    def may_open_period(self) -> bool:
        """Whether the batch is ready for its next period; by whom is another matter."""
        return self.progress.step in (Step.OPEN, Step.INVESTIGATE)


def staircase(batch: Batch, visitor: Visitor) -> Staircase:
    """`batch` comes with_progress."""
    (progress,) = progress_of([batch], visitor.now)
    return Staircase(
        progress=progress,
        submitting=authority(visitor.user, SubmissionAct.FREEZE_BATCH, batch, visitor.now),
        confirming=authority(visitor.user, SubmissionAct.OPEN_PERIOD, batch, visitor.now),
        jobs=latest_exports(batch),
        periods=period_cards(batch.periods.all(), visitor.now),
        unsure_sheets=unsure_sheets(batch),
    )


def _state(step: Step, own: tuple[Step, ...]) -> str:
    if step in own:
        return "now"
    return "done" if step > max(own) else "later"

"""How far a batch has come, what has to be done next, and whose turn it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from django.utils.translation import gettext as _

from accounts.domain.roc_calendar import first_day, last_day
from accounts.models.duties import DutyCode
from accounts.panels import Visitor
from schedules.models import Window
from submissions.models import Batch, ReceiptPeriod
from submissions.models.batches import BatchStage
from submissions.queries import Amount, amounts, is_exported, selection_windows
from submissions.receipt_queries import PeriodNumbers, numbers_of, open_disputes


class Step(IntEnum):
    """What a batch waits for, in the order of its way."""

    SELECT = 1
    FREEZE = 2
    EXPORT = 3
    SUBMIT = 4
    IMPORT = 5
    OPEN = 6
    CONFIRM = 7
    INVESTIGATE = 8
    NOTHING = 9


# The look of a stage: a key of accounts.templatetags.ui.STATES.
BADGES = {
    BatchStage.DRAFT: "upcoming",
    BatchStage.FROZEN: "closed",
    BatchStage.SUBMITTED: "submitted",
    BatchStage.RECEIVED: "certified",
    BatchStage.CONFIRMING: "open",
}


@dataclass(frozen=True)
class BatchProgress:
    """A batch at a moment. `numbers` are those of its newest period, `disputes` the reported errors of all
    that no later period has asked about."""

    batch: Batch
    amount: Amount
    window: Window | None
    numbers: PeriodNumbers | None
    disputes: int
    now: datetime

    @property
    def period(self) -> ReceiptPeriod | None:
        return next(iter(self.batch.periods.all()), None)

    @property
    def step(self) -> Step:
        batch = self.batch
        if not batch.frozen_at:
            return Step.FREEZE if self._selection_is_over else Step.SELECT
        if not batch.submitted_on:
            return Step.SUBMIT if is_exported(batch) else Step.EXPORT
        if not batch.imports.all():
            return Step.IMPORT
        return self._confirming_step

    @property
    def _selection_is_over(self) -> bool:
        ends_at = self.window.last_end if self.window else None
        return ends_at is not None and ends_at <= self.now

    @property
    def _confirming_step(self) -> Step:
        if self.period is None or self.numbers is None:
            return Step.OPEN
        assert self.period.window.closes_at  # a receipt window is entered, never awaited
        if self.now < self.period.window.closes_at:
            return Step.CONFIRM
        if self.disputes:
            return Step.INVESTIGATE
        return Step.CONFIRM if self.numbers.waiting else Step.NOTHING

    @property
    def badge(self) -> str:
        return "confirmed" if self.step >= Step.INVESTIGATE else BADGES[self.batch.stage]

    @property
    def stage_label(self) -> str:
        return _("確認期間已結束") if self.step >= Step.INVESTIGATE else str(self.batch.stage.label)

    @property
    def duty(self) -> DutyCode:
        """The duty whose holder's turn it is."""
        if self.step == Step.OPEN or self.step == Step.CONFIRM:
            return DutyCode.RECEIPT_CONFIRMATION
        if self.step == Step.INVESTIGATE:
            return DutyCode.DISPUTE_HANDLING
        return DutyCode(self.batch.spec.submitting_duty)

    def is_turn_of(self, visitor: Visitor) -> bool:
        """Whether the person has something to do about the batch now."""
        waits = self.step in (Step.SELECT, Step.CONFIRM, Step.NOTHING)
        return not waits and self.batch.division in visitor.divisions_of(self.duty)

    @property
    def next_step(self) -> str:
        """What has to happen next, in words."""
        return {
            Step.SELECT: self._selecting,
            Step.FREEZE: _("勾選已截止，可以凍結名冊"),
            Step.EXPORT: _("產生名冊與附件"),
            Step.SUBMIT: _("送交中央資料庫後，登錄提交日期"),
            Step.IMPORT: _("收到收訖明細後匯入"),
            Step.OPEN: _("開放學生確認收訖明細"),
            Step.CONFIRM: self._confirming,
            Step.INVESTIGATE: self._investigating,
            Step.NOTHING: _("已完成，沒有待辦事項"),
        }[self.step]

    @property
    def _selecting(self) -> str:
        ends_at = self.window.last_end if self.window else None
        if ends_at is None:
            return _("等待勾選期程定案")
        return _("學生勾選中，%(closes)s；截止後凍結") % {"closes": last_day(ends_at)}

    @property
    def _confirming(self) -> str:
        window = self.period.window if self.period else None
        if window and window.opens_at and self.now < window.opens_at:
            return _("學生確認收訖明細：%(opens)s") % {"opens": first_day(window.opens_at)}
        return _("學生確認中，%(closes)s") % {"closes": last_day(window.last_end if window else None)}

    @property
    def _investigating(self) -> str:
        return _("查明 %(count)d 件疑義") % {"count": self.disputes}


def progress_of(batches: Iterable[Batch], now: datetime) -> list[BatchProgress]:
    """Of `batches`, which come with_progress, in a number of queries that does not grow with them."""
    batches = list(batches)
    drafts = [batch for batch in batches if not batch.frozen_at]
    windows = {batch.pk: window for batch, window in selection_windows(drafts)}
    amount_of = amounts(batches)
    newest = {batch.pk: period for batch in batches for period in list(batch.periods.all())[:1]}
    numbers = numbers_of(newest.values(), now)
    disputes = Counter(open_disputes(batches).order_by().values_list("period__batch", flat=True))
    return [
        BatchProgress(
            batch=batch,
            amount=amount_of[batch.pk],
            window=windows.get(batch.pk),
            numbers=numbers[newest[batch.pk].pk] if batch.pk in newest else None,
            disputes=disputes[batch.pk],
            now=now,
        )
        for batch in batches
    ]

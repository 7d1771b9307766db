import json
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import personal_data
from accounts.domain.division import Division
from accounts.models import Student, User
from portfolio.domain.filetypes import Slot
from portfolio.models import CourseOutcome, DiversePerformance
from submissions.domain.rosters import ROSTERS, RosterSpec, SheetSpec

_ROSTERS = [(spec.code, f"{spec.code} {spec.official_name}") for spec in ROSTERS.values()]


class BatchStage(models.TextChoices):
    """How far a batch has come; it follows from what was recorded."""

    DRAFT = "draft", _("準備中")
    FROZEN = "frozen", _("已凍結")
    SUBMITTED = "submitted", _("已提交")
    RECEIVED = "received", _("已匯入收訖明細")
    CONFIRMING = "confirming", _("收訖確認")


class Batch(models.Model):
    """One roster of one division for one school year, on its way to the central database (article 6-2)."""

    roster_code = models.CharField(_("名冊"), max_length=4, choices=_ROSTERS)
    division = models.CharField(_("部別"), max_length=10, choices=Division)
    school_year = models.PositiveSmallIntegerField(_("學年度"))
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("建立人"))
    created_at = models.DateTimeField(_("建立時間"))
    frozen_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("凍結人")
    )
    frozen_at = models.DateTimeField(_("凍結時間"), null=True, blank=True)
    submitted_on = models.DateField(_("提交日期"), null=True, blank=True)
    submitted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("提交人")
    )
    letter_number = models.CharField(_("來文文號"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("提交批次")
        verbose_name_plural = _("提交批次")
        ordering = ("-school_year", "division", "roster_code")
        constraints = [
            models.UniqueConstraint(
                fields=["roster_code", "division", "school_year"], name="batch_once_a_year"
            ),
            models.CheckConstraint(
                condition=Q(submitted_on=None) | Q(frozen_at__isnull=False),
                name="only_a_frozen_batch_is_submitted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.school_year} 學年度 {self.get_division_display()} {self.get_roster_code_display()}"

    @property
    def spec(self) -> RosterSpec:
        return ROSTERS[self.roster_code]

    @property
    def stage(self) -> BatchStage:
        """Reads `imports` and `periods`: prefetch them for a list."""
        if self.periods.all():
            return BatchStage.CONFIRMING
        if self.imports.all():
            return BatchStage.RECEIVED
        if self.submitted_on:
            return BatchStage.SUBMITTED
        return BatchStage.FROZEN if self.frozen_at else BatchStage.DRAFT


class BatchRow(models.Model):
    """A row exactly as it was frozen; its cells are encrypted, for the first is the national ID.

    `position` runs through the whole batch from 1 and names the row's files.
    """

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="rows")
    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="+")
    sheet_key = models.CharField(max_length=20)
    position = models.PositiveIntegerField()
    outcome = models.ForeignKey(CourseOutcome, on_delete=models.PROTECT, null=True, related_name="+")
    performance = models.ForeignKey(DiversePerformance, on_delete=models.PROTECT, null=True, related_name="+")
    cells_cipher = models.TextField()

    class Meta:
        verbose_name = _("名冊資料列")
        verbose_name_plural = _("名冊資料列")
        ordering = ("batch", "position")
        constraints = [
            models.UniqueConstraint(fields=["batch", "position"], name="row_position_once_per_batch"),
            models.UniqueConstraint(fields=["batch", "outcome"], name="outcome_once_per_batch"),
            models.UniqueConstraint(fields=["batch", "performance"], name="performance_once_per_batch"),
        ]

    def __str__(self) -> str:
        return f"{self.batch} {self.position}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("a frozen row never changes")
        super().save(*args, **kwargs)

    @property
    def cells(self) -> list[str]:
        """The cells in the sheet's column order, national ID included: for exports and the student only."""
        cells: list[str] = json.loads(personal_data.decrypt(self.cells_cipher))
        return cells

    @cells.setter
    def cells(self, cells: list[str]) -> None:
        self.cells_cipher = personal_data.encrypt(json.dumps(cells, ensure_ascii=False))

    @property
    def sheet(self) -> SheetSpec:
        return self.batch.spec.sheet(self.sheet_key)


class BatchFile(models.Model):
    """A file of a frozen row, by the hash it had when it was frozen."""

    row = models.ForeignKey(BatchRow, on_delete=models.PROTECT, related_name="files")
    slot = models.CharField(max_length=10, choices=[(slot.value, slot.label) for slot in Slot])
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("名冊附件")
        verbose_name_plural = _("名冊附件")
        constraints = [models.UniqueConstraint(fields=["row", "slot"], name="batch_file_once_per_slot")]

    def __str__(self) -> str:
        return f"{self.row} {self.get_slot_display()}"

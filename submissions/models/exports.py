from pathlib import Path

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from submissions.models.batches import Batch


class ExportKind(models.TextChoices):
    WORKBOOK = "workbook", _("名冊（Excel）")
    ARCHIVE = "archive", _("附件（ZIP）")

    @property
    def extension(self) -> str:
        return ".xlsx" if self is ExportKind.WORKBOOK else ".zip"


class ExportState(models.TextChoices):
    WAITING = "waiting", _("等待產生")
    RUNNING = "running", _("產生中")
    DONE = "done", _("已完成")
    FAILED = "failed", _("失敗")


class ExportJob(models.Model):
    """A file built from a frozen batch by a task; `done` of `total` rows or files say how far it is."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="exports")
    kind = models.CharField(_("種類"), max_length=10, choices=ExportKind)
    state = models.CharField(_("狀態"), max_length=10, choices=ExportState, default=ExportState.WAITING)
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    requested_at = models.DateTimeField(_("要求時間"))
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(_("完成時間"), null=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    size = models.PositiveBigIntegerField(null=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    error = models.CharField(_("錯誤"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("匯出檔")
        verbose_name_plural = _("匯出檔")
        ordering = ("-requested_at", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "kind"],
                condition=models.Q(state__in=("waiting", "running")),
                name="export_once_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.batch} {self.get_kind_display()}"

    @property
    def percent(self) -> int | None:
        """None while nothing is known yet."""
        if self.state == ExportState.DONE:
            return 100
        return (
            min(self.done * 100 // self.total, 99)
            if self.total and self.state == ExportState.RUNNING
            else None
        )

    @property
    def is_under_way(self) -> bool:
        return self.state in (ExportState.WAITING, ExportState.RUNNING)

    @property
    def path(self) -> Path:
        return Path(settings.EXPORTS_DIR) / f"{self.batch_id}-{self.pk}{ExportKind(self.kind).extension}"

    @property
    def download_name(self) -> str:
        batch = self.batch
        return f"{batch.school_year}-{batch.division}-{batch.roster_code}{ExportKind(self.kind).extension}"

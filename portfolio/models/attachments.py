from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portfolio.domain.filetypes import FileKind, Slot
from portfolio.models.outcomes import CourseOutcome
from portfolio.models.performances import DiversePerformance

_SLOTS = [(slot.value, slot.label) for slot in Slot]
_KINDS = [(kind.value, kind.label) for kind in FileKind]


class FileLimit(models.Model):
    """How large a file may be in its slot; the national limit changes by year, so it is data."""

    slot = models.CharField(_("欄位"), max_length=10, choices=_SLOTS, unique=True)
    max_bytes = models.PositiveIntegerField(_("上限（位元組）"), help_text=_("4 MB = 4194304 位元組。"))
    article = models.CharField(_("依據"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("檔案大小上限")
        verbose_name_plural = _("檔案大小上限")

    def __str__(self) -> str:
        return f"{self.get_slot_display()} {self.max_bytes:,}"


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def current(self) -> "AttachmentQuerySet":
        return self.filter(replaced_at=None)


class Attachment(models.Model):
    """A file of a piece of work, stored under its SHA-256. A replaced one stays on record.

    `kind` is what its content proved to be; `original_name` is what the person called it; `remarks` holds
    values of portfolio.domain.file_remarks.Remark.
    """

    outcome = models.ForeignKey(
        CourseOutcome, on_delete=models.PROTECT, null=True, blank=True, related_name="attachments"
    )
    performance = models.ForeignKey(
        DiversePerformance, on_delete=models.PROTECT, null=True, blank=True, related_name="attachments"
    )
    slot = models.CharField(_("欄位"), max_length=10, choices=_SLOTS)
    kind = models.CharField(_("格式"), max_length=5, choices=_KINDS)
    sha256 = models.CharField("SHA-256", max_length=64, db_index=True)
    size = models.PositiveIntegerField(_("大小（位元組）"))
    original_name = models.CharField(_("原檔名"), max_length=255)
    active_content = models.BooleanField(_("含可執行內容"), default=False)
    remarks = models.JSONField(_("檔案的提醒"), default=list, blank=True)
    uploaded_at = models.DateTimeField(_("上傳時間"))
    replaced_at = models.DateTimeField(_("更換時間"), null=True, blank=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("附件")
        verbose_name_plural = _("附件")
        ordering = ("slot", "-uploaded_at")
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__isnull=False, performance=None)
                | Q(outcome=None, performance__isnull=False),
                name="attachment_of_one_item",
            ),
            models.UniqueConstraint(
                fields=["outcome", "slot"],
                condition=Q(replaced_at=None, outcome__isnull=False),
                name="outcome_has_one_file_per_slot",
            ),
            models.UniqueConstraint(
                fields=["performance", "slot"],
                condition=Q(replaced_at=None, performance__isnull=False),
                name="performance_has_one_file_per_slot",
            ),
            models.CheckConstraint(condition=Q(size__gt=0), name="attachment_is_not_empty"),
        ]

    def __str__(self) -> str:
        return self.original_name

    @property
    def item(self) -> CourseOutcome | DiversePerformance:
        item = self.outcome or self.performance
        assert item is not None  # the database holds it
        return item

    @property
    def file_kind(self) -> FileKind:
        return FileKind(self.kind)

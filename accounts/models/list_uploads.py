from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User


class ListHeading(models.Model):
    """A heading that this school's files use for a column, chosen once and remembered."""

    act = models.CharField(_("名單"), max_length=50)
    heading = models.CharField(_("檔案中的欄位名稱"), max_length=100)
    column = models.CharField(_("對應欄位"), max_length=50)
    set_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("設定人")
    )
    set_at = models.DateTimeField(_("設定時間"))

    class Meta:
        verbose_name = _("欄位對應")
        verbose_name_plural = _("欄位對應")
        ordering = ("act", "heading")
        constraints = [models.UniqueConstraint(fields=["act", "heading"], name="heading_once_per_list")]

    def __str__(self) -> str:
        return f"{self.heading} → {self.column}"


class ListUpload(models.Model):
    """A list that was handed in: it waits, encrypted, to be looked at and confirmed, and is then taken over.

    How far work has come is a file beside it; what was written, and whether, stands on the trail.
    """

    class Stage(models.TextChoices):
        CHECKING = "checking", _("檢查中")
        CHECKED = "checked", _("待確認")
        IMPORTING = "importing", _("匯入中")
        DONE = "done", _("已匯入")
        REFUSED = "refused", _("未匯入")

    act = models.CharField(_("名單"), max_length=50)
    # A term's number in the database; terms are a later app's.
    term = models.PositiveBigIntegerField(_("學期"), null=True, blank=True)
    file = models.CharField(max_length=100)
    file_name = models.CharField(_("檔名"), max_length=200)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("上傳人"))
    created_at = models.DateTimeField(_("上傳時間"))
    stage = models.CharField(_("進度"), max_length=10, choices=Stage, default=Stage.CHECKING)
    # When work was last heard of: work that was killed is taken up again after a while.
    moved_at = models.DateTimeField()
    accept_warnings = models.BooleanField(default=False)
    counts = models.JSONField(default=dict, blank=True)
    message = models.TextField(_("訊息"), blank=True)

    class Meta:
        verbose_name = _("名單匯入")
        verbose_name_plural = _("名單匯入")
        ordering = ("-created_at", "-pk")

    def __str__(self) -> str:
        return f"{self.file_name} {self.get_stage_display()}"

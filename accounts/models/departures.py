from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User


class Departure(models.Model):
    """A teacher leaves: the last day of work, and until when the account lives on to certify (rules C5)."""

    user = models.OneToOneField(
        User, on_delete=models.PROTECT, related_name="departure", verbose_name=_("教師")
    )
    leaves_on = models.DateField(_("離職日（當日仍在職）"))
    reason = models.CharField(_("說明"), max_length=200)
    # What the account's end was before, and what the departure made of it.
    former_end = models.DateTimeField(_("原帳號到期時間"), null=True, editable=False)
    account_end = models.DateTimeField(_("離職後帳號到期時間"), null=True, editable=False)
    recorded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("登錄人")
    )
    recorded_at = models.DateTimeField(_("登錄時間"))

    class Meta:
        verbose_name = _("教師離職")
        verbose_name_plural = _("教師離職")
        ordering = ("-leaves_on",)

    def __str__(self) -> str:
        return f"{self.user} {self.leaves_on}"

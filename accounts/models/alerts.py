from django.db import models
from django.utils.translation import gettext_lazy as _


class Alert(models.Model):
    """A sign of intrusion; it waits until it was told by e-mail to somebody (security G3)."""

    key = models.CharField(max_length=60)
    subject = models.CharField(_("主旨"), max_length=100)
    body = models.TextField(_("內容"))
    raised_at = models.DateTimeField(_("發現時間"))
    mailing_since = models.DateTimeField(null=True)
    told_at = models.DateTimeField(_("通知時間"), null=True)

    class Meta:
        verbose_name = _("資安警示")
        verbose_name_plural = _("資安警示")
        ordering = ("raised_at", "pk")
        indexes = [models.Index(fields=["key", "raised_at"], name="alert_by_key")]

    def __str__(self) -> str:
        return self.subject

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User


class Notice(models.Model):
    """Something a person is told, on the site and by e-mail; `key` makes telling it twice impossible."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notices", verbose_name=_("收件人"))
    key = models.CharField(max_length=120)
    subject = models.CharField(_("主旨"), max_length=120)
    body = models.TextField(_("內容"), blank=True)
    url = models.CharField(_("連結"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("時間"))
    read_at = models.DateTimeField(_("已讀"), null=True)
    mailed_at = models.DateTimeField(_("已寄信"), null=True)
    # Somebody is sending it since then (accounts.services.mailing).
    mailing_since = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("通知")
        verbose_name_plural = _("通知")
        ordering = ("-created_at", "-pk")
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="notice_once_per_person")]
        indexes = [models.Index(fields=["mailed_at"], name="notice_by_mailed")]

    def __str__(self) -> str:
        return self.subject

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User


class MailChoice(models.TextChoices):
    EACH = "each", _("每則通知各寄一封")
    DAILY = "daily", _("每天彙整成一封")
    NONE = "none", _("不寄信，只在網站上顯示")


class MailPreference(models.Model):
    """How a person wants to hear of notices by e-mail; without a row each comes on its own."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="mail_preference")
    choice = models.CharField(_("通知信"), max_length=10, choices=MailChoice, default=MailChoice.EACH)

    class Meta:
        verbose_name = _("通知信設定")
        verbose_name_plural = _("通知信設定")

    def __str__(self) -> str:
        return f"{self.user} {self.get_choice_display()}"

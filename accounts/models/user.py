from datetime import datetime

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """One account for one person; what the person may do follows from posts, classes and sections."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(_("姓名"), max_length=50)
    expires_at = models.DateTimeField(
        _("帳號到期時間"),
        null=True,
        blank=True,
        help_text=_("離職教師的帳號可保留至認證截止（第 12 點之二）；到期後無法登入。"),
    )
    password_changed_at = models.DateTimeField(_("密碼更改時間"), null=True, blank=True, editable=False)
    must_change_password = models.BooleanField(
        _("下次登入須更改密碼"), default=False, help_text=_("首次密碼與重設的密碼只用一次。")
    )
    reactivated_at = models.DateTimeField(
        _("重新啟用時間"), null=True, blank=True, editable=False, help_text=_("久未登入而停用後重新啟用。")
    )
    language = models.CharField(
        _("語言"),
        max_length=10,
        blank=True,
        editable=False,
        help_text=_("通知信所用的語言；空白為繁體中文。"),
    )

    REQUIRED_FIELDS = ["name", "email"]

    class Meta:
        verbose_name = _("帳號")
        verbose_name_plural = _("帳號")

    def __str__(self) -> str:
        return self.name or self.username

    def is_usable(self, at: datetime) -> bool:
        """Whether the account may sign in and act at `at`: enabled and not past its sunset date (C5)."""
        return self.is_active and (self.expires_at is None or at < self.expires_at)

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.domain.division import Division


class School(models.Model):
    """The one school of this installation."""

    name = models.CharField(_("校名"), max_length=100)
    code = models.CharField(_("學校代碼"), max_length=6, help_text=_("六碼，可能含英文字母。"))
    evening_code = models.CharField(
        _("進修部學校代碼"), max_length=6, blank=True, help_text=_("進修部有自己的代碼時填寫。")
    )
    contact = models.CharField(
        _("聯絡窗口"), max_length=200, help_text=_("顯示在每個錯誤頁面：有問題時找誰、分機幾號。")
    )

    class Meta:
        verbose_name = _("學校")
        verbose_name_plural = _("學校")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_school")]

    def __str__(self) -> str:
        return self.name

    def code_of(self, division: str) -> str:
        """The code the central database knows `division` by."""
        return (division == Division.EVENING and self.evening_code) or self.code

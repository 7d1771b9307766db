from datetime import timedelta

from django.core.validators import validate_comma_separated_integer_list
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.domain.division import Division
from accounts.models.offices import Post


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
    executive_secretary = models.ForeignKey(
        Post,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("工作小組執行秘書"),
        help_text=_("規劃並公告期程的職務（第 2、4 點）。"),
    )
    upload_grace_minutes = models.PositiveSmallIntegerField(
        _("上傳寬限（分）"),
        default=15,
        help_text=_("截止前已開啟表單開始上傳者，截止後幾分鐘內送達仍予採計。"),
    )
    reminder_days = models.CharField(
        _("截止前幾日提醒"),
        max_length=40,
        default="14,7,3,1",
        validators=[validate_comma_separated_integer_list],
        help_text=_("以逗號分隔的天數。"),
    )

    class Meta:
        verbose_name = _("學校")
        verbose_name_plural = _("學校")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_school")]

    def __str__(self) -> str:
        return self.name

    @property
    def reminder_leads(self) -> list[int]:
        """How many days before a closing people are reminded."""
        return [int(days) for days in self.reminder_days.split(",") if days]

    @property
    def upload_grace(self) -> timedelta:
        return timedelta(minutes=self.upload_grace_minutes)

    def code_of(self, division: str) -> str:
        """The code the central database knows `division` by."""
        return (division == Division.EVENING and self.evening_code) or self.code

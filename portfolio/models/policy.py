from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class PortfolioPolicy(models.Model):
    """What the school decides for itself about portfolios; one row."""

    look_before_certifying = models.BooleanField(
        _("批次認證前須逐件開啟過"), default=True, help_text=_("教師一次認證多件時，每一件都要先看過。")
    )
    publish_together = models.BooleanField(
        _("先決定、再一起發布"),
        default=False,
        help_text=_("開啟後，教師可先存下認證與退件的決定，確認後一起通知學生。"),
    )
    archive_days_after_leaving = models.PositiveSmallIntegerField(
        _("離校後可查看與下載幾天"),
        default=365,
        validators=[MinValueValidator(30), MaxValueValidator(1825)],
        help_text=_("從離校日起算；之後資料封存（第 7 點）。"),
    )
    homeroom_reads_consultations = models.BooleanField(_("導師可查看班上學生的課程諮詢紀錄"), default=False)

    class Meta:
        verbose_name = _("歷程檔案設定")
        verbose_name_plural = _("歷程檔案設定")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_portfolio_policy")]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    @classmethod
    def current(cls) -> "PortfolioPolicy":
        """The school's row; the defaults where it was never saved."""
        return cls.objects.filter(pk=1).first() or cls()

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.domain.division import Division
from accounts.models.offices import Post
from accounts.models.user import User


class DutyCode(models.TextChoices):
    """The duties of the annex (附件：負責人與代理人)."""

    CENTRAL_DATABASE = "central_database", _("中央資料庫系統")
    BASIC_DATA = "basic_data", _("學生基本資料")
    COURSE_RECORDS = "course_records", _("修課紀錄提交")
    COURSE_OUTCOMES = "course_outcomes", _("課程學習成果（含提交）")
    DIVERSE_PERFORMANCE = "diverse_performance", _("多元表現（含提交）")
    CADRE_SUBMISSION = "cadre_submission", _("幹部經歷（含提交）")
    CADRE_RECORDS = "cadre_records", _("幹部經歷")
    COURSE_PLATFORM = "course_platform", _("課程平台管理")
    RECEIPT_CONFIRMATION = "receipt_confirmation", _("收訖明細確認")
    DISPUTE_HANDLING = "dispute_handling", _("疑義處置")
    CONSULTATION_RECORDS = "consultation_records", _("課程諮詢紀錄")


class Duty(models.Model):
    """One row of the annex: a duty of a division, the post that owns it, and its ordered delegates."""

    code = models.CharField(_("項目"), max_length=30, choices=DutyCode)
    division = models.CharField(_("部別"), max_length=10, choices=Division)
    owner = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="duties", verbose_name=_("負責人"))
    delegates: "models.ManyToManyField[Post, DutyDelegate]" = models.ManyToManyField(
        Post, through="DutyDelegate", related_name="delegated_duties", verbose_name=_("代理人")
    )
    article = models.CharField(_("依據"), max_length=50, default="附件")

    class Meta:
        verbose_name = _("職掌")
        verbose_name_plural = _("職掌與代理人")
        ordering = ("division", "pk")
        constraints = [models.UniqueConstraint(fields=["code", "division"], name="duty_once_per_division")]

    def __str__(self) -> str:
        return f"{self.get_division_display()} {self.get_code_display()}"


class DutyDelegate(models.Model):
    """A delegate of a duty, in order (代理順位)."""

    duty = models.ForeignKey(
        Duty, on_delete=models.CASCADE, related_name="delegate_rows", verbose_name=_("職掌")
    )
    post = models.ForeignKey(Post, on_delete=models.PROTECT, verbose_name=_("代理職務"))
    order = models.PositiveSmallIntegerField(_("順位"), default=1)

    class Meta:
        verbose_name = _("代理人")
        verbose_name_plural = _("代理人")
        ordering = ("duty", "order")
        constraints = [
            models.UniqueConstraint(fields=["duty", "order"], name="delegate_order_once_per_duty"),
            models.UniqueConstraint(fields=["duty", "post"], name="delegate_post_once_per_duty"),
            models.CheckConstraint(condition=Q(order__gte=1), name="delegate_order_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.duty} 第 {self.order} 順位：{self.post}"


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def on(self, day: date) -> "AbsenceQuerySet":
        """Absences that cover `day`, both ends included; those taken back do not count."""
        return self.standing().filter(starts_on__lte=day, ends_on__gte=day)

    def standing(self) -> "AbsenceQuerySet":
        return self.filter(cancelled_at=None)


class Absence(models.Model):
    """A person is away from–to; while it lasts the delegates of the person's duties act (rules P3)."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="absences", verbose_name=_("人員"))
    starts_on = models.DateField(_("起日"))
    ends_on = models.DateField(_("迄日"))
    reason = models.CharField(_("事由"), max_length=200)
    recorded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("登錄人"), editable=False
    )
    # Taken back before its first day: kept, because somebody was told of it.
    cancelled_at = models.DateTimeField(_("撤銷時間"), null=True, blank=True, editable=False)
    cancelled_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("撤銷人"),
        editable=False,
    )

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("差假（啟動代理）")
        verbose_name_plural = _("差假（啟動代理）")
        ordering = ("-starts_on",)
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="absence_ends_after_it_starts",
                violation_error_message=_("迄日不可早於起日。"),
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="absence_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.starts_on}–{self.ends_on}"

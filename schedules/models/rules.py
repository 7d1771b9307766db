from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.domain.joining import noted
from schedules.domain.activities import Activity, Anchor, Subject
from schedules.domain.counting import CountingPolicy
from schedules.domain.periods import Offset, Unit
from schedules.domain.planning import Rule


class ApprovingBody(models.TextChoices):
    SCHOOL_AFFAIRS_MEETING = "school_affairs_meeting", _("校務會議")
    WORKING_GROUP = "working_group", _("學生學習歷程檔案工作小組（經來函授權）")


class RuleVersionQuerySet(models.QuerySet["RuleVersion"]):
    def in_force_on(self, day: date) -> "RuleVersion":
        """The version that applies on `day`.

        Raises:
            RuleVersion.DoesNotExist: none was in force yet.
        """
        return self.filter(effective_from__lte=day).latest("effective_from")


class RuleVersion(models.Model):
    """A version of the supplementary rules (補充規定), in force from its day until the next one (D21)."""

    title = models.CharField(_("名稱"), max_length=100)
    approved_by = models.CharField(_("通過會議"), max_length=30, choices=ApprovingBody)
    approved_on = models.DateField(_("通過日期"))
    letter_number = models.CharField(_("授權來函文號"), max_length=60, blank=True)
    effective_from = models.DateField(_("生效日"), unique=True)

    objects = RuleVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("補充規定版本")
        verbose_name_plural = _("補充規定版本")
        ordering = ("-effective_from",)
        constraints = [
            models.CheckConstraint(
                condition=~Q(approved_by=ApprovingBody.WORKING_GROUP) | ~Q(letter_number=""),
                name="working_group_amends_only_by_letter",
                violation_error_message=_("工作小組自行修正須有授權來函文號。"),
            )
        ]

    def __str__(self) -> str:
        return self.title


class DeadlineRule(models.Model):
    """How the window of an activity follows from an anchor day (article 11), as data."""

    version = models.ForeignKey(
        RuleVersion, on_delete=models.CASCADE, related_name="deadlines", verbose_name=_("版本")
    )
    activity = models.CharField(_("項目"), max_length=30, choices=Activity)
    subject = models.CharField(_("辦理對象期間"), max_length=20, choices=Subject, default=Subject.THIS_TERM)
    grade3 = models.BooleanField(_("三年級下學期"), default=False)
    first_term_only = models.BooleanField(_("僅第一學期"), default=False)
    opens_from = models.CharField(_("起日"), max_length=30, choices=Anchor)
    closes_from = models.CharField(_("迄日起算"), max_length=30, choices=Anchor)
    closes_before = models.BooleanField(_("往前推算"), default=False)
    count = models.PositiveSmallIntegerField(_("數"))
    unit = models.CharField(_("單位"), max_length=10, choices=Unit)
    counts_first_day = models.BooleanField(
        _("首日計入"), default=False, help_text=_("僅用於自開始日起算的收訖明細確認。")
    )
    skips_public_holidays = models.BooleanField(_("國定假日不計"), default=False)
    skips_weekends = models.BooleanField(_("例假日不計"), default=False)
    rolls_to_workday = models.BooleanField(_("末日遇假日順延"), default=False)
    self_check_after_days = models.PositiveSmallIntegerField(
        _("自我檢核（截止後幾日）"), default=3, help_text=_("截止日之後幾日檢核；0 表示截止當日。")
    )
    article = models.CharField(_("依據"), max_length=50)

    class Meta:
        verbose_name = _("期程規則")
        verbose_name_plural = _("期程規則")
        ordering = ("version", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["version", "activity", "grade3"], name="deadline_once_per_version"
            ),
            models.CheckConstraint(
                condition=Q(closes_before=False) | ~Q(unit=Unit.MONTHS),
                name="deadline_counts_back_in_days_or_weeks",
                violation_error_message=_("往前推算只能用日或週。"),
            ),
            models.CheckConstraint(condition=~Q(article=""), name="deadline_cites_its_article"),
        ]

    def __str__(self) -> str:
        return noted(self.get_activity_display(), self.version)

    @property
    def offset(self) -> Offset:
        return Offset(self.count, Unit(self.unit))

    @property
    def policy(self) -> CountingPolicy:
        return CountingPolicy(
            counts_first_day=self.counts_first_day,
            skips_public_holidays=self.skips_public_holidays,
            skips_weekends=self.skips_weekends,
            rolls_to_workday=self.rolls_to_workday,
        )

    def as_rule(self) -> Rule:
        return Rule(
            activity=Activity(self.activity),
            subject=Subject(self.subject),
            opens_from=Anchor(self.opens_from),
            closes_from=Anchor(self.closes_from),
            closes=self.offset,
            closes_before=self.closes_before,
            grade3=self.grade3,
            first_term_only=self.first_term_only,
            article=self.article,
            id=self.pk,
        )


class Quota(models.TextChoices):
    OUTCOMES_PER_TERM = "outcomes_per_term", _("課程學習成果每學期上傳件數")
    PERFORMANCES_PER_YEAR = "performances_per_year", _("多元表現每學年上傳件數")
    SELECTED_OUTCOMES = "selected_outcomes", _("課程學習成果每學年勾選件數")
    SELECTED_PERFORMANCES = "selected_performances", _("多元表現每學年勾選件數")


class QuotaRule(models.Model):
    """How many items at most (rules Q1–Q4). There is no minimum, ever (Q6)."""

    version = models.ForeignKey(
        RuleVersion, on_delete=models.CASCADE, related_name="quotas", verbose_name=_("版本")
    )
    quota = models.CharField(_("項目"), max_length=30, choices=Quota)
    limit = models.PositiveSmallIntegerField(_("上限件數"))
    article = models.CharField(_("依據"), max_length=50)

    class Meta:
        verbose_name = _("件數上限")
        verbose_name_plural = _("件數上限")
        ordering = ("version", "pk")
        constraints = [models.UniqueConstraint(fields=["version", "quota"], name="quota_once_per_version")]

    def __str__(self) -> str:
        return f"{self.get_quota_display()} {self.limit}"

from django.db import models
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.domain.division import Division
from accounts.models import Student, User
from portfolio.models.cadre import CadreRecord
from portfolio.models.grades import Grade


class Finding(models.TextChoices):
    """What looking into a report came to."""

    CORRECTED = "corrected", _("已更正")
    RIGHT = "right", _("查證後資料無誤")


class RecordReportQuerySet(QuerySet["RecordReport"]):
    def unanswered(self) -> "RecordReportQuerySet":
        return self.filter(answered_at=None)

    def with_records(self) -> "RecordReportQuerySet":
        """Everything a list shows of a report."""
        return self.select_related(
            "student__user",
            "grade__term",
            "grade__student__user",
            "cadre__term",
            "cadre__student__user",
            "answered_by",
            "answered_for",
        )


class RecordReport(models.Model):
    """A student says that a grade or cadre record is wrong; the office that keeps it answers."""

    student = models.ForeignKey(
        Student, on_delete=models.PROTECT, related_name="record_reports", verbose_name=_("學生")
    )
    # One of the two; `division` is whose office answers.
    grade = models.ForeignKey(
        Grade, on_delete=models.PROTECT, null=True, related_name="reports", verbose_name=_("成績")
    )
    cadre = models.ForeignKey(
        CadreRecord, on_delete=models.PROTECT, null=True, related_name="reports", verbose_name=_("幹部經歷")
    )
    division = models.CharField(_("部別"), max_length=10, choices=Division.choices)
    explanation = models.CharField(_("哪裡有錯"), max_length=200)
    reported_at = models.DateTimeField(_("回報時間"))
    finding = models.CharField(_("查證結果"), max_length=10, choices=Finding, blank=True)
    answer = models.CharField(_("查證說明"), max_length=200, blank=True)
    answered_at = models.DateTimeField(_("回覆時間"), null=True)
    answered_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("回覆者")
    )
    answered_for = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("代理對象")
    )

    objects = RecordReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("成績與幹部經歷的回報")
        verbose_name_plural = _("成績與幹部經歷的回報")
        ordering = (F("answered_at").desc(nulls_first=True), "reported_at", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(grade=None, cadre__isnull=False) | Q(grade__isnull=False, cadre=None),
                name="report_is_about_one_record",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None, finding="")
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(finding="") & ~Q(answer="")),
                name="report_is_answered_with_a_finding",
            ),
        ]
        indexes = [models.Index(fields=["division", "answered_at"], name="report_by_division")]

    def __str__(self) -> str:
        return f"{self.record}"

    @property
    def record(self) -> Grade | CadreRecord:
        record = self.grade or self.cadre
        assert record is not None  # the database holds it
        return record

    @property
    def kind(self) -> str:
        """The record's kind in words, e.g. 成績."""
        return str(self.record._meta.verbose_name)

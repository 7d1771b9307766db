from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Student, User
from schedules.models import Term


class CadreRecordQuerySet(models.QuerySet["CadreRecord"]):
    def standing(self) -> "CadreRecordQuerySet":
        return self.filter(withdrawn_at=None)


class CadreRecord(models.Model):
    """A post a student held in school, class or club (幹部經歷, article 5-1), kept by the offices.

    `level` is a code of the list 「幹部等級」.
    """

    student = models.ForeignKey(
        Student, on_delete=models.PROTECT, related_name="cadre_records", verbose_name=_("學生")
    )
    term = models.ForeignKey(
        Term, on_delete=models.PROTECT, related_name="cadre_records", verbose_name=_("學期")
    )
    unit = models.CharField(_("單位名稱"), max_length=60)
    title = models.CharField(_("擔任職務"), max_length=60)
    level = models.CharField(_("幹部等級"), max_length=2)
    starts_on = models.DateField(_("開始日期"))
    ends_on = models.DateField(_("結束日期"))
    recorded_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("登錄人"),
        editable=False,
    )
    recorded_at = models.DateTimeField(_("登錄時間"), editable=False)
    withdrawn_at = models.DateTimeField(_("撤銷時間"), null=True, blank=True, editable=False)

    objects = CadreRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("幹部經歷")
        verbose_name_plural = _("幹部經歷")
        ordering = ("term", "student", "starts_on", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["student", "term", "unit", "title", "starts_on"],
                condition=Q(withdrawn_at=None),
                name="cadre_post_once",
                violation_error_message=_("這個職務已經登錄過了。"),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="cadre_ends_after_it_starts",
                violation_error_message=_("結束日期不可早於開始日期。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.student} {self.unit} {self.title}"

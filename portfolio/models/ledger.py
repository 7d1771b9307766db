from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Student
from schedules.models.rules import Quota


class QuotaLedger(models.Model):
    """How many places of a quota a student has used: the row that concurrent requests queue for (rules Q5).

    `term` is 0 for a quota of a whole school year. The limit is the rule's when the row was last used.
    """

    student = models.ForeignKey(Student, on_delete=models.CASCADE, related_name="+")
    quota = models.CharField(max_length=30, choices=Quota)
    school_year = models.PositiveSmallIntegerField()
    term = models.PositiveSmallIntegerField(default=0)
    used = models.PositiveSmallIntegerField(default=0)
    limit = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("件數帳")
        verbose_name_plural = _("件數帳")
        constraints = [
            models.UniqueConstraint(
                fields=["student", "quota", "school_year", "term"], name="ledger_once_per_quota"
            ),
            models.CheckConstraint(condition=Q(used__lte=F("limit")), name="quota_is_kept"),
        ]

    def __str__(self) -> str:
        return f"{self.get_quota_display()} {self.used}/{self.limit}"

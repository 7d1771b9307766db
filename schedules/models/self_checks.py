from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.domain.division import Division
from accounts.models import Post, User
from accounts.models.duties import DutyCode
from schedules.models.terms import Term
from schedules.models.windows import Window


class SelfCheck(models.Model):
    """An item of a term's self-check list (自我檢核, article 4): what to look at, by when, whose task.

    Made from the term's windows; once ticked it stays as it was ticked.
    """

    term = models.ForeignKey(
        Term, on_delete=models.PROTECT, related_name="self_checks", verbose_name=_("學期")
    )
    division = models.CharField(_("部別"), max_length=10, choices=Division)
    window = models.OneToOneField(Window, on_delete=models.PROTECT, related_name="self_check")
    duty = models.CharField(_("職掌"), max_length=30, choices=DutyCode)
    post = models.ForeignKey(
        Post, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("負責職務")
    )
    due_on = models.DateField(_("自我檢核日"), null=True)
    ticked_at = models.DateTimeField(_("完成時間"), null=True)
    ticked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("檢核人")
    )
    on_behalf_of = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("代理對象")
    )
    note = models.CharField(_("備註"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("自我檢核")
        verbose_name_plural = _("自我檢核")
        ordering = ("term", "division", "due_on", "pk")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ticked_at=None, ticked_by=None)
                | models.Q(ticked_at__isnull=False, ticked_by__isnull=False),
                name="tick_has_its_person",
            )
        ]

    def __str__(self) -> str:
        return f"{self.window} 自我檢核"

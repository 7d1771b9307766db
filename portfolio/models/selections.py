from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Student, User
from portfolio.models.outcomes import CourseOutcome
from portfolio.models.performances import DiversePerformance


class Selection(models.Model):
    """A student's choice of one item for its school year's submission (勾選, article 6-1)."""

    student = models.ForeignKey(
        Student, on_delete=models.PROTECT, related_name="selections", verbose_name=_("學生")
    )
    school_year = models.PositiveSmallIntegerField(_("學年度"))
    outcome = models.OneToOneField(
        CourseOutcome, on_delete=models.PROTECT, null=True, blank=True, related_name="selection"
    )
    performance = models.OneToOneField(
        DiversePerformance, on_delete=models.PROTECT, null=True, blank=True, related_name="selection"
    )
    selected_at = models.DateTimeField(_("勾選時間"))
    selected_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("勾選人")
    )
    # The order the student put the items in, from 1; 0 where none was chosen.
    position = models.PositiveSmallIntegerField(_("順序"), default=0)

    class Meta:
        verbose_name = _("勾選")
        verbose_name_plural = _("勾選")
        ordering = ("student", "school_year", "position", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__isnull=False, performance=None)
                | Q(outcome=None, performance__isnull=False),
                name="selection_of_one_item",
            )
        ]

    def __str__(self) -> str:
        return f"{self.school_year} {self.outcome or self.performance}"

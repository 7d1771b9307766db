from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.domain.division import Division
from accounts.models import User
from schedules.domain.terms import TermCode


class Term(models.Model):
    """A term (學期), written 113-1."""

    school_year = models.PositiveSmallIntegerField(_("學年度"))
    number = models.PositiveSmallIntegerField(_("學期"), choices=[(1, _("第一學期")), (2, _("第二學期"))])
    published_at = models.DateTimeField(_("公告時間"), null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("公告人"),
    )

    class Meta:
        verbose_name = _("學期")
        verbose_name_plural = _("學期")
        ordering = ("-school_year", "-number")
        constraints = [
            models.UniqueConstraint(fields=["school_year", "number"], name="term_once"),
            models.CheckConstraint(condition=Q(number__in=(1, 2)), name="term_is_first_or_second"),
        ]

    def __str__(self) -> str:
        return str(self.code)

    @property
    def code(self) -> TermCode:
        return TermCode(self.school_year, self.number)


class TermDates(models.Model):
    """The dates that a division entered for a term: never computed (rules D22)."""

    term = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="dates", verbose_name=_("學期"))
    division = models.CharField(_("部別"), max_length=10, choices=Division)
    opening = models.DateField(_("開學日"))
    final_exam_end = models.DateField(_("期末考結束日"))
    closing_ceremony = models.DateField(_("休業式日"))

    class Meta:
        verbose_name = _("學期日期")
        verbose_name_plural = _("學期日期")
        ordering = ("-term__school_year", "-term__number", "division")
        constraints = [
            models.UniqueConstraint(fields=["term", "division"], name="term_dates_once_per_division"),
            models.CheckConstraint(
                condition=Q(opening__lt=F("final_exam_end"), final_exam_end__lte=F("closing_ceremony")),
                name="term_dates_in_order",
                violation_error_message=_("日期順序應為開學日、期末考結束日、休業式日。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.term} {self.get_division_display()}"

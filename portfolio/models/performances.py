from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Student
from portfolio.domain.categories import CATEGORIES, EXTERNAL_LINK_MAX_LENGTH
from portfolio.domain.category_spec import Category
from portfolio.models.items import Item

_CATEGORIES = [(category.code, category.label) for category in CATEGORIES.values()]


class DiversePerformanceQuerySet(models.QuerySet["DiversePerformance"]):
    def standing(self) -> "DiversePerformanceQuerySet":
        """Not withdrawn: these fill the quota (rules Q5)."""
        return self.filter(withdrawn_at=None)

    def with_details(self) -> "DiversePerformanceQuerySet":
        """Everything a list shows of a performance, in a constant number of queries."""
        return self.select_related("student__user").prefetch_related("attachments")


class DiversePerformance(Item):
    """A piece from outside courses (多元表現, article 5-4); it needs no certification.

    `school_year` is the year of the moment it was uploaded. `details` holds the category's own fields as
    `portfolio.domain.categories.validate_details` gives them.
    """

    student = models.ForeignKey(
        Student, on_delete=models.PROTECT, related_name="performances", verbose_name=_("學生")
    )
    school_year = models.PositiveSmallIntegerField(_("學年度"))
    category = models.CharField(_("類別"), max_length=20, choices=_CATEGORIES)
    details = models.JSONField(_("欄位"), default=dict)
    external_link = models.URLField(_("外部影音連結"), max_length=EXTERNAL_LINK_MAX_LENGTH, blank=True)

    objects = DiversePerformanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("多元表現")
        verbose_name_plural = _("多元表現")
        ordering = ("-uploaded_at", "-pk")
        constraints = [
            models.CheckConstraint(condition=~Q(description=""), name="performance_has_a_description"),
        ]
        indexes = [models.Index(fields=["student", "school_year"], name="performance_by_student_year")]

    def __str__(self) -> str:
        return f"{self.title} {self.student}"

    @property
    def spec(self) -> Category:
        return CATEGORIES[self.category]

    @property
    def title(self) -> str:
        """What the person calls it: the first thing typed that names it."""
        names = (
            self.details.get(key) for key in ("name", "title", "course", "post", "certificate_code", "unit")
        )
        return str(next(filter(None, names), self.get_category_display()))

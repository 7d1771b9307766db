from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Student
from portfolio.domain.categories import CATEGORIES
from portfolio.models.courses import Enrolment
from portfolio.models.outcomes import CourseOutcome

_CATEGORIES = [(category.code, category.label) for category in CATEGORIES.values()]


class UploadDraft(models.Model):
    """What a student has typed so far for one piece, without its files: for the course, or the category.

    With an `outcome` (and its course) it is a correction of that piece. One at a time for each; it goes once
    the piece is uploaded, or corrected.
    """

    student = models.ForeignKey(
        Student, on_delete=models.PROTECT, related_name="drafts", verbose_name=_("學生")
    )
    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, null=True, blank=True, related_name="drafts"
    )
    outcome = models.OneToOneField(
        CourseOutcome, on_delete=models.PROTECT, null=True, blank=True, related_name="draft"
    )
    category = models.CharField(_("類別"), max_length=20, choices=_CATEGORIES, blank=True)
    fields = models.JSONField(_("欄位"), default=dict)
    saved_at = models.DateTimeField(_("儲存時間"))

    class Meta:
        verbose_name = _("草稿")
        verbose_name_plural = _("草稿")
        ordering = ("-saved_at", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(enrolment__isnull=False, category="") | (Q(enrolment=None) & ~Q(category="")),
                name="draft_of_a_course_or_a_category",
            ),
            models.CheckConstraint(
                condition=Q(outcome=None) | Q(enrolment__isnull=False),
                name="draft_of_an_outcome_has_its_course",
            ),
            models.UniqueConstraint(
                fields=["student", "enrolment"],
                condition=Q(enrolment__isnull=False, outcome=None),
                name="one_draft_per_course",
            ),
            models.UniqueConstraint(
                fields=["student", "category"], condition=~Q(category=""), name="one_draft_per_category"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.student} {self.enrolment or self.get_category_display()}"

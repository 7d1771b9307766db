from django.db import models
from django.utils.translation import gettext_lazy as _

from portfolio.domain.categories import DESCRIPTION_MAX_LENGTH
from portfolio.models.outcomes import CourseOutcome


class OutcomeRevision(models.Model):
    """That an outcome was corrected and sent again; `description` is what it said until then.

    The files it had until then stay on record as replaced attachments.
    """

    outcome = models.ForeignKey(
        CourseOutcome, on_delete=models.PROTECT, related_name="revisions", verbose_name=_("課程學習成果")
    )
    description = models.CharField(_("修改前的簡述"), max_length=DESCRIPTION_MAX_LENGTH)
    revised_at = models.DateTimeField(_("修改時間"))

    class Meta:
        verbose_name = _("課程學習成果的修改")
        verbose_name_plural = _("課程學習成果的修改")
        ordering = ("revised_at", "pk")

    def __str__(self) -> str:
        return f"{self.outcome} {self.revised_at:%Y-%m-%d %H:%M}"

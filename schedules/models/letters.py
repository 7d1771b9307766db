from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.domain.division import Division
from schedules.domain.activities import LETTER_ACTIVITIES, Activity, Audience, Subject
from schedules.models.terms import Term

_CHOICES = [(activity.value, activity.label) for activity in LETTER_ACTIVITIES]


class OfficialLetter(models.Model):
    """An official letter (來文) that sets a due date (rules D10, D13, D19, D20)."""

    term = models.ForeignKey(
        Term,
        on_delete=models.PROTECT,
        related_name="letters",
        verbose_name=_("學期"),
        help_text=_("列在哪一學期的期程表。"),
    )
    division = models.CharField(_("部別"), max_length=10, choices=Division)
    activity = models.CharField(_("項目"), max_length=30, choices=_CHOICES, default=Activity.SUBMISSION)
    audience = models.CharField(_("對象"), max_length=20, choices=Audience, default=Audience.GENERAL)
    subject = models.CharField(_("辦理對象期間"), max_length=20, choices=Subject, default=Subject.LAST_TERM)
    number = models.CharField(_("文號"), max_length=60, blank=True)
    opens_on = models.DateField(_("起日"), null=True, blank=True)
    due_on = models.DateField(_("截止日"))

    class Meta:
        verbose_name = _("來文期限")
        verbose_name_plural = _("來文期限")
        ordering = ("-term__school_year", "-term__number", "division", "due_on")
        constraints = [
            models.UniqueConstraint(
                fields=["term", "division", "activity", "audience"], name="letter_once_per_activity"
            ),
            models.CheckConstraint(
                condition=Q(opens_on=None) | Q(opens_on__lte=F("due_on")),
                name="letter_opens_before_it_is_due",
                violation_error_message=_("起日不可晚於截止日。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.term} {self.get_division_display()} {self.get_activity_display()}"

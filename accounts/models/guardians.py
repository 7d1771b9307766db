from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.domain.joining import noted
from accounts.models.students import Student
from accounts.models.user import User


class Relation(models.TextChoices):
    PARENT = "parent", _("父母")
    LEGAL_GUARDIAN = "legal_guardian", _("法定代理人")


class GuardianshipQuerySet(models.QuerySet["Guardianship"]):
    def on(self, day: date) -> "GuardianshipQuerySet":
        """Those in force on `day`, both ends included."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day)


class Guardianship(models.Model):
    """A parent or legal guardian of a student, with an account of their own (rules P4).

    It ends with the student's majority unless the student consents: a grade-3 student may be an adult.
    """

    guardian = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="guardianships", verbose_name=_("家長／法定代理人")
    )
    student = models.ForeignKey(
        Student, on_delete=models.PROTECT, related_name="guardianships", verbose_name=_("學生")
    )
    relation = models.CharField(_("關係"), max_length=20, choices=Relation)
    starts_on = models.DateField(_("起日"))
    ends_on = models.DateField(_("迄日"), null=True, blank=True, help_text=_("學生成年而未同意時填寫。"))

    objects = GuardianshipQuerySet.as_manager()

    class Meta:
        verbose_name = _("家長／法定代理人")
        verbose_name_plural = _("家長／法定代理人")
        ordering = ("student", "guardian")
        constraints = [
            models.UniqueConstraint(fields=["guardian", "student"], name="guardian_once_per_student"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="guardianship_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return noted(self.guardian, self.student)

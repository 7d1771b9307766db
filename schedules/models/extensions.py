from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.domain.joining import labelled
from accounts.models import ClassPlacement, SchoolClass, Student, User
from schedules.domain.periods import end_of
from schedules.models.windows import Window


class ExtensionQuerySet(models.QuerySet["Extension"]):
    def active(self) -> "ExtensionQuerySet":
        """Not withdrawn; whether it still matters follows from its last day."""
        return self.filter(withdrawn_at=None)


class Extension(models.Model):
    """More time in one window for a class or a student, with the reason (D16); kept when withdrawn."""

    window = models.ForeignKey(
        Window, on_delete=models.PROTECT, related_name="extensions", verbose_name=_("期程")
    )
    school_class = models.ForeignKey(
        SchoolClass,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="extensions",
        verbose_name=_("班級"),
    )
    student = models.ForeignKey(
        Student,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="extensions",
        verbose_name=_("學生"),
    )
    closes_on = models.DateField(_("展延至（當日計入）"))
    reason = models.CharField(_("理由"), max_length=200)
    article = models.CharField(_("依據"), max_length=50, blank=True)
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("核定人"))
    granted_at = models.DateTimeField(_("核定時間"))
    withdrawn_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("撤銷人")
    )
    withdrawn_at = models.DateTimeField(_("撤銷時間"), null=True, blank=True)

    objects = ExtensionQuerySet.as_manager()

    class Meta:
        verbose_name = _("展延")
        verbose_name_plural = _("展延")
        ordering = ("-granted_at", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(school_class__isnull=False, student=None)
                | Q(school_class=None, student__isnull=False),
                name="extension_for_a_class_or_a_student",
            ),
            models.UniqueConstraint(
                fields=["window", "school_class"],
                condition=Q(withdrawn_at=None, school_class__isnull=False),
                name="one_active_extension_per_class",
            ),
            models.UniqueConstraint(
                fields=["window", "student"],
                condition=Q(withdrawn_at=None, student__isnull=False),
                name="one_active_extension_per_student",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="extension_has_a_reason"),
        ]

    def __str__(self) -> str:
        return labelled(self.window, self.target)

    @property
    def target(self) -> SchoolClass | Student:
        target = self.school_class or self.student
        assert target is not None  # the database holds it
        return target

    def is_for(self, placement: ClassPlacement) -> bool:
        """Whether it is for that student, or for the class they sit in."""
        if self.student_id:
            return self.student_id == placement.student_id
        return self.school_class_id == placement.school_class_id

    @property
    def closes_at(self) -> datetime:
        return end_of(self.closes_on)

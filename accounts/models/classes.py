from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.domain.division import Division
from accounts.models.students import Student
from accounts.models.user import User


class SchoolClass(models.Model):
    """A class of one school year (班級), with its homeroom teacher."""

    school_year = models.PositiveSmallIntegerField(_("學年度"))
    division = models.CharField(_("部別"), max_length=10, choices=Division)
    grade = models.PositiveSmallIntegerField(_("年級"))
    name = models.CharField(_("班級"), max_length=20)
    letter_batch = models.PositiveSmallIntegerField(
        _("高三提交梯次"),
        choices=[(1, _("第一梯次")), (2, _("第二梯次"))],
        default=1,
        help_text=_("三年級下學期依來文分梯次提交；其他年級不受影響。"),
    )
    homeroom_teacher = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="homerooms",
        verbose_name=_("導師"),
    )

    class Meta:
        verbose_name = _("班級")
        verbose_name_plural = _("班級")
        ordering = ("-school_year", "division", "grade", "name")
        constraints = [
            models.UniqueConstraint(fields=["school_year", "division", "name"], name="class_once_per_year"),
            models.CheckConstraint(
                condition=models.Q(grade__range=(1, 3)),
                name="class_grade_1_to_3",
                violation_error_message=_("年級只能是 1、2、3。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.school_year} {self.name}"


class ClassPlacement(models.Model):
    """A student sits in one class a school year; division and grade of that year follow from it."""

    student = models.ForeignKey(
        Student, on_delete=models.PROTECT, related_name="placements", verbose_name=_("學生")
    )
    school_class = models.ForeignKey(
        SchoolClass, on_delete=models.PROTECT, related_name="placements", verbose_name=_("班級")
    )
    # Stored beside the class so that the database can hold "one class a year".
    school_year = models.PositiveSmallIntegerField(_("學年度"), editable=False)
    seat_number = models.PositiveSmallIntegerField(_("座號"))

    class Meta:
        verbose_name = _("編班")
        verbose_name_plural = _("編班")
        ordering = ("school_class", "seat_number")
        constraints = [
            models.UniqueConstraint(fields=["student", "school_year"], name="student_in_one_class_a_year"),
            models.UniqueConstraint(fields=["school_class", "seat_number"], name="seat_once_per_class"),
        ]

    def __str__(self) -> str:
        return f"{self.school_class} {self.seat_number} {self.student}"

    def save(self, *args: object, **kwargs: object) -> None:
        self.school_year = self.school_class.school_year
        super().save(*args, **kwargs)  # type: ignore[arg-type]

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.domain.division import Division
from accounts.models import Student
from portfolio.domain.grade_kinds import Counted, GradeKind
from schedules.models import Term

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def _score(label: "StrOrPromise") -> "models.DecimalField[str | int | float | None, object]":
    return models.DecimalField(label, max_digits=5, decimal_places=2, null=True, blank=True)


class Grade(models.Model):
    """A student's grade in one course and term (學業成績), as the school administration system gives it.

    One model for all sheets: what a sheet does not have stays empty. `term` is the term in which the grade
    was given; `original_*` is the one it makes up for, 0 where there is none.
    """

    student = models.ForeignKey(
        Student, on_delete=models.PROTECT, related_name="grades", verbose_name=_("學生")
    )
    term = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="grades", verbose_name=_("學期"))
    division = models.CharField(_("部別"), max_length=10, choices=Division)
    kind = models.CharField(_("成績類別"), max_length=10, choices=GradeKind, default=GradeKind.SEMESTER)
    # Not a foreign key: a grade brought along or made up for may be of another school's course.
    course_code = models.CharField(_("課程代碼"), max_length=23)
    subject = models.CharField(_("科目名稱"), max_length=60)
    course_grade = models.PositiveSmallIntegerField(_("開課年級"))
    credits = models.PositiveSmallIntegerField(_("學分／節數"))
    second_credits = models.PositiveSmallIntegerField(_("第二學期節數"), null=True, blank=True)
    original_school_year = models.PositiveSmallIntegerField(_("應修／原修學年度"), default=0, blank=True)
    original_term = models.PositiveSmallIntegerField(_("應修／原修學期"), default=0, blank=True)
    score = _score(_("成績"))
    passed = models.BooleanField(_("成績及格"), null=True, blank=True)
    resit_score = _score(_("補考成績"))
    resit_passed = models.BooleanField(_("補考及格"), null=True, blank=True)
    second_resit_score = _score(_("第二次補考成績"))
    second_resit_passed = models.BooleanField(_("第二次補考及格"), null=True, blank=True)
    year_score = _score(_("學年學業成績"))
    year_passed = models.BooleanField(_("學年及格"), null=True, blank=True)
    again_score = _score(_("再次修習成績"))
    again_passed = models.BooleanField(_("再次修習成績及格"), null=True, blank=True)
    method = models.CharField(_("補修／重修方式"), max_length=2, blank=True)
    identity = models.CharField(_("轉學轉科身分別"), max_length=2, blank=True)
    repeat_mark = models.CharField(
        _("重讀註記"), max_length=1, blank=True, help_text=_("1 列抵、2 再次修習。")
    )
    counted = models.CharField(_("是否採計學分／學時"), max_length=1, choices=Counted, default=Counted.YES)
    remark = models.CharField(_("質性文字描述"), max_length=500, blank=True)
    imported_at = models.DateTimeField(_("匯入時間"))
    # The list that named it last no longer does; it is kept and shown as such.
    gone_at = models.DateTimeField(_("名單已無"), null=True, blank=True)

    class Meta:
        verbose_name = _("成績")
        verbose_name_plural = _("成績")
        ordering = ("term", "student", "course_code")
        constraints = [
            models.UniqueConstraint(
                fields=["student", "term", "kind", "course_code", "original_school_year", "original_term"],
                name="grade_given_once",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=("semester", "repeat", "resit"))
                | Q(original_school_year__gt=0, original_term__in=(1, 2)),
                name="grade_knows_its_original_term",
                violation_error_message=_("補修、重修、轉學轉科成績須填應修或原修的學年度與學期。"),
            ),
        ]
        indexes = [models.Index(fields=["term", "division", "kind"], name="grades_of_a_sheet")]

    def __str__(self) -> str:
        return f"{self.student} {self.term} {self.subject}"

    @property
    def passed_in_the_end(self) -> bool | None:
        """Whether it was passed at any attempt; None where that does not apply."""
        flags = (self.passed, self.again_passed, self.resit_passed, self.second_resit_passed)
        said = [flag for flag in flags if flag is not None]
        return any(said) if said else None

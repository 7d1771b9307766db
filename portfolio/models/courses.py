from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.domain.division import Division
from accounts.domain.joining import in_row, noted
from accounts.models import Student, User
from schedules.models import Term


class Course(models.Model):
    """A course of the curriculum (科目). Only one with credits can have course outcomes (rules C2)."""

    code = models.CharField(_("課程代碼"), max_length=23, unique=True)
    name = models.CharField(_("科目名稱"), max_length=60)
    grade = models.PositiveSmallIntegerField(_("開課年級"))
    credits = models.PositiveSmallIntegerField(
        _("學分／節數"), help_text=_("進修部為修課節數；0 表示不計學分，不能上傳課程學習成果。")
    )

    class Meta:
        verbose_name = _("科目")
        verbose_name_plural = _("科目")
        ordering = ("grade", "name", "code")
        constraints = [
            models.CheckConstraint(
                condition=Q(grade__range=(1, 3)),
                name="course_grade_1_to_3",
                violation_error_message=_("開課年級只能是 1、2、3。"),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def has_credits(self) -> bool:
        return self.credits > 0


class CourseSection(models.Model):
    """A course as taught in one term to one group, by one teacher (開課)."""

    course = models.ForeignKey(
        Course, on_delete=models.PROTECT, related_name="sections", verbose_name=_("科目")
    )
    term = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="sections", verbose_name=_("學期"))
    division = models.CharField(_("部別"), max_length=10, choices=Division)
    group = models.CharField(_("班級／組別"), max_length=30)
    teacher = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="sections", verbose_name=_("任課教師")
    )
    # The further links of the certification chain (article 12-2); the last one is the submitter, a duty.
    retained_until = models.DateField(
        _("原教師協助認證至"),
        null=True,
        blank=True,
        help_text=_("原授課教師離職後仍有經費補助、同意協助認證的最後一日。"),
    )
    successor = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="succeeded_sections",
        verbose_name=_("接任授課教師"),
    )
    convener = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="convened_sections",
        verbose_name=_("科召集人／科主任"),
    )

    class Meta:
        verbose_name = _("開課")
        verbose_name_plural = _("開課")
        ordering = ("-term__school_year", "-term__number", "course__name", "group")
        constraints = [
            models.UniqueConstraint(
                fields=["course", "term", "division", "group"], name="section_once_per_group"
            )
        ]

    def __str__(self) -> str:
        return f"{self.term} {self.course} {self.group}"


class StudyKind(models.TextChoices):
    """How a student takes a course; each kind has a sheet of its own in the roster."""

    REGULAR = "regular", _("學期修課")
    MAKEUP = "makeup", _("補修")
    RETAKE = "retake", _("重修")
    REPEAT = "repeat", _("重讀")
    TRANSFER = "transfer", _("轉學轉科")
    GUEST = "guest", _("借讀")


# What is said before the term a course was, or should have been, taken in.
_ORIGINALLY = {
    StudyKind.MAKEUP: _("應修"),
    StudyKind.RETAKE: _("原修"),
    StudyKind.TRANSFER: _("原修"),
    StudyKind.GUEST: _("借讀"),
}
# The meaning of the other codes is not public.
_METHODS = {"3": _("專班辦理")}


class Enrolment(models.Model):
    """A student in a course section (修課)."""

    student = models.ForeignKey(
        Student, on_delete=models.PROTECT, related_name="enrolments", verbose_name=_("學生")
    )
    section = models.ForeignKey(
        CourseSection, on_delete=models.PROTECT, related_name="enrolments", verbose_name=_("開課")
    )
    kind = models.CharField(_("修課類別"), max_length=10, choices=StudyKind, default=StudyKind.REGULAR)
    original_school_year = models.PositiveSmallIntegerField(
        _("應修／原修學年度"), null=True, blank=True, help_text=_("補修、重修、轉學、借讀才需要。")
    )
    original_term = models.PositiveSmallIntegerField(_("應修／原修學期"), null=True, blank=True)
    method = models.CharField(_("補修／重修方式"), max_length=2, blank=True, help_text=_("3 為專班辦理。"))
    other_school_code = models.CharField(_("原修／借讀學校代碼"), max_length=6, blank=True)

    class Meta:
        verbose_name = _("修課")
        verbose_name_plural = _("修課")
        ordering = ("section", "student")
        constraints = [
            models.UniqueConstraint(fields=["student", "section"], name="enrolled_once_per_section"),
            models.CheckConstraint(
                condition=Q(kind__in=("regular", "repeat"))
                | Q(original_school_year__isnull=False, original_term__in=(1, 2)),
                name="enrolment_knows_its_original_term",
                violation_error_message=_("補修、重修、轉學、借讀須填應修或原修的學年度與學期。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.student} {self.section}"

    @property
    def is_regular(self) -> bool:
        return self.kind == StudyKind.REGULAR

    @property
    def study_note(self) -> str:
        """How the course is taken, e.g.「重修（原修 111-1，專班辦理）」; empty for an ordinary one."""
        if self.is_regular:
            return ""
        facts = in_row(filter(None, (self._original, self._method, self._elsewhere)))
        return noted(self.get_kind_display(), facts) if facts else self.get_kind_display()

    @property
    def _original(self) -> str:
        if self.original_school_year is None or self.kind not in _ORIGINALLY:
            return ""
        return f"{_ORIGINALLY[StudyKind(self.kind)]} {self.original_school_year}-{self.original_term}"

    @property
    def _method(self) -> str:
        if not self.method:
            return ""
        return str(_METHODS.get(self.method) or gettext("方式 %(code)s") % {"code": self.method})

    @property
    def _elsewhere(self) -> str:
        if not self.other_school_code:
            return ""
        return gettext("學校代碼 %(code)s") % {"code": self.other_school_code}

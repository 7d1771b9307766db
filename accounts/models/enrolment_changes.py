from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.students import Student
from accounts.models.user import User


class ChangeKind(models.TextChoices):
    """學籍異動. The handling of each follows the national principles (article 8)."""

    ENROLLED = "enrolled", _("入學")
    SUSPENDED = "suspended", _("休學")
    RETURNED = "returned", _("復學")
    REPEATING = "repeating", _("重讀")
    TRANSFERRED_IN = "transferred_in", _("轉入")
    TRANSFERRED_OUT = "transferred_out", _("轉出")
    GUEST_OUT = "guest_out", _("赴他校借讀")
    GUEST_BACK = "guest_back", _("借讀期滿返校")
    GRADUATED = "graduated", _("畢業")
    WITHDRAWN = "withdrawn", _("離校")


class EnrolmentChange(models.Model):
    """One change in a student's enrolment; together they are its history. Written once."""

    student = models.ForeignKey(
        Student, on_delete=models.PROTECT, related_name="enrolment_changes", verbose_name=_("學生")
    )
    kind = models.CharField(_("異動"), max_length=20, choices=ChangeKind)
    effective_on = models.DateField(_("生效日"))
    other_school = models.CharField(_("轉出入／借讀學校"), max_length=60, blank=True)
    note = models.CharField(_("說明"), max_length=200, blank=True)
    # Nobody, when the command line took a list over.
    recorded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("登錄人")
    )
    recorded_at = models.DateTimeField(_("登錄時間"))

    class Meta:
        verbose_name = _("學籍異動")
        verbose_name_plural = _("學籍異動")
        ordering = ("student", "effective_on", "pk")

    def __str__(self) -> str:
        return f"{self.student} {self.get_kind_display()} {self.effective_on}"

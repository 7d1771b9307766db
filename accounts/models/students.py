from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import personal_data
from accounts.domain import national_id
from accounts.models.user import User


class EnrolmentStatus(models.TextChoices):
    """學籍狀態. A suspended student is not a leaver (rules R0)."""

    ENROLLED = "enrolled", _("在學")
    SUSPENDED = "suspended", _("休學")
    GRADUATED = "graduated", _("畢業")
    TRANSFERRED_OUT = "transferred_out", _("轉出")
    WITHDRAWN = "withdrawn", _("離校")


class Student(models.Model):
    """A student: the person on every roster is national ID + birth date, never the student number."""

    user = models.OneToOneField(
        User, on_delete=models.PROTECT, related_name="student", verbose_name=_("帳號")
    )
    student_number = models.CharField(_("學號"), max_length=20, unique=True)
    birth_date = models.DateField(_("出生日期"))
    national_id_cipher = models.TextField(_("身分證號（加密）"), editable=False)
    national_id_hash = models.CharField(max_length=64, unique=True, editable=False)
    status = models.CharField(
        _("學籍狀態"), max_length=20, choices=EnrolmentStatus, default=EnrolmentStatus.ENROLLED
    )

    class Meta:
        verbose_name = _("學生")
        verbose_name_plural = _("學生")
        ordering = ("student_number",)

    def __str__(self) -> str:
        return f"{self.student_number} {self.user.name}"

    @property
    def national_id(self) -> str:
        """The number in clear: only for those whose duty needs it."""
        return personal_data.decrypt(self.national_id_cipher)

    @national_id.setter
    def national_id(self, number: str) -> None:
        number = national_id.normalise(number)
        self.national_id_cipher = personal_data.encrypt(number)
        self.national_id_hash = personal_data.look_up_hash(number)

    @property
    def masked_national_id(self) -> str:
        return national_id.mask(self.national_id)

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.domain.division import Division
from accounts.models.classes import SchoolClass
from accounts.models.offices import Office
from accounts.models.user import User


class Audience(models.TextChoices):
    EVERYBODY = "everybody", _("所有人")
    STUDENTS = "students", _("學生")
    GUARDIANS = "guardians", _("家長／法定代理人")
    STAFF = "staff", _("教職員")


class Announcement(models.Model):
    """What an office tells an audience; it appears on their home page and as a notice.

    Empty `division`, `grade` and `school_class` mean all of them.
    """

    office = models.ForeignKey(
        Office, on_delete=models.PROTECT, related_name="announcements", verbose_name=_("處室")
    )
    audience = models.CharField(_("對象"), max_length=10, choices=Audience)
    division = models.CharField(_("部別"), max_length=10, choices=Division, blank=True)
    grade = models.PositiveSmallIntegerField(_("年級"), null=True, blank=True)
    school_class = models.ForeignKey(
        SchoolClass, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("班級")
    )
    subject = models.CharField(_("標題"), max_length=100)
    body = models.TextField(_("內容"), max_length=3000, blank=True)
    # The day by which the audience has to act; only then does the subject say so.
    act_by = models.DateField(_("須於何日前處理"), null=True, blank=True)
    published_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("發布人")
    )
    published_at = models.DateTimeField(_("發布時間"))
    shown_until = models.DateField(_("顯示至"))
    withdrawn_at = models.DateTimeField(_("撤回時間"), null=True, blank=True)

    class Meta:
        verbose_name = _("公告")
        verbose_name_plural = _("公告")
        ordering = ("-published_at", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(grade=None) | Q(grade__range=(1, 3)), name="announcement_grade_1_to_3"
            ),
        ]

    def __str__(self) -> str:
        return self.subject

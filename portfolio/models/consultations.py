from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import SchoolClass, Student, User
from schedules.models import Term


class ConsultationForm(models.TextChoices):
    GROUP = "group", _("團體諮詢")
    INDIVIDUAL = "individual", _("個別諮詢")


class ConsultationRecordQuerySet(models.QuerySet["ConsultationRecord"]):
    def standing(self) -> "ConsultationRecordQuerySet":
        return self.filter(withdrawn_at=None)


class ConsultationRecord(models.Model):
    """A course consultation (課程諮詢紀錄, article 5-5): date, time and place; content and advice.

    It is in no roster and never leaves the school (rules R3, E3). `held_on` is the day it ended on, from
    which its two months count (article 11-4).
    """

    counsellor = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="consultations", verbose_name=_("課程諮詢教師")
    )
    term = models.ForeignKey(
        Term, on_delete=models.PROTECT, related_name="consultations", verbose_name=_("學期")
    )
    form = models.CharField(_("諮詢方式"), max_length=10, choices=ConsultationForm)
    held_on = models.DateField(_("日期"))
    starts_at = models.TimeField(_("開始時間"))
    ends_at = models.TimeField(_("結束時間"))
    place = models.CharField(_("地點"), max_length=60)
    students = models.ManyToManyField(Student, related_name="consultations", verbose_name=_("學生"))
    content = models.TextField(_("諮詢內容"), max_length=2000)
    advice = models.TextField(_("建議"), max_length=2000)
    recorded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("登錄人")
    )
    recorded_at = models.DateTimeField(_("登錄時間"))
    # Why it was recorded after its two months; empty when in time.
    late_reason = models.CharField(_("逾期登錄原因"), max_length=200, blank=True)
    withdrawn_at = models.DateTimeField(_("撤銷時間"), null=True, blank=True)
    withdrawn_reason = models.CharField(_("撤銷原因"), max_length=200, blank=True)

    objects = ConsultationRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("課程諮詢紀錄")
        verbose_name_plural = _("課程諮詢紀錄")
        ordering = ("-held_on", "-starts_at", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=~Q(content="") & ~Q(advice=""),
                name="consultation_has_content_and_advice",
                violation_error_message=_("諮詢內容與建議都要填寫（第 5 點之五）。"),
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=models.F("starts_at")),
                name="consultation_ends_after_it_starts",
                violation_error_message=_("結束時間要晚於開始時間。"),
            ),
        ]
        indexes = [models.Index(fields=["counsellor", "-held_on"], name="consultations_of_counsellor")]

    def __str__(self) -> str:
        return f"{self.held_on} {self.get_form_display()} {self.counsellor}"


class ClassCounsellor(models.Model):
    """Which course counsellor a class has in its school year."""

    school_class = models.OneToOneField(
        SchoolClass, on_delete=models.CASCADE, related_name="counselling", verbose_name=_("班級")
    )
    counsellor = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="counselled_classes", verbose_name=_("課程諮詢教師")
    )

    class Meta:
        verbose_name = _("班級的課程諮詢教師")
        verbose_name_plural = _("班級的課程諮詢教師")
        ordering = ("-school_class__school_year", "school_class__grade", "school_class__name")

    def __str__(self) -> str:
        return f"{self.school_class} {self.counsellor}"

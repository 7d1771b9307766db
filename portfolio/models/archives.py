from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Student, User


class PersonalArchive(models.Model):
    """Everything of a student's as one zip that opens offline; built in the background, gone after a while.

    `file` is its name in the exports folder, empty until it is whole.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("等待產生")
        BUILDING = "building", _("產生中")
        READY = "ready", _("可下載")
        FAILED = "failed", _("產生失敗")
        EXPIRED = "expired", _("已過期")

    student = models.ForeignKey(
        Student, on_delete=models.PROTECT, related_name="archives", verbose_name=_("學生")
    )
    requested_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("申請人")
    )
    requested_at = models.DateTimeField(_("申請時間"))
    state = models.CharField(_("狀態"), max_length=10, choices=State, default=State.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    # When the work was last heard of: work that was killed is taken up again after a while.
    moved_at = models.DateTimeField()
    file = models.CharField(max_length=100, blank=True)
    size = models.PositiveBigIntegerField(_("大小（位元組）"), default=0)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    ready_at = models.DateTimeField(_("完成時間"), null=True, blank=True)

    class Meta:
        verbose_name = _("個人歷程備份")
        verbose_name_plural = _("個人歷程備份")
        ordering = ("-requested_at", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=["student"],
                condition=Q(state__in=("waiting", "building")),
                name="one_archive_at_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="ready") | ~Q(file=""), name="a_ready_archive_has_its_file"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.student} {self.requested_at:%Y-%m-%d}"

    @property
    def is_under_way(self) -> bool:
        return self.state in (self.State.WAITING, self.State.BUILDING)

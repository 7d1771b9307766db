from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from portfolio.models.outcomes import CourseOutcome


class Decision(models.TextChoices):
    CERTIFIED = "certified", _("認證")
    RETURNED = "returned", _("退件")


class Certification(models.Model):
    """A teacher's decision on an outcome: authorship and course, never quality (rules C1, E2).

    It holds for the files it was made on; `voided_at` is set once they or the text change (C3), and when it
    is taken back: then `taken_back_by` says who did, `taken_back_for` for whom.
    """

    outcome = models.ForeignKey(CourseOutcome, on_delete=models.PROTECT, related_name="certifications")
    decision = models.CharField(_("決定"), max_length=10, choices=Decision)
    reason = models.CharField(_("退件原因"), max_length=200, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("認證者"))
    on_behalf_of = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("代理對象")
    )
    # Place in the certification chain (1 to 4, article 12-2) and why those before it could not decide.
    chain_link = models.PositiveSmallIntegerField(_("順位"), default=1)
    chain_reason = models.CharField(_("順位說明"), max_length=300, blank=True)
    decided_at = models.DateTimeField(_("時間"))
    file_hashes = models.JSONField(_("檔案雜湊值"), default=list)
    voided_at = models.DateTimeField(_("失效時間"), null=True)
    taken_back_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("收回者")
    )
    taken_back_for = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("收回的代理對象")
    )
    taken_back_reason = models.CharField(_("收回原因"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("認證紀錄")
        verbose_name_plural = _("認證紀錄")
        ordering = ("-decided_at", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=["outcome"], condition=Q(voided_at=None), name="outcome_has_one_valid_decision"
            ),
            models.CheckConstraint(
                condition=~Q(decision=Decision.RETURNED) | ~Q(reason=""), name="return_has_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(taken_back_by=None, taken_back_for=None, taken_back_reason="")
                | Q(taken_back_by__isnull=False, voided_at__isnull=False),
                name="taken_back_by_somebody_at_some_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_decision_display()} {self.outcome}"

    @property
    def is_taken_back(self) -> bool:
        return self.taken_back_by_id is not None


class PendingDecision(models.Model):
    """A decision that is made and not published yet (先決定、再一起發布); the student does not see it."""

    outcome = models.OneToOneField(CourseOutcome, on_delete=models.CASCADE, related_name="pending_decision")
    decision = models.CharField(_("決定"), max_length=10, choices=Decision)
    reason = models.CharField(_("退件原因"), max_length=200, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("認證者"))
    decided_at = models.DateTimeField(_("時間"))

    class Meta:
        verbose_name = _("待發布的決定")
        verbose_name_plural = _("待發布的決定")
        constraints = [
            models.CheckConstraint(
                condition=~Q(decision=Decision.RETURNED) | ~Q(reason=""), name="pending_return_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_decision_display()} {self.outcome}"


class OutcomeLook(models.Model):
    """Somebody who may certify an outcome has opened it, as it was then: a change asks for another look."""

    outcome = models.ForeignKey(CourseOutcome, on_delete=models.CASCADE, related_name="looks")
    by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["outcome", "by"], name="one_look_per_person")]

    def __str__(self) -> str:
        return f"{self.by} {self.outcome}"


class ReturnTemplate(models.Model):
    """A reason for returning that is offered to choose; a teacher's own, or everybody's."""

    owner = models.ForeignKey(
        User,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="return_templates",
        verbose_name=_("教師"),
        help_text=_("空白表示全校共用。"),
    )
    text = models.CharField(_("退件原因"), max_length=200)
    order = models.PositiveSmallIntegerField(_("順序"), default=0)

    class Meta:
        verbose_name = _("退件原因範本")
        verbose_name_plural = _("退件原因範本")
        ordering = ("owner", "order", "pk")

    def __str__(self) -> str:
        return self.text

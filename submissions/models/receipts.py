from datetime import datetime

from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import ClassPlacement, Student, User
from schedules.models import Extension, Window
from submissions.domain.receipt_state import DisputeReason, ReceiptState, answer_state
from submissions.models.batches import Batch


class ReceiptImport(models.Model):
    """What the central database says it received of a batch; students see the newest import (S3)."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="imports")
    number = models.PositiveSmallIntegerField(_("次別"))
    file_name = models.CharField(_("檔名"), max_length=255)
    sha256 = models.CharField("SHA-256", max_length=64)
    imported_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    imported_at = models.DateTimeField(_("匯入時間"))
    unmatched = models.JSONField(_("查無此人"), default=list)
    ignored = models.JSONField(_("略過的檔案"), default=list)

    class Meta:
        verbose_name = _("收訖明細匯入")
        verbose_name_plural = _("收訖明細匯入")
        ordering = ("batch", "-number")
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="import_number_once_per_batch"),
            models.UniqueConstraint(fields=["batch", "sha256"], name="receipt_file_once_per_batch"),
        ]

    def __str__(self) -> str:
        return f"{self.batch} 第 {self.number} 次收訖明細"


class ReceiptRecord(models.Model):
    """One record as received, with the keys it came with."""

    receipt_import = models.ForeignKey(ReceiptImport, on_delete=models.PROTECT, related_name="records")
    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    sheet = models.CharField(max_length=60)
    data = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("收訖明細")
        verbose_name_plural = _("收訖明細")
        ordering = ("receipt_import", "student", "position")
        constraints = [
            models.UniqueConstraint(
                fields=["receipt_import", "student", "position"], name="receipt_position_once_per_student"
            )
        ]

    def __str__(self) -> str:
        return f"{self.sheet} {self.student}"


class ReceiptPeriodQuerySet(models.QuerySet["ReceiptPeriod"]):
    def not_over(self, now: datetime) -> "ReceiptPeriodQuerySet":
        """Those in which somebody can answer at `now` or later, be it by an extension."""
        extended = Extension.objects.active().filter(
            window=OuterRef("window"), closes_on__gte=timezone.localdate(now)
        )
        return self.filter(Q(window__closes_at__gt=now) | Exists(extended))


class ReceiptPeriod(models.Model):
    """A window in which students of a batch confirm receipts; the first is for all, later ones for some.

    Whether it has closed follows from its window and the extensions; `closed_at` only records that it was
    written down.
    """

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="periods")
    window = models.OneToOneField(Window, on_delete=models.PROTECT, related_name="receipt_period")
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("開放人"))
    opened_at = models.DateTimeField(_("開放時間"))
    closed_at = models.DateTimeField(_("結案時間"), null=True)

    objects = ReceiptPeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("收訖確認期間")
        verbose_name_plural = _("收訖確認期間")
        ordering = ("-window__opens_at", "-pk")

    def __str__(self) -> str:
        return f"{self.batch} 第 {self.window.round} 次確認"


class ReceiptConfirmationQuerySet(models.QuerySet["ReceiptConfirmation"]):
    def with_details(self) -> "ReceiptConfirmationQuerySet":
        """With what pages show of them, and what their own end follows from."""
        placements = ClassPlacement.objects.select_related("school_class")
        related = self.select_related("period__window__term", "period__batch", "student__user", "answered_by")
        return related.prefetch_related(
            "period__window__extensions", Prefetch("student__placements", queryset=placements)
        )

    def with_extended_to(self) -> "ReceiptConfirmationQuerySet":
        """With the last day of the extension that holds as the alias `extended_to`: the student's own, else
        the most lenient of the class (D16)."""
        given = Extension.objects.active().filter(window=OuterRef("period__window"))
        own = given.filter(student=OuterRef("student"))
        of_class = given.filter(
            school_class__placements__student=OuterRef("student"),
            school_class__school_year=OuterRef("period__window__subject_year"),
        ).order_by("-closes_on")
        days = (Subquery(granted.values("closes_on")[:1]) for granted in (own, of_class))
        return self.alias(extended_to=Coalesce(*days))

    def not_over(self, now: datetime) -> "ReceiptConfirmationQuerySet":
        """Those that can be answered at `now` or later, by the student's own end."""
        return self.with_extended_to().filter(still_to_end(now))

    def over(self, now: datetime) -> "ReceiptConfirmationQuerySet":
        """Those whose own end has come by `now`."""
        ended = Q(extended_to=None) | Q(extended_to__lt=timezone.localdate(now))
        return self.with_extended_to().filter(ended, period__window__closes_at__lte=now)


def still_to_end(now: datetime) -> Q:
    """Whether a confirmation `with_extended_to` has not come to its own end at `now`."""
    return Q(period__window__closes_at__gt=now) | Q(extended_to__gte=timezone.localdate(now))


class ReceiptConfirmation(models.Model):
    """A student's part in a receipt period: an answer, or none, which counts as correct at the close (S7)."""

    CONFIRMED, DISPUTED = "confirmed", "disputed"

    period = models.ForeignKey(ReceiptPeriod, on_delete=models.PROTECT, related_name="confirmations")
    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="receipts")
    answer = models.CharField(  # noqa: DJ001  (no answer is not an empty answer)
        _("回覆"),
        max_length=10,
        null=True,
        choices=[(CONFIRMED, _("確認無誤")), (DISPUTED, _("回報疑義"))],
    )
    reason = models.CharField(_("疑義原因"), max_length=20, choices=DisputeReason, blank=True)
    explanation = models.CharField(_("說明"), max_length=300, blank=True)
    answered_at = models.DateTimeField(_("回覆時間"), null=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    proxy_reason = models.CharField(_("代為回覆原因"), max_length=200, blank=True)

    objects = ReceiptConfirmationQuerySet.as_manager()

    class Meta:
        verbose_name = _("收訖確認")
        verbose_name_plural = _("收訖確認")
        ordering = ("period", "student__student_number")
        constraints = [
            models.UniqueConstraint(fields=["period", "student"], name="receipt_once_per_period"),
            models.CheckConstraint(
                condition=Q(answer=None, answered_at=None)
                | Q(answer__isnull=False, answered_at__isnull=False),
                name="receipt_answer_has_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(answer="disputed") | ~Q(reason=""), name="dispute_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period} {self.student}"

    @property
    def window(self) -> Window:
        """The period's window as it holds for the student: longer where extended (D16)."""
        window = self.period.window
        places = [one for one in self.student.placements.all() if one.school_year == window.subject_year]
        return window.held_with(
            one for one in window.extensions.all() if any(one.is_for(place) for place in places)
        )

    def state(self, now: datetime) -> ReceiptState:
        """Where it stands at `now`, by the student's own window and the clock alone."""
        window = self.window
        assert window.opens_at and window.ends_at  # a receipt window is entered, never awaited
        answer = self.answer if self.answer in (self.CONFIRMED, self.DISPUTED) else None
        return answer_state(answer, opens_at=window.opens_at, closes_at=window.ends_at, now=now)  # type: ignore[arg-type]

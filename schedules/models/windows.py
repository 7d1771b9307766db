from collections.abc import Iterable, Sequence
from copy import copy
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.domain.division import Division
from accounts.domain.joining import labelled
from accounts.domain.roc_calendar import first_day, last_day, roc_date
from accounts.errors import WindowClosed
from accounts.models import User
from schedules.domain.activities import Activity, Audience
from schedules.domain.extensions import deciding
from schedules.domain.periods import last_day_before
from schedules.domain.window_state import WindowState, is_open, window_state
from schedules.models.rules import DeadlineRule
from schedules.models.terms import Term

if TYPE_CHECKING:
    from schedules.models.extensions import Extension


class Window(models.Model):
    """From when to when something may be done: `opens_at <= t < closes_at`, Asia/Taipei days.

    The computed days stay beside the times in force, which differ from them when the school overrode them
    (rules D16). A missing end awaits an official letter (D13). Once closed, only an override moves it (D18).
    """

    term = models.ForeignKey(
        Term, on_delete=models.PROTECT, related_name="windows", verbose_name=_("列於學期")
    )
    division = models.CharField(_("部別"), max_length=10, choices=Division)
    activity = models.CharField(_("項目"), max_length=30, choices=Activity)
    audience = models.CharField(_("對象"), max_length=20, choices=Audience, default=Audience.GENERAL)
    subject_year = models.PositiveSmallIntegerField(_("所屬學年度"))
    subject_term = models.PositiveSmallIntegerField(_("所屬學期"), help_text=_("0 表示全學年。"))
    # Which roster's receipts, and which time: empty and 1 for everything else.
    reference = models.CharField(_("名冊"), max_length=10, blank=True)
    round = models.PositiveSmallIntegerField(_("次別"), default=1)
    rule = models.ForeignKey(
        DeadlineRule, on_delete=models.SET_NULL, null=True, blank=True, verbose_name=_("規則")
    )
    article = models.CharField(_("依據"), max_length=50, blank=True)
    explanation = models.CharField(_("計算方式"), max_length=200, blank=True)
    computed_opens_on = models.DateField(_("計算起日"), null=True)
    computed_closes_on = models.DateField(_("計算迄日"), null=True)
    opens_at = models.DateTimeField(_("開始"), null=True)
    closes_at = models.DateTimeField(_("截止"), null=True)
    # For calendars that subscribe: how often the times have moved, and when last.
    sequence = models.PositiveIntegerField(_("變動次數"), default=0)
    changed_at = models.DateTimeField(_("變動時間"))

    class Meta:
        verbose_name = _("期程")
        verbose_name_plural = _("期程")
        ordering = ("-term__school_year", "-term__number", "division", "opens_at", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "term",
                    "division",
                    "activity",
                    "audience",
                    "subject_year",
                    "subject_term",
                    "reference",
                    "round",
                ],
                name="window_once_per_term",
            ),
            models.CheckConstraint(
                condition=Q(opens_at=None) | Q(closes_at=None) | Q(opens_at__lt=F("closes_at")),
                name="window_opens_before_it_closes",
            ),
        ]
        indexes = [
            models.Index(
                fields=["activity", "division", "audience", "subject_year", "subject_term"],
                name="window_by_subject",
            )
        ]

    def __str__(self) -> str:
        return f"{self.term} {self.get_division_display()} {self.get_activity_display()}"

    # The extension that decides for the student a window was read for, and all that were ever granted,
    # withdrawn ones too; see schedules.queries.with_extensions.
    extension: "Extension | None" = None
    granted: "Sequence[Extension]" = ()
    # Set where one person has the same window with several ends: which of them this is.
    part: str = ""

    @property
    def is_planned(self) -> bool:
        """Whether it follows from a term's dates; a receipt window opens by entering a day."""
        return not self.reference and self.round == 1

    @property
    def ends_at(self) -> datetime | None:
        """When it closes for whom it was read for: with an extension, later than for everybody."""
        return self.extension.closes_at if self.extension else self.closes_at

    def held_with(self, granted: "Iterable[Extension]") -> "Window":
        """A copy of it as it holds for a student to whom, or to whose class, `granted` were granted (D16)."""
        window = copy(self)
        window.granted = list(granted)
        standing = [one for one in window.granted if one.withdrawn_at is None]
        window.extension = deciding(
            window.closes_at,
            for_person=[one for one in standing if one.student_id],
            for_classes=[one for one in standing if one.school_class_id],
            closes_at=lambda extension: extension.closes_at,
        )
        return window

    def at_its_longest(self) -> "Window":
        """A copy of it as it holds for whoever has most time; reads what is prefetched."""
        standing = (one for one in self.extensions.all() if one.withdrawn_at is None)
        longest = max(standing, key=lambda extension: extension.closes_on, default=None)
        window = copy(self)
        if longest and self.closes_at and longest.closes_at > self.closes_at:
            window.extension, window.part = longest, f"{longest.closes_on:%Y%m%d}"
        return window

    @property
    def last_end(self) -> datetime | None:
        """When it is over for everybody, the longest extension included; reads what is prefetched."""
        return self.at_its_longest().ends_at

    @property
    def audience_short(self) -> str:
        """Who keeps to it, as it reads within brackets."""
        return Audience(self.audience).short

    @property
    def opens_on(self) -> date | None:
        """The first day."""
        return timezone.localdate(self.opens_at) if self.opens_at else None

    @property
    def closes_on(self) -> date | None:
        """The last day that counts: windows are half-open, so it is the day before a midnight."""
        return last_day_before(self.closes_at) if self.closes_at else None

    @property
    def ends_on(self) -> date | None:
        """The last day for whom it was read for."""
        return self.extension.closes_on if self.extension else self.closes_on

    @property
    def awaits_letter(self) -> bool:
        """Whether an official letter has yet to set a day (D13)."""
        return self.audience != Audience.GENERAL and (self.opens_at is None or self.closes_at is None)

    @property
    def subject_label(self) -> str:
        """「113-1」, or 「112 學年度」 for work of a whole year."""
        if self.subject_term:
            return f"{self.subject_year}-{self.subject_term}"
        return gettext("%(year)s 學年度") % {"year": self.subject_year}

    @property
    def active_override(self) -> "WindowOverride | None":
        """The override in force; reads what is prefetched."""
        return next((o for o in self.overrides.all() if o.withdrawn_at is None), None)

    def state(self, now: datetime) -> WindowState:
        return window_state(self.opens_at, self.ends_at, now)

    def is_open(self, now: datetime) -> bool:
        return is_open(self.opens_at, self.ends_at, now)

    def require_open(self, now: datetime) -> None:
        """Raises:
        WindowClosed: the message gives the activity and its dates.
        """
        if self.is_open(now):
            return
        parts = {
            "activity": f"{self.subject_label} {self.get_activity_display()}",
            "opens": first_day(self.opens_at),
            "closes": last_day(self.ends_at) or gettext("截止日待來文"),
            "article": self.article,
        }
        if self.opens_at is None:
            raise WindowClosed(gettext("%(activity)s的日期尚待來文公告，目前不開放。") % parts)
        if now < self.opens_at:
            raise WindowClosed(
                gettext("%(activity)s尚未開放：%(opens)s，%(closes)s（%(article)s）。") % parts
            )
        message = gettext("%(activity)s已截止：%(closes)s（%(article)s）。如有疑問請洽註冊組。")
        raise WindowClosed(message % parts)


class WindowOverride(models.Model):
    """The school's own dates for one window, with the reason (rules D16). Withdrawn ones stay on record."""

    window = models.ForeignKey(
        Window, on_delete=models.CASCADE, related_name="overrides", verbose_name=_("期程")
    )
    opens_on = models.DateField(_("起日"))
    closes_on = models.DateField(_("迄日（當日計入）"))
    reason = models.CharField(_("理由"), max_length=200)
    article = models.CharField(_("依據"), max_length=50, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("核定人"))
    decided_at = models.DateTimeField(_("核定時間"))
    withdrawn_at = models.DateTimeField(_("撤銷時間"), null=True)
    withdrawn_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("撤銷人")
    )

    class Meta:
        verbose_name = _("期程調整")
        verbose_name_plural = _("期程調整")
        ordering = ("-decided_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["window"], condition=Q(withdrawn_at=None), name="window_has_one_active_override"
            ),
            models.CheckConstraint(
                condition=Q(opens_on__lte=F("closes_on")),
                name="override_opens_before_it_closes",
                violation_error_message=_("起日不可晚於迄日。"),
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="override_has_a_reason"),
        ]

    def __str__(self) -> str:
        return labelled(self.window, f"{roc_date(self.opens_on)}–{roc_date(self.closes_on)}")

"""Receipts to confirm, among the stages of a class and what it can be reminded of."""

from collections.abc import Iterator

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.domain.roc_calendar import last_day
from portfolio.class_overview.reminders import Group, Letter, Reminder, adds_reminders
from portfolio.class_overview.stages import Scope, Stage, StageCounts, adds_stages
from submissions.models import ReceiptConfirmation, ReceiptPeriod
from submissions.receipt_cards import title_of

RECEIPTS = gettext_lazy("份")
TO_CONFIRM = Stage(
    "receipts", gettext_lazy("收訖待確認"), "clipboard-check", "heed", RECEIPTS, waits_for_somebody=True
)
ANSWERED = Stage("answered", gettext_lazy("收訖已回覆"), "check-circle", "go", RECEIPTS, signed_for=True)


@adds_stages(50)
def receipt_stages(scope: Scope) -> Iterator[StageCounts]:
    """What the students were asked this school year: what still waits for an answer, and what has one."""
    window = "period__window__"
    asked = ReceiptConfirmation.objects.filter(
        scope.holds("student"), **{f"{window}term__school_year": scope.school_year}
    )
    waits = Q(answer=None, **{f"{window}opens_at__lte": scope.now, f"{window}closes_at__gt": scope.now})
    found = list(
        asked.order_by()
        .values("student")
        .annotate(waiting=Count("pk", filter=waits), answered=Count("pk", filter=Q(answer__isnull=False)))
    )
    yield StageCounts(TO_CONFIRM, {row["student"]: row["waiting"] for row in found})
    yield StageCounts(ANSWERED, {row["student"]: row["answered"] for row in found})


@adds_reminders(30)
def unconfirmed_reminders(group: Group) -> Iterator[Reminder]:
    """To those who have not answered, for each period that is open: silence would count as an answer (S7)."""
    waiting = ReceiptConfirmation.objects.filter(
        student__in=group.users.keys(),
        answer=None,
        period__window__opens_at__lte=group.now,
        period__window__closes_at__gt=group.now,
    ).select_related("period__window", "period__batch")
    periods: dict[ReceiptPeriod, list[int]] = {}
    for one in waiting.order_by("period__window__closes_at", "period"):
        periods.setdefault(one.period, []).append(one.student_id)
    for period, students in periods.items():
        yield _reminder(group, period, students)


def _reminder(group: Group, period: ReceiptPeriod, students: list[int]) -> Reminder:
    ends_at = period.window.closes_at
    letter = Letter(
        people=[group.users[student] for student in students],
        subject=lambda: _("確認收訖明細：%(until)s") % {"until": last_day(ends_at)},
        body=lambda: (
            _("「%(title)s」還沒有您的回覆。期限內沒有回覆，將視同正確（第 6 點（三））。")
            % {"title": title_of(period)}
        ),
        url=reverse("submissions:receipts"),
        act_by=period.window.closes_on,
    )
    title = _("收訖明細確認：%(title)s") % {"title": title_of(period)}
    whom = _("還沒有回覆的 %(count)d 人") % {"count": len(students)}
    return Reminder(f"receipts-{period.pk}", title, last_day(ends_at), whom, [letter])

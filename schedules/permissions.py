"""Who may plan a school's time."""

from datetime import datetime
from typing import Any

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import acts
from accounts.authority import Authority, first_granted, granted, has_left, refused, resolves
from accounts.domain.division import Division
from accounts.duty_roster import roster_at
from accounts.models import PostHolding, School, User
from accounts.models.duties import DutyCode
from accounts.staff import is_staff_member
from schedules.domain.activities import EXTENDABLE, RECEIPT_ACTIVITIES
from schedules.models import SelfCheck, Term, Window


@acts.register
class ScheduleAct(TextChoices):
    SET_TERM_DATES = "set_term_dates", _("設定學期日期")
    RECORD_LETTER = "record_letter", _("登錄來文期限")
    OVERRIDE_WINDOW = "override_window", _("調整期程")
    WITHDRAW_OVERRIDE = "withdraw_override", _("撤銷期程調整")
    GRANT_EXTENSION = "grant_extension", _("展延期程")
    WITHDRAW_EXTENSION = "withdraw_extension", _("撤銷展延")
    PUBLISH_SCHEDULE = "publish_schedule", _("公告期程")
    TICK_SELF_CHECK = "tick_self_check", _("完成自我檢核")


@resolves(ScheduleAct.SET_TERM_DATES)
@resolves(ScheduleAct.RECORD_LETTER)
@resolves(ScheduleAct.OVERRIDE_WINDOW)
@resolves(ScheduleAct.WITHDRAW_OVERRIDE)
def _administrator(user: User, subject: Any, at: datetime) -> Authority:
    if user.is_superuser:
        return granted(gettext("系統管理者"))
    return refused(gettext("期程由系統管理者於管理介面設定。"))


@resolves(ScheduleAct.GRANT_EXTENSION)
@resolves(ScheduleAct.WITHDRAW_EXTENSION)
def _who_extends(user: User, window: Window, at: datetime) -> Authority:
    """Administrators, and the office that answers for the division's course outcomes, or for its receipts."""
    return first_granted(
        roster_at(at).authority(user, _extending_duty(window.activity), window.division),
        _administrator(user, window, at),
    )


@resolves(ScheduleAct.PUBLISH_SCHEDULE)
def _who_publishes(user: User, term: Term, at: datetime) -> Authority:
    """The executive secretary plans the schedule (article 4): who holds that post, or an administrator."""
    school = School.objects.select_related("executive_secretary").first()
    post = school.executive_secretary if school else None
    day = timezone.localdate(at)
    if post and PostHolding.objects.on(day).filter(post=post, user=user).exists():
        return granted(gettext("執行秘書"))
    if user.is_superuser:
        return granted(gettext("系統管理者"))
    return refused(gettext("期程由執行秘書公告（第 4 點）。"))


@resolves(ScheduleAct.TICK_SELF_CHECK)
def _whose_check(user: User, check: SelfCheck, at: datetime) -> Authority:
    return roster_at(at).authority(user, check.duty, check.division)


def kinds_extended_by(user: User, at: datetime) -> list[tuple[str, str]]:
    """The divisions and activities in whose windows `user` may give more time."""
    kinds = [(division, activity) for division in Division for activity in EXTENDABLE]
    if user.is_superuser:
        return list(kinds)
    roster = roster_at(at)
    return [
        (division, activity)
        for division, activity in kinds
        if roster.authority(user, _extending_duty(activity), division).allowed
    ]


def _extending_duty(activity: str) -> DutyCode:
    """Registry runs the confirmation of receipts (article 6-3), whoever answers for course outcomes."""
    return DutyCode.RECEIPT_CONFIRMATION if activity in RECEIPT_ACTIVITIES else DutyCode.COURSE_OUTCOMES


def works_here(user: User, at: datetime) -> bool:
    """Whether drafts of the schedule and its self-checks are for `user` to see: neither for students and
    parents, nor for who has left."""
    return is_staff_member(user) and not has_left(user, at)

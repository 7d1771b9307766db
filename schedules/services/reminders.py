"""Telling students what closes when, in the same words whatever they have done so far (rules E1)."""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.domain.roc_calendar import last_day
from accounts.models import ClassPlacement, User
from accounts.models.students import EnrolmentStatus
from accounts.services import notices
from schedules.domain.activities import GRADE3_AUDIENCES, STUDENT_ACTIVITIES, Audience
from schedules.models import Window

AHEAD = timedelta(days=3)


def remind_closing(at: datetime) -> int:
    """Tell everyone concerned, once per window, when at most three days are left; how many windows."""
    closing = Window.objects.filter(
        activity__in=STUDENT_ACTIVITIES, opens_at__lte=at, closes_at__gt=at, closes_at__lte=at + AHEAD
    )
    for window in closing.select_related("term"):
        assert window.closes_at
        notices.tell(
            _concerned(window),
            key=f"closing-{window.pk}-{window.closes_at:%Y%m%d}",
            subject=_("%(activity)s：%(closes)s")
            % {"activity": window.get_activity_display(), "closes": last_day(window.closes_at)},
            body=_("是否上傳或勾選由您自行決定；截止後就不能再變更（%(article)s）。")
            % {"article": window.article},
            url=reverse("home"),
            at=at,
        )
    return len(closing)


def _concerned(window: Window) -> list[User]:
    """The enrolled students who keep to `window`."""
    placements = ClassPlacement.objects.filter(
        school_year=window.subject_year,
        school_class__division=window.division,
        student__status=EnrolmentStatus.ENROLLED,
    )
    # Work of a whole year is grade 3's own matter in its second term, like that term's.
    in_second_term = window.subject_term != 1
    for number, audience in GRADE3_AUDIENCES.items():
        if window.audience == audience:
            placements = placements.filter(school_class__grade=3, school_class__letter_batch=number)
    if window.audience == Audience.GENERAL and in_second_term:
        placements = placements.exclude(school_class__grade=3)
    return [placement.student.user for placement in placements.select_related("student__user")]

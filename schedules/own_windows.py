"""What of the schedule concerns an office: the windows of the duties that a person acts for."""

from collections.abc import Iterator
from datetime import datetime

from django.utils import timezone

from accounts.duty_roster import DutyRoster, roster_at
from accounts.models import Student, User
from schedules.domain.activities import RECEIPT_ACTIVITIES, STUDENT_ACTIVITIES, Activity
from schedules.domain.terms import term_of
from schedules.feed import adds_to_feed
from schedules.models import Window
from schedules.queries import windows_of
from schedules.responsibility import duties_for

_OF_OTHERS = (*STUDENT_ACTIVITIES, *RECEIPT_ACTIVITIES, Activity.CERTIFICATION)


@adds_to_feed
def office_windows(user: User, now: datetime) -> Iterator[Window]:
    """The present and the last term's windows in which the person's office has to act."""
    if Student.objects.filter(user=user).exists():
        return
    roster, term = roster_at(now), term_of(timezone.localdate(now))
    for code in (term, term.previous):
        for window in windows_of(code):
            if window.activity not in _OF_OTHERS and _acts(roster, user, window):
                yield window


def _acts(roster: DutyRoster, user: User, window: Window) -> bool:
    return any(roster.authority(user, duty, window.division).allowed for duty in duties_for(window.activity))

"""Windows as a calendar to subscribe to (RFC 5545): stable UIDs, sequence numbers that count moves.

A window read for a student (`schedules.queries.with_extensions`) ends when it ends for that student.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from accounts.domain.joining import in_row, noted
from accounts.models import School
from schedules.domain.activities import Audience
from schedules.models import Window

PRODUCT = "-//Learning portfolio//zh-Hant//"
REFRESH = timedelta(hours=6)


def calendar_of(name: str, windows: Iterable[Window]) -> bytes:
    """A calendar called `name` with an all-day event for every window that has its dates."""
    school = School.objects.first()
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for window in windows:
        if window.opens_on and window.ends_on:
            code = school.code if school else "school"
            calendar.add_component(_event(window, window.opens_on, window.ends_on, code))
    content: bytes = calendar.to_ical()
    return content


def _event(window: Window, opens_on: date, ends_on: date, school_code: str) -> Event:
    event = Event()
    sequence, changed_at = _revision(window)
    event.add("uid", f"window-{_key(window)}@{school_code}.learning-portfolio")
    event.add("sequence", sequence)
    event.add("dtstamp", changed_at)
    event.add("last-modified", changed_at)
    event.add("dtstart", opens_on)
    # An all-day event ends before its DTEND; the last day counts whole.
    event.add("dtend", ends_on + timedelta(days=1))
    event.add("summary", _summary(window))
    description = _("%(division)s，%(audience)s。%(counted)s（%(article)s）")
    event.add(
        "description",
        description
        % {
            "division": window.get_division_display(),
            "audience": window.get_audience_display(),
            "counted": window.explanation,
            "article": window.article,
        },
    )
    event.add("transp", "TRANSPARENT")
    return event


def _key(window: Window) -> str:
    return f"{window.pk}-{window.part}" if window.part else str(window.pk)


def _revision(window: Window) -> tuple[int, datetime]:
    """How often the event has changed for whom it was read, and when last: every move of the window, every
    extension granted or withdrawn."""
    moments = [moment for one in window.granted for moment in (one.granted_at, one.withdrawn_at) if moment]
    return window.sequence + len(moments), max([window.changed_at, *moments])


def _summary(window: Window) -> str:
    """「113-2 課程學習成果上傳（日間部）」, with whom it is for where that is not everybody."""
    whom = [window.get_division_display()]
    if window.audience != Audience.GENERAL:
        whom.append(window.audience_short)
    if window.part:
        whom.append(_("展延"))
    return noted(f"{window.subject_label} {window.get_activity_display()}", in_row(whom))

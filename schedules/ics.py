"""Windows as a calendar to subscribe to (RFC 5545): stable UIDs, sequence numbers that count moves."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from accounts.models import School
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
    calendar.add("refresh-interval", REFRESH)
    for window in windows:
        if window.opens_on and window.closes_on:
            code = school.code if school else "school"
            calendar.add_component(_event(window, window.opens_on, window.closes_on, code))
    content: bytes = calendar.to_ical()
    return content


def _event(window: Window, opens_on: date, closes_on: date, school_code: str) -> Event:
    event = Event()
    event.add("uid", f"window-{window.pk}@{school_code}.learning-portfolio")
    event.add("sequence", window.sequence)
    event.add("dtstamp", window.changed_at)
    event.add("last-modified", window.changed_at)
    event.add("dtstart", opens_on)
    # An all-day event ends before its DTEND; the last day counts whole.
    event.add("dtend", closes_on + timedelta(days=1))
    event.add("summary", f"{window.subject_label} {window.get_activity_display()}")
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

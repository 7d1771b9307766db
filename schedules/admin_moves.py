"""Telling an administrator which windows moved."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from accounts.domain.joining import noted
from accounts.domain.roc_calendar import roc_date
from schedules.domain.activities import Audience
from schedules.models import Window
from schedules.services.planning import WindowChange


def announce(request: HttpRequest, changes: Sequence[WindowChange]) -> None:
    """Put the moves into one message: 「日間部 課程學習成果上傳 截止 114/02/03（一） → 114/02/10（一）」."""
    new = [change for change in changes if change.is_new]
    if new:
        messages.info(request, _("新增 %(count)d 項期程。") % {"count": len(new)})
    lines = [(line,) for change in changes if change not in new for line in _moves(change)]
    if lines:
        listed = format_html_join("", "<li>{}</li>", lines)
        messages.warning(request, format_html("{}<ul>{}</ul>", _("下列期程隨之變動："), listed))


def _moves(change: WindowChange) -> Iterator[str]:
    opened, closed = change.before
    window = change.window
    ends = (
        (_("開始"), _day(opened), window.opens_on),
        (_("截止"), closed and _day(closed - timedelta(microseconds=1)), window.closes_on),
    )
    for end, before, after in ends:
        if before != after:
            yield f"{named(window)} {end} {_shown(before)} → {_shown(after)}"


def named(window: Window) -> str:
    """「日間部 課程學習成果上傳」, with whom it is for where that is not everybody."""
    text = f"{window.get_division_display()} {window.get_activity_display()}"
    return text if window.audience == Audience.GENERAL else noted(text, window.audience_short)


def _day(moment: datetime | None) -> date | None:
    return timezone.localdate(moment) if moment else None


def _shown(day: date | None) -> str:
    return roc_date(day) or _("待來文")

"""Dates as people here write them: the Republic of China's years, on the school's clock (Asia/Taipei)."""

from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

ROC_OFFSET = 1911

WEEKDAYS = (
    pgettext_lazy("weekday", "一"),
    pgettext_lazy("weekday", "二"),
    pgettext_lazy("weekday", "三"),
    pgettext_lazy("weekday", "四"),
    pgettext_lazy("weekday", "五"),
    pgettext_lazy("weekday", "六"),
    pgettext_lazy("weekday", "日"),
)


def school_year_of(day: date) -> int:
    """The school year that `day` belongs to: it turns on 1 August."""
    return day.year - ROC_OFFSET - (day.month < 8)


def _local(value: datetime) -> datetime:
    """`value` on the school's clock; a naive value is taken to be on it already."""
    zone = timezone.get_default_timezone()
    return value.replace(tzinfo=zone) if timezone.is_naive(value) else value.astimezone(zone)


def roc_date(value: date | datetime | None) -> str:
    """「113/09/20（五）」: ROC year, month, day and weekday; empty for no value."""
    if not value:
        return ""
    day = _local(value).date() if isinstance(value, datetime) else value
    return _("{year}/{month:02}/{day:02}（{weekday}）").format(
        year=day.year - ROC_OFFSET, month=day.month, day=day.day, weekday=WEEKDAYS[day.weekday()]
    )


def roc_datetime(value: datetime | None) -> str:
    """「113/09/20（五）23:59」 on the school's clock; empty for no value."""
    if not value:
        return ""
    return _("{day}{time}").format(day=roc_date(value), time=f"{_local(value):%H:%M}")


def first_day(opens_at: datetime | None) -> str:
    """「113/09/01（日）起」, with the time if it opens at another time than midnight; empty for no value."""
    if not opens_at:
        return ""
    moment = _local(opens_at)
    at_midnight = (moment.hour, moment.minute) == (0, 0)
    if at_midnight:
        return _("{day}起").format(day=roc_date(moment))
    return _("{day}{time} 起").format(day=roc_date(moment), time=f"{moment:%H:%M}")


def last_day(closes_at: datetime | None) -> str:
    """「113/09/20（五）24:00 止」 for a window that closes at the midnight after 20 September.

    Windows are half-open, so the stored moment is 00:00 of the *next* day, a date on which nothing can be
    handed in any more: naming it would mislead by a day. 24:00 is that same moment, named by the day that
    still counts. A window closed at another time of day says that time: 「113/09/20（五）17:00 止」.
    """
    if not closes_at:
        return ""
    moment = _local(closes_at)
    if (moment.hour, moment.minute) != (0, 0):
        return _("{day}{time} 止").format(day=roc_date(moment), time=f"{moment:%H:%M}")
    return _("{day}{time} 止").format(day=roc_date(moment.date() - timedelta(days=1)), time="24:00")

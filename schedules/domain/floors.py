"""Dates below what national guidance leaves a school free to set (D14): warned about, not refused."""

from datetime import date

from django.utils.translation import gettext as _

from accounts.domain.roc_calendar import roc_date
from schedules.domain.activities import RECEIPT_ACTIVITIES, Activity, Audience
from schedules.domain.periods import Offset, Unit, closes_on

UPLOAD_FLOOR = Offset(2, Unit.WEEKS)
RECEIPT_FLOOR_DAYS = 3


def floor_warnings(
    activity: str,
    audience: str,
    opens_on: date | None,
    closes_on_day: date | None,
    closing_ceremony: date | None,
) -> list[str]:
    """What to say about a window with these days (both included); empty when nothing is below a floor.

    Grade 3 in its second term keeps to the letter, before the closing ceremony: no floor for its uploads.
    """
    general_upload = activity == Activity.OUTCOME_UPLOAD and audience == Audience.GENERAL
    if general_upload and closing_ceremony and closes_on_day:
        floor = closes_on(closing_ceremony, UPLOAD_FLOOR)
        if closes_on_day < floor:
            message = _("上傳截止早於休業式日後二週（%(floor)s），低於作業要點的下限，請確認理由充分。")
            return [message % {"floor": roc_date(floor)}]
    if activity in RECEIPT_ACTIVITIES and opens_on and closes_on_day:
        days = (closes_on_day - opens_on).days + 1
        if days < RECEIPT_FLOOR_DAYS:
            message = _("收訖明細確認只有 %(days)d 天，國教署作業說明為不少於 %(floor)d 天。")
            return [message % {"days": days, "floor": RECEIPT_FLOOR_DAYS}]
    return []

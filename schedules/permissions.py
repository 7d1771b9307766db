"""Who may plan a school's time."""

from datetime import datetime
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import acts
from accounts.authority import Authority, granted, refused, resolves
from accounts.models import User


@acts.register
class ScheduleAct(TextChoices):
    SET_TERM_DATES = "set_term_dates", _("設定學期日期")
    RECORD_LETTER = "record_letter", _("登錄來文期限")
    OVERRIDE_WINDOW = "override_window", _("調整期程")
    WITHDRAW_OVERRIDE = "withdraw_override", _("撤銷期程調整")
    OPEN_RECEIPT_WINDOW = "open_receipt_window", _("開放收訖明細確認")


@resolves(ScheduleAct.SET_TERM_DATES)
@resolves(ScheduleAct.RECORD_LETTER)
@resolves(ScheduleAct.OVERRIDE_WINDOW)
@resolves(ScheduleAct.WITHDRAW_OVERRIDE)
def _administrator(user: User, subject: Any, at: datetime) -> Authority:
    if user.is_superuser:
        return granted(gettext("系統管理者"))
    return refused(gettext("期程由系統管理者於管理介面設定。"))

from schedules.models.extensions import Extension
from schedules.models.feeds import CalendarFeed
from schedules.models.holidays import Holiday
from schedules.models.letters import OfficialLetter
from schedules.models.rules import DeadlineRule, QuotaRule, RuleVersion
from schedules.models.self_checks import SelfCheck
from schedules.models.terms import Term, TermDates
from schedules.models.windows import Window, WindowOverride

__all__ = [
    "CalendarFeed",
    "DeadlineRule",
    "Extension",
    "Holiday",
    "OfficialLetter",
    "QuotaRule",
    "RuleVersion",
    "SelfCheck",
    "Term",
    "TermDates",
    "Window",
    "WindowOverride",
]

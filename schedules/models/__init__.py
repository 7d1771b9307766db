from schedules.models.holidays import Holiday
from schedules.models.letters import OfficialLetter
from schedules.models.rules import DeadlineRule, QuotaRule, RuleVersion
from schedules.models.terms import Term, TermDates
from schedules.models.windows import Window, WindowOverride

__all__ = [
    "DeadlineRule",
    "Holiday",
    "OfficialLetter",
    "QuotaRule",
    "RuleVersion",
    "Term",
    "TermDates",
    "Window",
    "WindowOverride",
]

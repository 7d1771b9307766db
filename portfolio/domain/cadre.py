"""What the school's own roster of cadre records takes (幹部經歷紀錄)."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date

from django.utils.translation import gettext as _

from accounts.domain.joining import joined
from schedules.domain.terms import TermCode, term_of

CODE_LIST = "幹部等級"
# School, class and club; what students did elsewhere is a diverse performance of theirs.
IN_SCHOOL_LEVELS = ("1", "2", "3")
TEXT_LENGTH = 60


@dataclass(frozen=True)
class CadrePost:
    """A post as it is recorded; `level` is a code."""

    unit: str
    title: str
    level: str
    starts_on: date
    ends_on: date

    def problem(self, levels: Mapping[str, str]) -> str:
        """Why it cannot be recorded, where `levels` are the codes there are; empty if it can."""
        if not (self.unit and self.title):
            return _("請填寫單位名稱與擔任職務。")
        if max(len(self.unit), len(self.title)) > TEXT_LENGTH:
            return _("單位名稱與擔任職務最多 %(limit)d 字。") % {"limit": TEXT_LENGTH}
        if self.level not in levels:
            return level_problem(self.level, levels)
        if self.ends_on < self.starts_on:
            return _("結束日期不可早於開始日期。")
        return ""


POST_FIELDS = tuple(field.name for field in fields(CadrePost))


def level_problem(level: str, levels: Mapping[str, str]) -> str:
    known = joined(f"{code} {label}" for code, label in levels.items())
    message = _("「%(level)s」不是校內幹部的等級，須為：%(known)s。校外幹部由學生列入多元表現。")
    return message % {"level": level, "known": known}


def date_doubt(starts_on: date, ends_on: date, term: TermCode) -> str:
    """What looks wrong about the dates of a post held in `term`; empty if nothing."""
    if term_of(starts_on) == term_of(ends_on) == term:
        return ""
    return _("起訖日期不全在 %(term)s 學期內，請確認。") % {"term": term}

"""What the cells of the grade rosters hold: 「-1」 stands for none, passing is 1 or 0."""

import re
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from accounts.domain.joining import joined
from accounts.domain.list_values import NumberBetween, ShortText
from accounts.list_cells import Cell

NONE = "-1"
_SCORE = re.compile(r"\d{1,3}(\.\d{1,2}0*)?", re.ASCII)
_HIGHEST = Decimal(100)
_FLAGS = {"1": True, "0": False, "True": True, "False": False, "是": True, "否": False, NONE: None}


class Score(Cell):
    """0 to 100 with at most two places."""

    def __init__(self) -> None:
        super().__init__(optional=True)

    def parse(self, text: str) -> Decimal | None:
        if text == NONE:
            return None
        if not _SCORE.fullmatch(text) or Decimal(text) > _HIGHEST:
            message = _("「%(text)s」不是成績：請填 0 到 100、最多兩位小數；沒有成績填 -1 或留空。")
            raise ValueError(message % {"text": text})
        return Decimal(text)

    def empty(self) -> None:
        return None

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else f"{value.normalize():f}"


class PassFlag(Cell):
    def __init__(self) -> None:
        super().__init__(optional=True)

    def parse(self, text: str) -> bool | None:
        if text not in _FLAGS:
            raise ValueError(_("「%(text)s」請填 1（及格）、0（不及格）或 -1（不適用）。") % {"text": text})
        return _FLAGS[text]

    def empty(self) -> None:
        return None

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else "1" if value else "0"


class NumberOrNone(NumberBetween):
    def __init__(self, least: int, most: int) -> None:
        super().__init__(least, most, optional=True)

    def parse(self, text: str) -> Any:
        return None if text == NONE else super().parse(text)


class CodeOrNone(ShortText):
    """A short code, one of `codes` where they are known."""

    def __init__(self, longest: int, codes: tuple[str, ...] = ()) -> None:
        super().__init__(longest, optional=True)
        self._codes = codes

    def parse(self, text: str) -> str:
        if text == NONE:
            return ""
        if self._codes and text not in self._codes:
            parts = {"text": text, "codes": joined(self._codes)}
            raise ValueError(_("「%(text)s」須為下列代碼之一：%(codes)s；不適用填 -1 或留空。") % parts)
        return super().parse(text)

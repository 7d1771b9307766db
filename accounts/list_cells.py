"""What a cell of an imported list may hold, and how a value is written into one.

Every refusal says what the cell may hold; the import adds the row and the column.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import Model, TextChoices
from django.utils import translation
from django.utils.translation import gettext as _
from import_export.widgets import Widget

from accounts.domain.joining import joined
from accounts.domain.roc_calendar import ROC_OFFSET

# Part of the file format, the same in every language.
YES, NO = "是", "否"
_DATE = re.compile(r"(\d{2,4})[-/.](\d{1,2})[-/.](\d{1,2})", re.ASCII)
_COMPACT_DATE = re.compile(r"(\d{3,4})(\d{2})(\d{2})", re.ASCII)
# A spreadsheet would take a cell that begins like this for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def text_of(value: object) -> str:
    """A cell as it reads: 「1100001」 also for the number 1100001.0, without spaces around it."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, datetime):
        value = value.date()
    return "" if value is None else str(value).strip()


def guarded(text: str) -> str:
    """`text` so that no program that opens a CSV file takes it for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def unguarded(text: str) -> str:
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text


class Cell(Widget):  # type: ignore[misc]  # (the library has no types)
    """Text. `optional` cells may be empty."""

    def __init__(self, *, optional: bool = False) -> None:
        super().__init__()
        self.optional = optional

    def clean(self, value: object, row: Mapping[str, Any] | None = None, **kwargs: Any) -> Any:
        """The value that the cell stands for.

        Raises:
            ValueError: it cannot be accepted; the message is for people.
        """
        text = text_of(value)
        if text:
            return self.parse(text)
        if not self.optional:
            raise ValueError(_("不可空白。"))
        return self.empty()

    def render(self, value: object, obj: Model | None = None, **kwargs: Any) -> str:
        return text_of(value)

    def parse(self, text: str) -> Any:
        return text

    def empty(self) -> Any:
        return ""


GRADES = {grade: str(grade) for grade in (1, 2, 3)}


class WholeNumber(Cell):
    def parse(self, text: str) -> int:
        if not text.isascii() or not text.isdigit():
            raise ValueError(_("「%(text)s」須為整數，例如 113。") % {"text": text})
        return int(text)

    def empty(self) -> None:
        return None


class Day(Cell):
    """A date: 2024-08-30, 2024/8/30, 20240830, or with the ROC year, 113/08/30, 1130830."""

    def parse(self, text: str) -> date:
        message = _("「%(text)s」不是日期，請寫成 2024-08-30 或 113/08/30。") % {"text": text}
        match = _DATE.fullmatch(text) or _COMPACT_DATE.fullmatch(text)
        if match is None:
            raise ValueError(message)
        year, month, day = (int(part) for part in match.groups())
        try:
            return date(year + ROC_OFFSET if year < 1000 else year, month, day)
        except ValueError as error:
            raise ValueError(message) from error

    def empty(self) -> None:
        return None


class YesNo(Cell):
    """是 or 否; an empty cell is 否 where it may be empty."""

    def parse(self, text: str) -> bool:
        if text not in (YES, NO):
            raise ValueError(_("請填「是」或「否」。"))
        return text == YES

    def empty(self) -> bool:
        return False

    def render(self, value: object, obj: Model | None = None, **kwargs: Any) -> str:
        return YES if value else NO


class Choice(Cell):
    """One of `choices` by its label. Labels are part of the file format, the same in every language."""

    def __init__(self, choices: type[TextChoices] | Mapping[Any, Any], *, optional: bool = False) -> None:
        super().__init__(optional=optional)
        self._labels = dict(choices.choices) if isinstance(choices, type) else dict(choices)

    def parse(self, text: str) -> Any:
        for value in self._labels:
            if text == self._label(value):
                return value
        names = joined(self._label(value) for value in self._labels)
        raise ValueError(_("「%(text)s」須為下列之一：%(names)s。") % {"text": text, "names": names})

    def render(self, value: Any, obj: Model | None = None, **kwargs: Any) -> str:
        return self._label(value)

    def _label(self, value: Any) -> str:
        with translation.override(settings.LANGUAGE_CODE):
            return str(self._labels.get(value, ""))


Key = tuple[str, ...]


class Reference(Cell):
    """Something that is on record already, named by the texts of `columns`, the last of which is this one.

    `known` reads all there are, once an import; `name` is what this column says of one; `hint` says where a
    missing one is entered.
    """

    def __init__(
        self,
        columns: Key,
        known: Callable[[], Mapping[Key, Model]],
        *,
        name: Callable[[Any], str],
        hint: Any,
        optional: bool = False,
    ) -> None:
        super().__init__(optional=optional)
        self._columns, self._known, self._name, self._hint = columns, known, name, hint
        self._rows: Mapping[Key, Model] | None = None

    def clean(self, value: object, row: Mapping[str, Any] | None = None, **kwargs: Any) -> Model | None:
        if super().clean(value) == "":
            return None
        if self._rows is None:
            self._rows = self._known()
        key = tuple(text_of((row or {}).get(column)) for column in self._columns)
        if key not in self._rows:
            raise ValueError(_("查無「%(key)s」，%(hint)s。") % {"key": " ".join(key), "hint": self._hint})
        return self._rows[key]

    def render(self, value: Any, obj: Model | None = None, **kwargs: Any) -> str:
        return self._name(value) if value else ""

"""Further kinds of cells: texts, numbers and identity numbers with the limits that the records have."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from accounts.domain.national_id import normalise
from accounts.list_cells import Cell, WholeNumber

_IDENTITY = re.compile(r"[A-Z0-9*]{6,20}", re.ASCII)
_USERNAME = re.compile(r"[\w.@+-]+")


class ShortText(Cell):
    def __init__(self, longest: int, *, optional: bool = False) -> None:
        super().__init__(optional=optional)
        self._longest = longest

    def parse(self, text: str) -> str:
        if len(text) > self._longest:
            raise ValueError(_("最多 %(longest)d 字，這裡有 %(length)d 字。") % self._lengths(text))
        return text

    def _lengths(self, text: str) -> dict[str, int]:
        return {"longest": self._longest, "length": len(text)}


class AccountName(ShortText):
    def parse(self, text: str) -> str:
        if not _USERNAME.fullmatch(text):
            raise ValueError(_("「%(text)s」只能有文字、數字與 @ . + - _。") % {"text": text})
        return super().parse(text)


class MailAddress(ShortText):
    def parse(self, text: str) -> str:
        try:
            validate_email(text)
        except ValidationError as error:
            message = _("「%(text)s」不是電子郵件地址，請更正或留空。")
            raise ValueError(message % {"text": text}) from error
        return super().parse(text)


class NumberBetween(WholeNumber):
    def __init__(self, least: int, most: int, *, optional: bool = False) -> None:
        super().__init__(optional=optional)
        self._least, self._most = least, most

    def parse(self, text: str) -> int:
        number = super().parse(text) if len(text) < 10 else self._most + 1
        if not self._least <= number <= self._most:
            limits = {"text": text, "least": self._least, "most": self._most}
            raise ValueError(_("「%(text)s」須在 %(least)d 到 %(most)d 之間。") % limits)
        return number


class IdentityNumber(Cell):
    """An identity number as it is stored; a masked one, as exports have it, says nothing."""

    def parse(self, text: str) -> Any:
        number = normalise(text)
        if not _IDENTITY.fullmatch(number):
            raise ValueError(_("身分證號只能有英文字母與數字，請對照證件更正。"))
        return "" if "*" in number else number

"""Checks what a person typed for a diverse performance and turns it into values fit for JSON."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from unicodedata import category as unicode_category
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from portfolio.domain.category_spec import Category, DetailsInvalid, FieldKind, FieldSpec

DESCRIPTION_MAX_LENGTH = 100
EXTERNAL_LINK_MAX_LENGTH = 500

# Nine digits are more than any field takes and keep absurd input cheap.
_INTEGER = re.compile(r"-?\d{1,9}")
_DECIMAL = re.compile(r"-?\d{1,9}(?:\.(\d{1,9}))?")
_FIRST_ROC_YEAR, _LAST_ROC_YEAR = 1912, 2910  # years a three-digit ROC date can hold

Value = str | int


class _FieldError(Exception):
    """One field's message, on its way to the form."""


@dataclass(frozen=True)
class _Context:
    codes: Mapping[str, Collection[str]]
    current_term: tuple[int, int]


def validate_details(
    category: Category,
    raw: Mapping[str, str],
    *,
    codes: Mapping[str, Collection[str]],
    current_term: tuple[int, int],
) -> dict[str, Value]:
    """The category's own values out of a posted form; keys the category does not have are ignored.

    Dates come out as ISO text, decimals as plain text without trailing zeros, integers, years and terms as
    int; optional fields left empty are absent. `codes` holds the valid codes per list, `current_term` is
    (ROC year, term).

    Raises:
        DetailsInvalid: with a message for every field at fault.
    """
    context = _Context(codes, current_term)
    values: dict[str, Value] = {}
    errors: dict[str, str] = {}
    for field in category.fields:
        try:
            value = _field_value(field, _clean(raw.get(field.key, "")), context)
        except _FieldError as refusal:
            errors[field.key] = str(refusal)
        else:
            if value is not None:
                values[field.key] = value
    errors |= _period_errors(values) | _term_errors(values, current_term)
    if errors:
        keys = (field.key for field in category.fields)
        raise DetailsInvalid({key: errors[key] for key in keys if key in errors})
    return values


def validate_description(text: str) -> str:
    """The description (內容簡述、成果簡述) trimmed, its line breaks as `\\n`, one character each.

    Raises:
        DetailsInvalid: under the key `description`, when it is empty or longer than 100 code points.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    # Signs without a shape (pasted from a PDF, say) can be neither seen nor sent in a workbook.
    cleaned = "".join(c for c in lines if c in "\n\t" or unicode_category(c) not in ("Cc", "Cs")).strip()
    if not cleaned:
        raise DetailsInvalid({"description": _("請填寫簡述。")})
    if len(cleaned) > DESCRIPTION_MAX_LENGTH:
        message = _("簡述共 %(length)d 字，上限 %(limit)d 字（換行算一字），請再精簡。")
        raise DetailsInvalid(
            {"description": message % {"length": len(cleaned), "limit": DESCRIPTION_MAX_LENGTH}}
        )
    return cleaned


def validate_external_link(text: str) -> str:
    """The external video link trimmed; empty when there is none.

    Raises:
        DetailsInvalid: under the key `external_link`, when it is no http(s) address or longer than 500
            characters.
    """
    link = text.strip()
    if len(link) > EXTERNAL_LINK_MAX_LENGTH:
        message = _("外部影音連結最長 %(limit)d 字，請改用較短的網址。") % {"limit": EXTERNAL_LINK_MAX_LENGTH}
        raise DetailsInvalid({"external_link": message})
    if link and not _is_web_address(link):
        message = _("外部影音連結請填完整網址，以 https:// 或 http:// 開頭，且不含空白與帳號密碼。")
        raise DetailsInvalid({"external_link": message})
    return link


def _is_web_address(link: str) -> bool:
    if any(c.isspace() or not c.isprintable() for c in link):
        return False
    try:
        parts = urlsplit(link)
        parts.port  # noqa: B018  (reading it raises for a port that is no number)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc


def _clean(raw: str) -> str:
    """One line without shapeless signs, trimmed."""
    return "".join(c if unicode_category(c) not in ("Cc", "Cs") else " " for c in raw).strip()


def _field_value(field: FieldSpec, text: str, context: _Context) -> Value | None:
    if text:
        return _PARSERS[field.kind](field, text, context)
    if field.required:
        raise _FieldError(_("請填寫「%(label)s」。") % {"label": field.label})
    return None


def _text(field: FieldSpec, text: str, context: _Context) -> Value:
    if field.max_length is not None and len(text) > field.max_length:
        message = _("「%(label)s」共 %(length)d 字，上限 %(limit)d 字。")
        raise _FieldError(message % {"label": field.label, "length": len(text), "limit": field.max_length})
    return text


def _date(field: FieldSpec, text: str, context: _Context) -> Value:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or not _FIRST_ROC_YEAR <= day.year <= _LAST_ROC_YEAR:
        message = _("「%(label)s」請填西元日期，例如 2024-10-21。")
        raise _FieldError(message % {"label": field.label})
    return day.isoformat()


def _integer(field: FieldSpec, text: str, context: _Context) -> Value:
    if not _INTEGER.fullmatch(text):
        raise _FieldError(_("「%(label)s」請填整數。") % {"label": field.label})
    _require_in_range(field, Decimal(text))
    return int(text)


def _decimal(field: FieldSpec, text: str, context: _Context) -> Value:
    match = _DECIMAL.fullmatch(text)
    if match is None:
        raise _FieldError(_("「%(label)s」請填數字。") % {"label": field.label})
    if len((match[1] or "").rstrip("0")) > field.places:
        message = _("「%(label)s」的小數最多 %(places)d 位。")
        raise _FieldError(message % {"label": field.label, "places": field.places})
    number = Decimal(text)
    _require_in_range(field, number)
    return f"{number.normalize():f}" if number else "0"


def _code(field: FieldSpec, text: str, context: _Context) -> Value:
    if text not in context.codes.get(field.code_list, ()):
        raise _FieldError(_("「%(label)s」請從選單選擇。") % {"label": field.label})
    return text


def _school_year(field: FieldSpec, text: str, context: _Context) -> Value:
    year, current = _integer_or_none(text), context.current_term[0]
    earliest = int(field.minimum or 1)
    if year is None or not earliest <= year <= current:
        message = _("「%(label)s」請填民國學年度，從 %(earliest)d 到本學年度 %(current)d。")
        raise _FieldError(message % {"label": field.label, "earliest": earliest, "current": current})
    return year


def _term(field: FieldSpec, text: str, context: _Context) -> Value:
    term = _integer_or_none(text)
    if term not in (1, 2):
        raise _FieldError(_("「%(label)s」請填 1 或 2。") % {"label": field.label})
    return term


def _integer_or_none(text: str) -> int | None:
    return int(text) if _INTEGER.fullmatch(text) else None


def _require_in_range(field: FieldSpec, number: Decimal) -> None:
    if field.minimum is not None and number < field.minimum:
        message = _("「%(label)s」不可小於 %(minimum)s。")
        raise _FieldError(message % {"label": field.label, "minimum": field.minimum})
    if field.maximum is not None and number > field.maximum:
        message = _("「%(label)s」不可大於 %(maximum)s。")
        raise _FieldError(message % {"label": field.label, "maximum": field.maximum})


def _period_errors(values: Mapping[str, Value]) -> dict[str, str]:
    start, end = values.get("start_date"), values.get("end_date")
    if start is None or end is None or str(start) <= str(end):
        return {}
    return {"end_date": _("「結束日期」不可早於「開始日期」。")}


def _term_errors(values: Mapping[str, Value], current_term: tuple[int, int]) -> dict[str, str]:
    year, term = values.get("school_year"), values.get("term")
    if not isinstance(year, int) or not isinstance(term, int) or (year, term) <= current_term:
        return {}
    message = _("%(year)d 學年度第 %(term)d 學期尚未開始，只能填本學期或以前的學期。")
    return {"term": message % {"year": year, "term": term}}


_PARSERS: dict[FieldKind, Callable[[FieldSpec, str, _Context], Value]] = {
    FieldKind.TEXT: _text,
    FieldKind.DATE: _date,
    FieldKind.INTEGER: _integer,
    FieldKind.DECIMAL: _decimal,
    FieldKind.CODE: _code,
    FieldKind.SCHOOL_YEAR: _school_year,
    FieldKind.TERM: _term,
}

"""What was kept of a diverse performance, in words for people."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from accounts.domain.roc_calendar import roc_date
from portfolio.domain.category_spec import Category, FieldKind, FieldSpec


def readable(
    category: Category, details: Mapping[str, Any], codes: Mapping[str, Mapping[str, str]]
) -> list[tuple[str, str]]:
    """Each field that was filled in: its label and its value, codes by their labels, dates in ROC years.

    A code that its list no longer has is shown as it is.
    """
    return [
        (str(field.label), _in_words(field, details[field.key], codes))
        for field in category.fields
        if field.key in details
    ]


def _in_words(field: FieldSpec, value: Any, codes: Mapping[str, Mapping[str, str]]) -> str:
    if field.kind is FieldKind.CODE:
        return str(codes.get(field.code_list, {}).get(str(value), value))
    if field.kind is FieldKind.DATE:
        return roc_date(date.fromisoformat(value))
    if field.kind is FieldKind.TERM:
        return _("第 %(number)d 學期") % {"number": value}
    return str(value)

"""Form fields that take what was typed as it is: the services judge it, for every way in alike."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from accounts.domain.joining import joined
from accounts.templatetags.ui import file_size
from portfolio.domain.categories import DESCRIPTION_MAX_LENGTH, FieldKind, FieldSpec
from portfolio.domain.filetypes import FileKind, Slot
from portfolio.domain.proxies import ARTICLE, REASON_LENGTH
from schedules.domain.terms import TermCode

Codes = Mapping[str, Mapping[str, str]]


class _Unchecked(forms.Field):
    """Says in the page what is required, and leaves it to the service to insist."""

    def validate(self, value: Any) -> None:
        pass


class TypedText(_Unchecked, forms.CharField):
    pass


class TypedChoice(_Unchecked, forms.ChoiceField):
    pass


class Ids(_Unchecked):
    """Ticked items by their ids; anything that is no id is an error."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> list[int]:
        texts = value or []
        if any(not text.isdecimal() or len(text) > 18 for text in texts):
            raise forms.ValidationError(_("勾選的項目無法辨識，請重新整理頁面再勾選。"))
        return [int(text) for text in texts]


def description_field() -> forms.Field:
    return TypedText(
        label=_("簡述"),
        help_text=_("最多 %(limit)d 字，換行算一字。") % {"limit": DESCRIPTION_MAX_LENGTH},
        widget=forms.Textarea(attrs={"rows": 4, "data-max-length": DESCRIPTION_MAX_LENGTH}),
        strip=False,
    )


def file_field(slot: Slot, limit: int, *, is_kept: bool) -> forms.Field:
    """A place for a file. `is_kept` says that there is one, which stays unless a new one is chosen."""
    extensions = [kind.extension for kind in slot.kinds]
    if FileKind.JPG in slot.kinds:
        extensions.append(".jpeg")
    kinds = joined(kind.value.upper() for kind in slot.kinds)
    kept = _("%(kinds)s，最大 %(size)s。不選新檔案，就保留目前的檔案。")
    help_text = kept if is_kept else _("%(kinds)s，最大 %(size)s。")
    return forms.FileField(
        label=slot.label,
        required=False,
        allow_empty_file=True,  # an empty file is refused by the service, with its name
        help_text=help_text % {"kinds": kinds, "size": file_size(limit)},
        widget=forms.FileInput(attrs={"accept": ",".join(extensions), "data-max-bytes": limit}),
    )


def link_field() -> forms.Field:
    return TypedText(
        label=_("外部影音連結"),
        required=False,
        help_text=_("影音放在其他網站時填寫完整網址。連結的內容不會存到這裡。"),
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )


def proxy_reason_field() -> forms.Field:
    return TypedText(
        label=_("代為辦理的原因"),
        help_text=_("例如：學生住院，病房沒有網路。學生會收到通知並看到這段文字（%(article)s）。")
        % {"article": ARTICLE},
        widget=forms.Textarea(attrs={"rows": 2, "data-max-length": REASON_LENGTH}),
    )


def field_for(spec: FieldSpec, codes: Codes, term: TermCode) -> forms.Field:
    """The control for a category's field; years and terms begin at `term`, the present one."""
    shared: dict[str, Any] = {"label": spec.label, "help_text": spec.help, "required": spec.required}
    match spec.kind:
        case FieldKind.CODE:
            choices = [("", _("請選擇")), *codes.get(spec.code_list, {}).items()]
            return TypedChoice(choices=choices, **shared)
        case FieldKind.SCHOOL_YEAR:
            return TypedChoice(choices=_years(spec, term), initial=term.school_year, **shared)
        case FieldKind.TERM:
            return TypedChoice(choices=_terms(), initial=term.number, **shared)
        case FieldKind.DATE:
            return TypedText(widget=forms.TextInput(attrs={"type": "date"}), **shared)
        case FieldKind.INTEGER:
            return TypedText(widget=forms.TextInput(attrs={"inputmode": "numeric"}), **shared)
        case FieldKind.DECIMAL:
            return TypedText(widget=forms.TextInput(attrs={"inputmode": "decimal"}), **shared)
        case FieldKind.TEXT:
            return TypedText(**shared)


def _years(spec: FieldSpec, term: TermCode) -> list[tuple[int, str]]:
    years = range(term.school_year, int(spec.minimum or 1) - 1, -1)
    return [(year, _("%(year)d 學年度") % {"year": year}) for year in years]


def _terms() -> list[tuple[int, str]]:
    return [(number, _("第 %(number)d 學期") % {"number": number}) for number in (1, 2)]

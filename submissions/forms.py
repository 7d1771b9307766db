"""Forms that keep what was typed; the services say what is acceptable."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.domain.division import Division
from accounts.templatetags.ui import file_size
from portfolio.forms import ServiceForm
from schedules.domain.terms import school_year_of
from submissions.domain.receipt_file import ReceiptLimits
from submissions.domain.receipt_state import NOT_A_GROUND, DisputeReason
from submissions.domain.rosters import RosterSpec
from submissions.services.confirmation import EXPLANATION_LENGTH

YEARS_BACK = 2


def day_field(label: Any, **kwargs: Any) -> forms.DateField:
    """A day that the browser helps to choose."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **kwargs)


class NewBatchForm(ServiceForm):
    """Offers the rosters the person submits, and the years a roster can still be about."""

    def __init__(
        self, *args: Any, rosters: Iterable[tuple[RosterSpec, str]], today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        this_year = school_year_of(today)
        self.fields["roster"] = forms.ChoiceField(
            label=_("名冊"),
            choices=[
                (f"{spec.code}-{division}", _roster_label(spec, division)) for spec, division in rosters
            ],
            widget=forms.RadioSelect,
        )
        self.fields["school_year"] = forms.TypedChoiceField(
            label=_("學年度"),
            help_text=_("學生在哪一學年度的資料。高一、高二的資料在下一學年度開學後勾選與提交。"),
            choices=[
                (year, _("%(year)d 學年度") % {"year": year})
                for year in range(this_year, this_year - YEARS_BACK - 1, -1)
            ],
            coerce=int,
            initial=this_year - 1,
        )

    @property
    def roster(self) -> tuple[str, str]:
        """Code and division."""
        code, __, division = self.cleaned_data["roster"].partition("-")
        return code, division


def _roster_label(spec: RosterSpec, division: str) -> str:
    return f"{Division(division).label}　{spec.code} {spec.official_name}"


class SubmittedForm(ServiceForm):
    submitted_on = day_field(gettext_lazy("提交日期"), help_text=gettext_lazy("送交中央資料庫的日期。"))
    letter_number = forms.CharField(
        label=gettext_lazy("來文文號"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("規定提交期限的公文，方便日後查考。"),
    )


class ReceiptFileForm(ServiceForm):
    """The receipts ZIP as the central database provides it."""

    file = forms.FileField(
        label=gettext_lazy("收訖明細 ZIP 檔"),
        widget=forms.FileInput(attrs={"accept": ".zip", "data-max-bytes": ReceiptLimits().bytes}),
    )
    password = forms.CharField(
        label=gettext_lazy("解壓縮密碼"),
        required=False,
        strip=False,
        help_text=gettext_lazy("檔案有密碼時填寫。密碼只用來開啟檔案，不會儲存。"),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    def clean_file(self) -> Any:
        file, limit = self.cleaned_data["file"], ReceiptLimits().bytes
        if file.size > limit:
            message = _("檔案有 %(size)s，上限 %(limit)s，不像收訖明細檔。")
            raise forms.ValidationError(message % {"size": file_size(file.size), "limit": file_size(limit)})
        return file


class OpeningForm(ServiceForm):
    opens_on = day_field(gettext_lazy("開始日"), help_text=gettext_lazy("當日 00:00 開放，開始日計入天數。"))


class ConfirmForm(ServiceForm):
    """That the receipts are right; asks for nothing but a proxy's reason."""


class ReportForm(ServiceForm):
    """Which factual error, and where. Polishing is offered too: whoever thinks of it reads why not."""

    reason = forms.ChoiceField(
        label=gettext_lazy("疑義原因"),
        choices=[
            *DisputeReason.choices,
            (NOT_A_GROUND, gettext_lazy("內容不夠精進，想補充或修改（依規定不能受理）")),
        ],
        widget=forms.RadioSelect,
    )
    explanation = forms.CharField(
        label=gettext_lazy("說明"),
        max_length=EXPLANATION_LENGTH,
        help_text=gettext_lazy("請寫出是哪一筆資料、哪裡與事實不符，承辦人員才能查證。最多 300 字。"),
        widget=forms.Textarea(attrs={"rows": 5}),
    )

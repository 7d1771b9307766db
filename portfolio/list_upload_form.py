from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from portfolio.forms import ServiceForm
from portfolio.list_upload import OfferedList
from schedules.models import Term

LARGEST_FILE = 20 * 1024 * 1024


class ListUploadForm(ServiceForm):
    """Which list, of which term, and the file."""

    def __init__(self, *args: Any, offered: dict[str, OfferedList], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offered = offered
        choices = [(act, each.label) for act, each in offered.items()]
        self.fields["act"] = forms.ChoiceField(label=_("名單"), choices=choices, widget=forms.RadioSelect)
        if any(each.of_a_term for each in offered.values()):
            self.fields["term"] = forms.ModelChoiceField(
                Term.objects.all(),
                label=_("學期"),
                required=False,
                empty_label=_("請選擇"),
                help_text=_("開課、修課、成績與幹部經歷須選學期。"),
            )
        self.fields["file"] = forms.FileField(
            label=_("檔案"),
            help_text=_("Excel（.xlsx）或 CSV，第 1 列為標題，最大 20 MB。"),
            widget=forms.FileInput(attrs={"accept": ".xlsx,.csv", "data-max-bytes": LARGEST_FILE}),
        )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST_FILE:
            raise forms.ValidationError(_("檔案超過 20 MB，請分成幾個檔案。"))
        return file

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        offered = self._offered.get(cleaned.get("act", ""))
        if offered and offered.of_a_term and not cleaned.get("term"):
            self.add_error("term", _("這份名單屬於一個學期，請選擇學期。"))
        return cleaned

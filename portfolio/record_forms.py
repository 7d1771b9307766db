from datetime import datetime

from django import forms
from django.utils.translation import gettext_lazy

from accounts.models import User
from portfolio.form_fields import TypedText
from portfolio.forms import ServiceForm
from portfolio.models import CadreRecord, Grade, RecordReport
from portfolio.models.record_reports import Finding
from portfolio.services.record_reports import LONGEST, answer_report, report_error


class ReportRecordForm(ServiceForm):
    """What is wrong with a record, in the student's words."""

    explanation = TypedText(
        label=gettext_lazy("哪裡有錯"),
        help_text=gettext_lazy("請寫出錯誤的地方與正確的內容，承辦人員會據以查證。"),
        widget=forms.Textarea(attrs={"rows": 3, "data-max-length": LONGEST}),
    )

    def send(self, record: Grade | CadreRecord, *, by: User, at: datetime) -> User | None:
        """Who was told; None when the report was refused, which the form then shows."""
        return self.accepted_by(
            lambda: report_error(record, explanation=self.cleaned_data["explanation"], by=by, at=at)
        )


class AnswerReportForm(ServiceForm):
    """What looking into a student's report came to."""

    finding = forms.ChoiceField(
        label=gettext_lazy("查證結果"),
        choices=Finding.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("請選擇查證結果。")},
    )
    answer = TypedText(
        label=gettext_lazy("查證說明"),
        help_text=gettext_lazy("學生會看到：改成了什麼，或為什麼資料無誤。"),
        widget=forms.Textarea(attrs={"rows": 3, "data-max-length": LONGEST}),
    )

    def save(self, report: RecordReport, *, by: User, at: datetime) -> bool:
        """Whether the answer was accepted."""
        self.accepted_by(lambda: answer_report(report, **self.cleaned_data, by=by, at=at))
        return self.is_valid()

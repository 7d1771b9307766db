from datetime import datetime

from django import forms
from django.utils.translation import gettext_lazy

from accounts.models import User
from portfolio.form_fields import TypedText
from portfolio.forms import ServiceForm
from portfolio.models import CadreRecord, Grade
from portfolio.services.record_reports import EXPLANATION_LENGTH, report_error


class ReportRecordForm(ServiceForm):
    """What is wrong with a record, in the student's words."""

    explanation = TypedText(
        label=gettext_lazy("哪裡有錯"),
        help_text=gettext_lazy("請寫出錯誤的地方與正確的內容，承辦人員會據以查證。"),
        widget=forms.Textarea(attrs={"rows": 3, "data-max-length": EXPLANATION_LENGTH}),
    )

    def send(self, record: Grade | CadreRecord, *, by: User, at: datetime) -> User | None:
        """Who was told; None when the report was refused, which the form then shows."""
        return self.accepted_by(
            lambda: report_error(record, explanation=self.cleaned_data["explanation"], by=by, at=at)
        )

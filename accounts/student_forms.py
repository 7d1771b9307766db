from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.domain.enrolment import allowed_changes
from accounts.models import Student
from accounts.models.enrolment_changes import ChangeKind


class EnrolmentChangeForm(forms.Form):
    """What happened to the student's enrolment; only what may follow now can be chosen."""

    kind = forms.ChoiceField(label=_("異動"))
    effective_on = forms.DateField(label=_("生效日"))
    other_school = forms.CharField(
        label=_("對方學校"), max_length=60, required=False, help_text=_("轉入、轉出、赴他校借讀時填寫。")
    )
    note = forms.CharField(label=_("說明"), max_length=200, required=False)

    def __init__(self, student: Student, today: date, data: Any = None) -> None:
        super().__init__(data)
        history = [change.kind for change in student.enrolment_changes.all()]
        allowed = allowed_changes(student.status, history)
        # Without anything to choose from the page shows no form.
        choices = [("", _("請選擇")), *((kind, ChangeKind(kind).label) for kind in allowed)]
        self.fields["kind"] = forms.ChoiceField(label=_("異動"), choices=choices if allowed else [])
        self.fields["effective_on"].widget = forms.DateInput(
            format="%Y-%m-%d", attrs={"type": "date", "max": today.isoformat()}
        )

    def clean_kind(self) -> ChangeKind:
        return ChangeKind(self.cleaned_data["kind"])


class ReactivationForm(forms.Form):
    reason = forms.CharField(
        label=_("理由"), max_length=200, help_text=_("例如：本人持學生證洽辦。理由、姓名與時間會留存。")
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("查看理由"),
        max_length=200,
        help_text=_("例如：核對名冊第 26 號身分資料。理由、姓名與時間會留存。"),
    )

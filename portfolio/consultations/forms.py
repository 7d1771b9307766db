from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Student
from portfolio.forms import ServiceForm
from portfolio.models import ConsultationRecord
from portfolio.models.consultations import ConsultationForm
from portfolio.services.consultations import Consultation


class _Students(forms.ModelMultipleChoiceField):
    """Ticked by class and seat."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, student: Any) -> str:
        placed = f"{student.class_name} {student.seat:02}" if student.class_name else ""
        return f"{placed} {student.user.name}".strip()


class ConsultationEntryForm(ServiceForm):
    """A consultation as it took place: date, time and place, with whom, content and advice (article 5-5)."""

    form = forms.ChoiceField(label=_("諮詢方式"), choices=ConsultationForm, widget=forms.RadioSelect)
    held_on = forms.DateField(label=_("日期"))
    starts_at = forms.TimeField(label=_("開始時間"))
    ends_at = forms.TimeField(label=_("結束時間"))
    place = forms.CharField(label=_("地點"), max_length=60)
    content = forms.CharField(label=_("諮詢內容"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5}))
    advice = forms.CharField(label=_("建議"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5}))
    students = _Students(
        Student.objects.none(), label=_("學生"), error_messages={"required": _("請選擇參與的學生。")}
    )
    late_reason = forms.CharField(
        label=_("逾期登錄原因"),
        max_length=200,
        required=False,
        help_text=_("諮詢後超過兩個月才登錄時填寫。"),
    )

    def __init__(
        self, *args: Any, students: QuerySet[Student], record: ConsultationRecord | None = None, **kwargs: Any
    ) -> None:
        if record:
            kwargs["initial"] = {name: getattr(record, name) for name in _OWN} | {
                "students": [student.pk for student in record.students.all()]
            }
        super().__init__(*args, **kwargs)
        field = self.fields["students"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = students
        self.fields["held_on"].widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        for name in ("starts_at", "ends_at"):
            self.fields[name].widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})

    def entry(self) -> Consultation:
        """What was filled in; the form is valid."""
        values = {**self.cleaned_data, "students": list(self.cleaned_data["students"])}
        return Consultation(**values)


_OWN = ("form", "held_on", "starts_at", "ends_at", "place", "content", "advice", "late_reason")

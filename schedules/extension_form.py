from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.domain.joining import in_row, joined, noted
from accounts.domain.roc_calendar import last_day
from accounts.models import ClassPlacement, SchoolClass, Student
from schedules.domain.activities import Audience
from schedules.models import Window
from schedules.names import title_of
from schedules.queries import Kind, extendable_windows
from schedules.term_setup_form import DayInput


class _WindowChoice(forms.ModelChoiceField):
    def label_from_instance(self, window: Any) -> str:
        subject = f"{window.get_division_display()} {title_of(window)}"
        whom = [] if window.audience == Audience.GENERAL else [window.audience_short]
        return noted(subject, in_row([*whom, last_day(window.closes_at)]))


class ExtensionForm(forms.Form):
    """More time for classes or students: which window, for whom, until when, why."""

    window = _WindowChoice(
        label=gettext_lazy("期程"), queryset=Window.objects.none(), empty_label=gettext_lazy("請選擇")
    )
    classes = forms.ModelMultipleChoiceField(
        label=gettext_lazy("班級"),
        queryset=SchoolClass.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("可複選；整班一起展延。"),
    )
    students = forms.CharField(
        label=gettext_lazy("學生學號"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("個別學生請填學號，一行一個。個人的展延優先於班級的。"),
    )
    closes_on = forms.DateField(label=gettext_lazy("展延至（當日計入）"), widget=DayInput())
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=200)
    article = forms.CharField(
        label=gettext_lazy("依據"),
        max_length=50,
        required=False,
        help_text=gettext_lazy("例如：第 12 點（一）。"),
    )

    def __init__(self, kinds: Iterable[Kind], now: datetime, data: Any = None) -> None:
        super().__init__(data)
        windows = extendable_windows(kinds, now)
        divisions = {division for division, __ in kinds}
        years = {window.subject_year for window in windows}
        field = self.fields["window"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = windows
        classes = self.fields["classes"]
        assert isinstance(classes, forms.ModelMultipleChoiceField)
        classes.queryset = SchoolClass.objects.filter(school_year__in=years, division__in=divisions)

    def clean_students(self) -> list[Student]:
        numbers = self.cleaned_data["students"].split()
        found = {
            s.student_number: s
            for s in Student.objects.filter(student_number__in=numbers).select_related("user")
        }
        if unknown := [number for number in numbers if number not in found]:
            raise forms.ValidationError(_("查無學號：%(numbers)s") % {"numbers": joined(unknown)})
        return list(found.values())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not cleaned["classes"] and not cleaned["students"]:
            self.add_error("classes", _("請選擇班級或填寫學生學號。"))
        for name, outside in (("classes", _other_classes), ("students", _other_students)):
            if not self.errors and (others := outside(cleaned["window"], cleaned[name])):
                message = _("這段期程不適用於：%(others)s")
                self.add_error(name, message % {"others": joined(others)})
        return cleaned

    @property
    def targets(self) -> list[SchoolClass | Student]:
        return [*self.cleaned_data["classes"], *self.cleaned_data["students"]]


def _other_classes(window: Window, classes: Iterable[SchoolClass]) -> list[SchoolClass]:
    keeps_to = (window.division, window.subject_year)
    return [each for each in classes if (each.division, each.school_year) != keeps_to]


def _other_students(window: Window, students: Iterable[Student]) -> list[Student]:
    """Those of `students` who sat in no class of the window's division in its year."""
    inside = ClassPlacement.objects.filter(
        school_year=window.subject_year, school_class__division=window.division, student__in=list(students)
    )
    known = set(inside.values_list("student", flat=True))
    return [student for student in students if student.pk not in known]

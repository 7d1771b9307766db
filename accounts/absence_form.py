from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User


def _day_input(**attributes: str) -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", **attributes})


class AbsenceForm(forms.Form):
    """Who is away from when to when, and why; whose absences somebody records is asked only if there is
    a choice."""

    person = forms.ModelChoiceField(label=_("人員"), queryset=User.objects.none())
    starts_on = forms.DateField(label=_("起日"))
    ends_on = forms.DateField(label=_("迄日（當日計入）"))
    reason = forms.CharField(label=_("事由"), max_length=200, help_text=_("例如：公假、病假、研習。"))

    def __init__(self, user: User, people: QuerySet[User], today: date, data: Any = None) -> None:
        super().__init__(data, initial={"person": user.pk, "starts_on": today})
        field = self.fields["person"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = people
        if not people.exclude(pk=user.pk).exists():
            field.widget = forms.HiddenInput()
        self.fields["starts_on"].widget = _day_input()
        self.fields["ends_on"].widget = _day_input(min=today.isoformat())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("迄日不可早於起日。"))
        return cleaned

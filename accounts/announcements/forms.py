from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.domain.division import Division
from accounts.domain.roc_calendar import school_year_of
from accounts.models import Announcement, Office, SchoolClass

USUALLY_SHOWN = timedelta(days=14)
GRADES = [("", _("全部年級")), (1, _("一年級")), (2, _("二年級")), (3, _("三年級"))]


class AnnouncementForm(forms.ModelForm):
    class Meta:
        model = Announcement
        fields = (
            "office",
            "audience",
            "division",
            "grade",
            "school_class",
            "subject",
            "body",
            "act_by",
            "shown_until",
        )

    def __init__(self, data: Any = None, *, offices: QuerySet[Office], to_all: bool, today: date) -> None:
        super().__init__(data, initial={"shown_until": today + USUALLY_SHOWN})
        self._limit("office", offices)
        divisions = [choice for choice in Division.choices if to_all or choice[0] in _divisions(offices)]
        classes = SchoolClass.objects.filter(school_year=school_year_of(today))
        self._limit("school_class", classes.filter(division__in=[code for code, __ in divisions]))
        everywhere = [("", _("全校"))] if to_all else []
        self.fields["division"] = forms.ChoiceField(
            label=_("部別"), choices=[*everywhere, *divisions], required=not to_all
        )
        self.fields["grade"] = forms.TypedChoiceField(
            label=_("年級"), choices=GRADES, coerce=int, empty_value=None, required=False
        )
        self.fields["body"].widget.attrs["rows"] = 6
        for name in ("act_by", "shown_until"):
            day = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "min": today.isoformat()})
            self.fields[name].widget = day

    def _limit(self, name: str, rows: QuerySet[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = rows
        if name == "office":
            field.initial, field.empty_label = rows.first(), None


def _divisions(offices: QuerySet[Office]) -> set[str]:
    return set(offices.values_list("division", flat=True))

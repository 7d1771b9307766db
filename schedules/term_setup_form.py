from typing import Any

from django import forms
from django.utils.translation import gettext as _

from accounts.domain.division import Division
from schedules.domain.activities import Activity, Audience
from schedules.models import Term
from schedules.services.term_setup import DivisionDates, SubmissionLetter, TermSetup

DATES = ("opening", "final_exam_end", "closing_ceremony")


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **attrs: Any) -> None:
        super().__init__(format="%Y-%m-%d", attrs=attrs)


class TermSetupForm(forms.Form):
    """The dates of a term for both divisions, and the submissions' due dates that official letters set.

    A division that the school does not have stays empty. Once the form is valid, `setup` holds what was
    entered; until all dates are there, `missing` names those that are not.
    """

    setup: TermSetup

    def __init__(self, term: Term, data: Any = None) -> None:
        super().__init__(data, initial=_entered(term))
        self.term = term
        labels = {
            "opening": _("開學日"),
            "final_exam_end": _("期末考結束日"),
            "closing_ceremony": _("休業式日"),
        }
        for division in Division:
            for name in DATES:
                self.fields[f"{division}-{name}"] = forms.DateField(
                    label=labels[name], required=False, widget=DayInput()
                )
            self._add_letters(division)

    def _add_letters(self, division: Division) -> None:
        for audience in _audiences(self.term):
            key, of = f"{division}-{audience}", audience.label
            general = audience == Audience.GENERAL
            self.fields[f"{key}-due_on"] = forms.DateField(
                label=_("上學期資料來文提交日") if general else _("%(of)s來文提交日") % {"of": of},
                required=False,
                widget=DayInput(),
            )
            self.fields[f"{key}-number"] = forms.CharField(label=_("文號"), required=False, max_length=60)

    @property
    def divisions(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Each division's name with its fields, for the page."""
        return [
            (str(division.label), [self[name] for name in self.fields if name.startswith(f"{division}-")])
            for division in Division
        ]

    @property
    def missing(self) -> list[str]:
        """The dates that are still to be entered, as 「日間部 休業式日」."""
        return [
            f"{division.label} {self.fields[f'{division}-{name}'].label}"
            for division in Division
            for name in DATES
            if self.has_error(f"{division}-{name}", "required")
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        used = [division for division in Division if self._is_used(division)] or list(Division)
        for division in used:
            self._check(division, cleaned)
        if not self.errors:
            self.setup = TermSetup(
                [DivisionDates(d, *(cleaned[f"{d}-{name}"] for name in DATES)) for d in used],
                [letter for d in used for letter in _letters(d, cleaned)],
            )
        return cleaned

    def _is_used(self, division: Division) -> bool:
        """Something was entered for `division`, now or before."""
        names = [name for name in self.fields if name.startswith(f"{division}-")]
        return any(self.data.get(name) or self.initial.get(name) for name in names)

    def _check(self, division: Division, cleaned: dict[str, Any]) -> None:
        names = [f"{division}-{name}" for name in DATES]
        for audience in _audiences(self.term):
            name = f"{division}-{audience}-due_on"
            if self.initial.get(name) and not cleaned.get(name) and name not in self.errors:
                self.add_error(name, _("已登錄的來文日期不能清空；來文改期請填新的日期。"))
        for name in names:
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, forms.ValidationError(_("請填日期。"), code="required"))
        days = [day for name in names if (day := cleaned.get(name))]
        if len(days) == len(DATES) and not days[0] < days[1] <= days[2]:
            self.add_error(names[-1], _("日期順序應為開學日、期末考結束日、休業式日。"))


def _letters(division: Division, cleaned: dict[str, Any]) -> list[SubmissionLetter]:
    return [
        SubmissionLetter(division, audience, due_on, cleaned[f"{division}-{audience}-number"])
        for audience in Audience
        if (due_on := cleaned.get(f"{division}-{audience}-due_on"))
    ]


def _audiences(term: Term) -> list[Audience]:
    """Whose submission has a letter in `term`: grade 3 has its own in the second one."""
    return list(Audience) if term.number == 2 else [Audience.GENERAL]


def _entered(term: Term) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for dates in term.dates.all():
        values |= {f"{dates.division}-{name}": getattr(dates, name) for name in DATES}
    for letter in term.letters.filter(activity=Activity.SUBMISSION):
        key = f"{letter.division}-{letter.audience}"
        values |= {f"{key}-due_on": letter.due_on, f"{key}-number": letter.number}
    return values

"""What the headings of files stand for: asked of whoever hands a list in, and changed later."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _

from accounts.domain.joining import joined
from accounts.domain.list_columns import ListColumn
from accounts.domain.list_headings import SKIPPED, guesses
from accounts.models import ListHeading
from portfolio.forms import ServiceForm
from portfolio.list_report import Question

FORGOTTEN = "-"  # no column is called so


class HeadingsForm(ServiceForm):
    """One choice of a column for each of `headings`; two may not choose the same one."""

    def __init__(
        self,
        *args: Any,
        headings: Sequence[str],
        choices: Sequence[tuple[str, str]],
        chosen: Mapping[str, str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._headings = dict(
            zip((f"heading{number}" for number in range(len(headings))), headings, strict=True)
        )
        for name, heading in self._headings.items():
            self.fields[name] = forms.ChoiceField(
                label=heading, choices=choices, initial=chosen.get(heading, SKIPPED), required=False
            )

    @property
    def choices(self) -> dict[str, str]:
        """Heading → what was chosen for it."""
        return {heading: self.cleaned_data[name] for name, heading in self._headings.items()}


class QuestionsForm(HeadingsForm):
    """The headings of one file that nobody knows yet; every needed column has to be among the answers."""

    def __init__(
        self, *args: Any, questions: Sequence[Question], free: Sequence[ListColumn], **kwargs: Any
    ) -> None:
        headings = [question.heading for question in questions]
        super().__init__(
            *args, headings=headings, choices=_columns(free), chosen=guesses(headings, free), **kwargs
        )
        self._questions, self._free = questions, free

    def rows(self) -> Iterator[tuple[Question, BoundField]]:
        return zip(self._questions, self, strict=True)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        taken: dict[str, str] = {}
        for (name, heading), question in zip(self._headings.items(), self._questions, strict=True):
            column = cleaned.get(name, SKIPPED)
            if column != SKIPPED and question.is_twice:
                self.add_error(name, _("檔案有不只一欄叫這個名稱，請先改名再上傳，或略過。"))
            elif column != SKIPPED and taken.setdefault(column, heading) != heading:
                message = _("「%(heading)s」已選這一欄，請改選或略過。")
                self.add_error(name, message % {"heading": taken[column]})
        missing = [column.heading for column in self._free if column.needed and column.name not in taken]
        if missing:
            self.add_error(None, _("還沒有選出必要的欄位：%(missing)s。") % {"missing": joined(missing)})
        return cleaned


class RememberedForm(HeadingsForm):
    """What is remembered of one list, to be changed or forgotten."""

    def __init__(
        self, *args: Any, known: Sequence[ListHeading], columns: Sequence[ListColumn], **kwargs: Any
    ) -> None:
        chosen = {row.heading: row.column for row in known}
        choices = [*_columns(columns), (FORGOTTEN, _("忘記（下次再問）"))]
        super().__init__(*args, headings=list(chosen), choices=choices, chosen=chosen, **kwargs)
        self._known = known

    def rows(self) -> Iterator[tuple[ListHeading, BoundField]]:
        return zip(self._known, self, strict=True)

    @property
    def changed(self) -> dict[str, str]:
        """Heading → column, of those that are to stand for another one than before."""
        chosen = {self._headings[name]: self.cleaned_data[name] for name in self.changed_data}
        return {heading: column for heading, column in chosen.items() if column != FORGOTTEN}

    @property
    def forgotten(self) -> list[str]:
        return [heading for heading, column in self.choices.items() if column == FORGOTTEN]


def _columns(columns: Sequence[ListColumn]) -> list[tuple[str, str]]:
    needed = _("%(heading)s（必要）")
    named = [
        (column.name, needed % {"heading": column.heading} if column.needed else column.heading)
        for column in columns
    ]
    return [(SKIPPED, _("略過")), *named]

"""Entering, correcting and withdrawing cadre records; the services say what is acceptable."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Student, User
from portfolio.cadre_queries import in_school_levels
from portfolio.domain.cadre import POST_FIELDS, TEXT_LENGTH, CadrePost
from portfolio.forms import ServiceForm
from portfolio.models import CadreRecord
from portfolio.services.cadre import REASON_LENGTH, correct_post, record_post, withdraw_post
from schedules.models import Term
from schedules.term_setup_form import DayInput


class _PostForm(ServiceForm):
    unit = forms.CharField(
        label=gettext_lazy("單位名稱"),
        max_length=TEXT_LENGTH,
        help_text=gettext_lazy("例如：學生會、資訊二甲、吉他社。"),
    )
    title = forms.CharField(
        label=gettext_lazy("擔任職務"),
        max_length=TEXT_LENGTH,
        help_text=gettext_lazy("例如：會長、班長、社長。"),
    )
    level = forms.ChoiceField(label=gettext_lazy("幹部等級"))
    starts_on = forms.DateField(label=gettext_lazy("開始日期"), widget=DayInput())
    ends_on = forms.DateField(label=gettext_lazy("結束日期"), widget=DayInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        levels = in_school_levels()
        self.fields["level"] = forms.ChoiceField(
            label=_("幹部等級"), choices=[("", _("請選擇")), *levels.items()]
        )
        self.order_fields(self.field_order)

    @property
    def post(self) -> CadrePost:
        return CadrePost(**{name: self.cleaned_data[name] for name in POST_FIELDS})


class NewCadreForm(_PostForm):
    """A new record of a student in one of `divisions`."""

    field_order = ("term", "student_number", *POST_FIELDS)
    student_number = forms.CharField(label=gettext_lazy("學號"), max_length=20)

    def __init__(self, *args: Any, divisions: Collection[str], term: Term | None, **kwargs: Any) -> None:
        super().__init__(*args, initial={"term": term}, **kwargs)
        self._divisions = divisions
        self.fields["term"] = forms.ModelChoiceField(
            Term.objects.all(), label=_("學期"), empty_label=_("請選擇")
        )
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        number, term = cleaned.get("student_number"), cleaned.get("term")
        if number and term:
            cleaned["student"] = self._student(number, term)
            if cleaned["student"] is None:
                message = _("%(year)d 學年度您的部別沒有學號「%(number)s」的學生，請檢查學號。")
                parts = {"year": term.school_year, "number": number}
                self.add_error("student_number", message % parts)
        return cleaned

    def _student(self, number: str, term: Term) -> Student | None:
        ours = Student.objects.filter(
            placements__school_year=term.school_year,
            placements__school_class__division__in=list(self._divisions),
        )
        return ours.select_related("user").filter(student_number=number).first()

    def save(self, *, by: User, at: datetime) -> CadreRecord | None:
        return self.accepted_by(
            lambda: record_post(
                self.cleaned_data["student"], self.cleaned_data["term"], self.post, by=by, at=at
            )
        )


class CorrectCadreForm(_PostForm):
    """A correction of `record`, with its reason."""

    field_order = (*POST_FIELDS, "reason")
    reason = forms.CharField(
        label=gettext_lazy("更正理由"),
        max_length=REASON_LENGTH,
        help_text=gettext_lazy("例如：學生回報，經查導師名單。會留在紀錄裡。"),
    )

    def __init__(self, *args: Any, record: CadreRecord, **kwargs: Any) -> None:
        initial = {name: getattr(record, name) for name in POST_FIELDS}
        super().__init__(*args, initial=initial, **kwargs)
        self._record = record

    def save(self, *, by: User, at: datetime) -> CadreRecord | None:
        return self.accepted_by(
            lambda: correct_post(self._record, self.post, reason=self.cleaned_data["reason"], by=by, at=at)
        )


class WithdrawCadreForm(ServiceForm):
    reason = forms.CharField(label=gettext_lazy("撤銷理由"), max_length=REASON_LENGTH)
    prefix = "withdraw"

    def save(self, record: CadreRecord, *, by: User, at: datetime) -> bool:
        """Whether the record was withdrawn."""
        self.accepted_by(lambda: withdraw_post(record, reason=self.cleaned_data["reason"], by=by, at=at))
        return self.is_valid()

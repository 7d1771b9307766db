"""The certifier's forms over the services."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from portfolio.form_fields import Ids, TypedChoice, TypedText
from portfolio.forms import ServiceForm
from portfolio.models import CourseOutcome, ReturnTemplate
from portfolio.services.certification import REASON_LENGTH, certify_many, return_to_student
from portfolio.services.certification_undo import undo_decision
from portfolio.services.deciding import Refused, SomeRefused
from portfolio.services.pending_decisions import prepare_many, prepare_return
from portfolio.services.return_templates import add_template, change_template


def _reason_field(label: Any, help_text: Any, *, rows: int = 3) -> TypedText:
    widget = forms.Textarea(attrs={"rows": rows, "data-max-length": REASON_LENGTH})
    return TypedText(label=label, help_text=help_text, widget=widget)


class TickedForm(ServiceForm):
    """The outcomes ticked in the queue."""

    outcome = Ids(required=False)
    refused: Sequence[Refused] = ()

    def certify(self, *, by: User, at: datetime, later: bool) -> int | None:
        """How many were certified, or with `later` prepared; None when that was refused."""
        ids = dict.fromkeys(self.ticked)
        act = prepare_many if later else certify_many
        return self.accepted_by(lambda: self._said_of_each(lambda: act(ids, by=by, at=at)))

    @property
    def ticked(self) -> list[int]:
        """What was ticked, as far as it could be read."""
        if self.is_bound and not hasattr(self, "cleaned_data"):
            self.full_clean()
        return list(self.cleaned_data.get("outcome", [])) if self.is_bound else []

    def _said_of_each(self, act: Callable[[], int]) -> int:
        try:
            return act()
        except SomeRefused as refusal:
            self.refused = refusal.refused
            raise


class ReturnForm(ServiceForm):
    """Why an outcome goes back to its student: typed, or one of the reasons that are kept."""

    # Either will do.
    use_required_attribute = False

    template = TypedChoice(label=_("選用範本"), required=False)
    reason = _reason_field(
        _("退件原因"), _("學生會看到這段文字。請寫出要修正的地方，例如檔案不完整、放錯課程。")
    )

    def __init__(self, *args: Any, templates: Iterable[ReturnTemplate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._texts = {str(template.pk): template.text for template in templates}
        choices = [("", _("不使用範本")), *self._texts.items()]
        self.fields["template"].choices = choices  # type: ignore[attr-defined]
        self.fields["template"].widget.attrs["data-into"] = "id_reason"

    def send_back(self, outcome: CourseOutcome, *, by: User, at: datetime, seen: str, later: bool) -> bool:
        """Whether the outcome was returned, or with `later` that was prepared."""
        act = prepare_return if later else return_to_student
        self.accepted_by(lambda: act(outcome, reason=self._given, by=by, at=at, seen=seen))
        return self.is_valid()

    @property
    def _given(self) -> str:
        chosen = self._texts.get(self.cleaned_data["template"], "")
        return "\n".join(text for text in (chosen, self.cleaned_data["reason"]) if text)


class UndoForm(ServiceForm):
    """Why a decision is taken back; of a certification it must be said."""

    use_required_attribute = False

    undo_reason = _reason_field(_("原因"), _("學生會看到這段文字。"), rows=2)

    def __init__(self, *args: Any, is_owed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["undo_reason"].required = is_owed

    def undo(self, outcome: CourseOutcome, *, by: User, at: datetime) -> bool:
        """Whether the decision was taken back."""
        self.accepted_by(
            lambda: undo_decision(outcome, reason=self.cleaned_data["undo_reason"], by=by, at=at)
        )
        return self.is_valid()


class TemplateForm(ServiceForm):
    """A reason for returning, to be kept."""

    text = _reason_field(
        _("退件原因"), _("寫要修正的事實，不評論好壞，例如「檔案無法開啟，請重新上傳」。"), rows=2
    )

    def add(self, *, by: User, at: datetime) -> bool:
        self.accepted_by(lambda: add_template(self.cleaned_data["text"], by=by, at=at))
        return self.is_valid()

    def change(self, template: ReturnTemplate, *, by: User, at: datetime) -> bool:
        self.accepted_by(lambda: change_template(template, self.cleaned_data["text"], by=by, at=at))
        return self.is_valid()

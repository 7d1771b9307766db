from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import ClassPlacement


class SlipsForm(forms.Form):
    """Who gets a new first password, and why; at first those who have never signed in."""

    students = forms.TypedMultipleChoiceField(
        label=_("學生"), coerce=int, error_messages={"required": _("請至少勾選一位學生。")}
    )
    reason = forms.CharField(
        label=_("理由"),
        max_length=200,
        help_text=_("例如：新生首次發放。理由、姓名與時間會留存；密碼本身不留存。"),
    )

    def __init__(self, placements: Sequence[ClassPlacement], data: Any = None) -> None:
        super().__init__(data)
        choices = [(str(each.student_id), str(each.student)) for each in placements]
        field: Any = self.fields["students"]
        field.choices = choices
        field.initial = [str(each.student_id) for each in placements if not each.student.user.last_login]

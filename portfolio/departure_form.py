"""The form of a teacher's leaving: the days, and who certifies instead, for all courses or for each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.domain.roc_calendar import roc_datetime
from accounts.errors import DomainError, NotAllowed
from accounts.models import Departure, User
from portfolio.departure_queries import LeavingSection, staff
from portfolio.services.departures import REASON_LENGTH, After, HandOver, Plan, preview, settle
from schedules.term_setup_form import DayInput

# Suggestions that the browser offers while typing; the page holds the list once.
STAFF_LIST = "staff"
_NAMED = re.compile(r"（([^（）]+)）$")


def staff_label(user: User) -> str:
    return f"{user}（{user.username}）"


class StaffField(forms.CharField):
    """Somebody of the school: by the account, by the name if only one bears it, or as suggested."""

    def __init__(self, people: Sequence[User], **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"list": STAFF_LIST, "autocomplete": "off"})
        super().__init__(required=False, widget=widget, **kwargs)
        self._people = people

    def prepare_value(self, value: Any) -> Any:
        return staff_label(value) if isinstance(value, User) else value

    def clean(self, value: Any) -> User | None:
        typed = super().clean(value)
        if not typed:
            return None
        match = _NAMED.search(typed)
        wanted = match[1] if match else typed
        found = [user for user in self._people if user.username == wanted]
        found = found or [user for user in self._people if str(user) == wanted]
        if len(found) == 1:
            return found[0]
        message = _("有 %(count)d 位「%(name)s」，請改填帳號。") if found else _("查無教職員「%(name)s」。")
        raise forms.ValidationError(message % {"count": len(found), "name": typed})


class DepartureForm(forms.Form):
    """The last day, how long the account is kept, who stands in."""

    leaves_on = forms.DateField(label=gettext_lazy("最後在職日（當日仍在職）"), widget=DayInput())
    kept_until = forms.DateField(label=gettext_lazy("帳號保留至（當日計入）"), widget=DayInput())
    is_retained = forms.BooleanField(
        label=gettext_lazy("有經費補助且本人同意，離職後繼續認證至帳號保留截止日"),
        required=False,
        help_text=gettext_lazy("不勾選時，離職次日起由接任授課教師等依序認證（第 12 點之二）。"),
    )
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=REASON_LENGTH)

    def __init__(
        self,
        teacher: User,
        sections: Sequence[LeavingSection],
        departure: Departure | None,
        *,
        proposal: date | None,
        now: datetime,
        data: Any = None,
    ) -> None:
        super().__init__(data, initial=_initial(sections, departure, proposal))
        self._teacher, self._sections = teacher, sections
        self.people = list(staff(now).exclude(pk=teacher.pk))
        if proposal:
            kept = _("提議：所授課程的認證截止日。離職後帳號只能認證原授課程。")
            self.fields["kept_until"].help_text = kept
        if ends := departure.former_end if departure else teacher.expires_at:
            message = _("這個帳號原訂於 %(end)s 到期，早於這裡的日期時仍依原訂。")
            self.fields["kept_until"].help_text += message % {"end": roc_datetime(ends)}
        self.fields["successor"] = StaffField(self.people, label=_("接任授課教師（全部課程）"))
        self.fields["convener"] = StaffField(self.people, label=_("科召集人／科主任（全部課程）"))
        self.fields["successor"].help_text = _("一次交接：下面沒有另外填的課程都由這位接任。")
        for row in sections:
            key = row.section.pk
            self.fields[f"successor-{key}"] = StaffField(self.people, label=_("接任授課教師"))
            self.fields[f"convener-{key}"] = StaffField(self.people, label=_("科召集人／科主任"))

    @property
    def general_fields(self) -> Iterator[forms.BoundField]:
        return (self[name] for name in self.fields if "-" not in name)

    @property
    def section_fields(self) -> Iterator[tuple[LeavingSection, list[forms.BoundField]]]:
        for row in self._sections:
            yield row, [self[f"{name}-{row.section.pk}"] for name in ("successor", "convener")]

    def preview(self, *, by: User, at: datetime) -> list[After] | None:
        """What would come of it; None where the form or the service refuses, which the form then shows."""
        return self._judged(preview, by, at)

    def save(self, *, by: User, at: datetime) -> list[After] | None:
        return self._judged(settle, by, at)

    def _judged(self, act: Any, by: User, at: datetime) -> list[After] | None:
        if not self.is_valid():
            return None
        try:
            return list(act(self._plan(), by=by, at=at))
        except NotAllowed:
            raise
        except DomainError as refusal:
            self.add_error(None, refusal.message)
        return None

    def _plan(self) -> Plan:
        data = self.cleaned_data
        return Plan(
            teacher=self._teacher,
            leaves_on=data["leaves_on"],
            kept_until=data["kept_until"],
            is_retained=data["is_retained"],
            reason=data["reason"],
            hand_overs=tuple(
                HandOver(
                    row.section,
                    data[f"successor-{row.section.pk}"] or data["successor"],
                    data[f"convener-{row.section.pk}"] or data["convener"],
                )
                for row in self._sections
            ),
        )


def _initial(
    sections: Sequence[LeavingSection], departure: Departure | None, proposal: date | None
) -> dict[str, Any]:
    initial: dict[str, Any] = {"kept_until": proposal}
    if departure:
        initial |= {
            "leaves_on": departure.leaves_on,
            "kept_until": _last_day(departure) or proposal,
            "reason": departure.reason,
            "is_retained": any(row.section.retained_until for row in sections),
        }
    for name in ("successor", "convener"):
        named = {row.section.pk: getattr(row.section, name) for row in sections}
        if len(set(named.values())) == 1:
            initial[name] = next(iter(named.values()))
        else:
            initial |= {f"{name}-{key}": person for key, person in named.items()}
    return initial


def _last_day(departure: Departure) -> date | None:
    ends = departure.user.expires_at
    return timezone.localdate(ends - timedelta(microseconds=1)) if ends else None

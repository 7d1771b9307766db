"""Forms over the services: a refusal stands beside what was typed, and nothing that was typed is lost."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.domain.joining import in_row, noted
from accounts.errors import DomainError, NotAllowed
from accounts.models import Student, User
from portfolio.domain.categories import Category, DetailsInvalid
from portfolio.domain.filetypes import Slot
from portfolio.form_fields import (
    Codes,
    Ids,
    description_field,
    field_for,
    file_field,
    link_field,
    proxy_reason_field,
)
from portfolio.models import CourseOutcome, DiversePerformance, Enrolment, UploadDraft
from portfolio.queries import enrolments_of, file_limits
from portfolio.services.drafts import save_draft
from portfolio.services.files import Files
from portfolio.services.outcomes import revise_course_outcome, upload_course_outcome
from portfolio.services.performances import upload_performance
from portfolio.services.selection import require_acceptable, select_items
from portfolio.student_windows import StudentWindows
from schedules.domain.activities import Activity
from schedules.domain.terms import TermCode

Result = TypeVar("Result")


class ServiceForm(forms.Form):
    """A form whose input a service judges; with `by_proxy` it asks first why somebody acts for a student."""

    field_order: tuple[str, ...] = ("proxy_reason",)

    def __init__(self, *args: Any, by_proxy: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if by_proxy:
            self.fields["proxy_reason"] = proxy_reason_field()
            self.order_fields(self.field_order)

    @property
    def given_reason(self) -> str:
        """Why somebody acts for the student; empty when the student acts."""
        return str(self.cleaned_data.get("proxy_reason", ""))

    def accepted_by(self, act: Callable[[], Result]) -> Result | None:
        """What `act` gives; None when it is not called or refuses, which the form then shows.

        Raises:
            NotAllowed: it is not for this person at all.
        """
        if not self.is_valid():
            return None
        try:
            return act()
        except NotAllowed:
            raise
        except DetailsInvalid as refusal:
            for key, message in refusal.errors.items():
                self.add_error(key if key in self.fields else None, message)
        except DomainError as refusal:
            self.add_error(None, refusal.message)
        return None


class PieceForm(ServiceForm):
    """What every piece has: a description, and a place for a document and one for audio or video."""

    nothing_to_keep = gettext_lazy("還沒有填寫文字，沒有草稿可以儲存。")

    def __init__(self, *args: Any, kept: Collection[str] = (), **kwargs: Any) -> None:
        """`kept` are the slots whose file stays unless a new one is chosen."""
        super().__init__(*args, **kwargs)
        self.fields["description"] = description_field()
        for slot, limit in file_limits().items():
            self.fields[slot.value] = file_field(slot, limit, is_kept=slot in kept)

    @property
    def typed(self) -> dict[str, str]:
        """Everything but the files, as it was typed."""
        others = {"enrolment", "proxy_reason", *(slot.value for slot in Slot)}
        return {key: value or "" for key, value in self.cleaned_data.items() if key not in others}

    @property
    def chosen_files(self) -> Files:
        return {slot: file for slot in Slot if (file := self.cleaned_data.get(slot.value))}


class OutcomeForm(PieceForm):
    """A new course outcome. Offers the courses that can take one now; any own course may be posted."""

    def __init__(
        self, *args: Any, student: Student, windows: StudentWindows, now: datetime, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        enrolments = enrolments_of(student)
        course = forms.ModelChoiceField(
            enrolments,
            label=_("課程"),
            error_messages={"required": _("請選擇課程。"), "invalid_choice": _("請選擇您修習的課程。")},
        )
        self.offered = _offered(enrolments, windows, now)
        course.choices = [("", _("請選擇")), *_by_term(self.offered)]
        self.fields = {"enrolment": course, **self.fields}
        self.order_fields(self.field_order)

    def upload(self, *, by: User, at: datetime, started_at: datetime | None) -> CourseOutcome | None:
        return self.accepted_by(
            lambda: upload_course_outcome(
                self.cleaned_data["enrolment"],
                description=self.cleaned_data["description"],
                files=self.chosen_files,
                by=by,
                at=at,
                started_at=started_at,
                proxy_reason=self.given_reason,
            )
        )

    def keep_draft(self, student: Student, *, at: datetime) -> UploadDraft | None:
        return self.accepted_by(
            lambda: save_draft(student, self.cleaned_data["enrolment"], self.typed, by=student.user, at=at)
        )


class ReviseForm(PieceForm):
    """A correction of `outcome`, which keeps the files that are not replaced.

    Without `initial`, as kept in a draft, it begins with the piece as it is.
    """

    nothing_to_keep = gettext_lazy("文字沒有改變，沒有草稿可以儲存。")

    def __init__(
        self, *args: Any, outcome: CourseOutcome, initial: dict[str, Any] | None = None, **kwargs: Any
    ) -> None:
        kept = [file.slot for file in outcome.attachments.all() if file.replaced_at is None]
        initial = {"description": outcome.description, **(initial or {})}
        super().__init__(*args, initial=initial, kept=kept, **kwargs)
        self._outcome = outcome

    def revise(self, *, by: User, at: datetime, started_at: datetime | None) -> CourseOutcome | None:
        return self.accepted_by(
            lambda: revise_course_outcome(
                self._outcome,
                description=self.cleaned_data["description"],
                files=self.chosen_files,
                by=by,
                at=at,
                started_at=started_at,
            )
        )

    def keep_draft(self, student: Student, *, at: datetime) -> UploadDraft | None:
        return self.accepted_by(
            lambda: save_draft(student, self._outcome, self.typed, by=student.user, at=at)
        )


class PerformanceForm(PieceForm):
    """A new diverse performance: the category's own fields, then what all categories share."""

    def __init__(self, *args: Any, category: Category, codes: Codes, term: TermCode, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = {spec.key: field_for(spec, codes, term) for spec in category.fields}
        self.fields = {**own, **self.fields, "external_link": link_field()}
        self.order_fields(self.field_order)
        self._category = category

    def upload(
        self, student: Student, *, by: User, at: datetime, started_at: datetime | None
    ) -> DiversePerformance | None:
        return self.accepted_by(
            lambda: upload_performance(
                student,
                self._category,
                details=self.typed,
                files=self.chosen_files,
                by=by,
                at=at,
                started_at=started_at,
                proxy_reason=self.given_reason,
            )
        )

    def keep_draft(self, student: Student, *, at: datetime) -> UploadDraft | None:
        return self.accepted_by(
            lambda: save_draft(student, self._category, self.typed, by=student.user, at=at)
        )


class SelectionForm(ServiceForm):
    """The items ticked for one school year."""

    outcomes = Ids(required=False)
    performances = Ids(required=False)

    def save(self, student: Student, school_year: int, *, by: User, at: datetime) -> bool:
        """Whether the selection was accepted."""
        self.accepted_by(lambda: select_items(student, school_year, **self.cleaned_data, by=by, at=at))
        return self.is_valid()

    def judged(
        self, student: Student, school_year: int, *, by: User, at: datetime
    ) -> dict[str, list[int]] | None:
        """The ticked items where they would be accepted; nothing is saved."""
        self.accepted_by(lambda: require_acceptable(student, school_year, **self.given, by=by, at=at))
        return self.given if self.is_valid() else None

    @property
    def given(self) -> dict[str, list[int]]:
        """The ticked items in their order, as far as they could be read."""
        if not hasattr(self, "cleaned_data"):
            self.full_clean()
        return {name: self.cleaned_data.get(name, []) for name in ("outcomes", "performances")}


def _offered(
    enrolments: Iterable[Enrolment], windows: StudentWindows, now: datetime
) -> dict[TermCode, list[Enrolment]]:
    """Courses with credits whose upload is open, by term."""
    offered: dict[TermCode, list[Enrolment]] = {}
    for enrolment in enrolments:
        term = enrolment.section.term.code
        if enrolment.section.course.has_credits and windows.is_open(Activity.OUTCOME_UPLOAD, term, now):
            offered.setdefault(term, []).append(enrolment)
    return offered


def _course_label(enrolment: Enrolment) -> str:
    about = [
        str(enrolment.section.teacher),
        *([] if enrolment.is_regular else [enrolment.get_kind_display()]),
    ]
    return noted(enrolment.section.course, in_row(about))


def _by_term(offered: Mapping[TermCode, Iterable[Enrolment]]) -> list[Any]:
    return [
        (
            _("%(term)s 學期") % {"term": term},
            [(one.pk, _course_label(one)) for one in enrolments],
        )
        for term, enrolments in offered.items()
    ]

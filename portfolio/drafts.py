"""Reading drafts: which there are, and the one that a form takes up again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import Student
from portfolio.domain.categories import CATEGORIES, Category
from portfolio.models import CourseOutcome, Enrolment, UploadDraft
from portfolio.queries import valid_codes
from portfolio.student_windows import StudentWindows
from schedules.domain.activities import Activity
from schedules.models import Window

DraftSubject = Enrolment | Category | CourseOutcome


@dataclass(frozen=True)
class FormDraft:
    """What a form knows of drafts: the one it takes up, its version as it began, and the other ones."""

    taken_up: UploadDraft | None
    others: list[UploadDraft]
    seen: str

    @property
    def initial(self) -> dict[str, Any]:
        if self.taken_up is None:
            return {}
        return {"enrolment": self.taken_up.enrolment_id, **self.taken_up.fields}


def drafts_of(student: Student) -> QuerySet[UploadDraft]:
    """Newest first, with what pages say of them."""
    return UploadDraft.objects.filter(student=student).select_related(
        "student__user", "enrolment__section__course", "enrolment__section__term", "outcome__selection"
    )


def key_of(subject: DraftSubject) -> dict[str, Any]:
    """The columns by which the draft for `subject` is known."""
    if isinstance(subject, CourseOutcome):
        return {"enrolment": subject.enrolment, "category": "", "outcome": subject}
    if isinstance(subject, Enrolment):
        return {"enrolment": subject, "category": "", "outcome": None}
    return {"enrolment": None, "category": subject.code, "outcome": None}


def draft_of(student: Student, subject: DraftSubject) -> UploadDraft | None:
    return drafts_of(student).filter(**key_of(subject)).first()


def version_of(draft: UploadDraft | None) -> str:
    """Changes whenever the draft is saved; empty for none."""
    return draft.saved_at.astimezone(UTC).isoformat() if draft else ""


def outcome_draft(
    windows: StudentWindows, student: Student, enrolment_id: int | None, now: datetime, *, is_new: bool
) -> FormDraft:
    """For the form of a new outcome: the draft of its course; of none yet, the newest.

    Only what can be sent at `now` is taken up. `is_new` says to begin with an empty form.
    """
    pieces = drafts_of(student).filter(outcome=None)
    drafts = [draft for draft in pieces if _can_be_sent(draft, windows, now)]
    if enrolment_id:
        taken_up = next((draft for draft in drafts if draft.enrolment_id == enrolment_id), None)
    else:
        taken_up = next((draft for draft in drafts if not is_new), None)
    others = [draft for draft in drafts if draft != taken_up]
    return FormDraft(taken_up, others, version_of(taken_up))


def performance_draft(student: Student, category: Category) -> FormDraft:
    taken_up = draft_of(student, category)
    return FormDraft(taken_up, [], version_of(taken_up))


def correction_draft(outcome: CourseOutcome) -> FormDraft:
    taken_up = draft_of(outcome.student, outcome)
    return FormDraft(taken_up, [], version_of(taken_up))


def form_address(draft: UploadDraft) -> str:
    """Where writing goes on."""
    if draft.outcome_id:
        return reverse("portfolio:outcome_edit", args=[draft.outcome_id])
    if draft.enrolment_id:
        return f"{reverse('portfolio:outcome_new')}?enrolment={draft.enrolment_id}"
    return reverse("portfolio:performance_new", args=[draft.category])


def upload_window(draft: UploadDraft, now: datetime) -> Window | None:
    """The window in which the draft can be sent."""
    windows = StudentWindows(draft.student)
    if draft.enrolment:
        return windows.of(Activity.OUTCOME_UPLOAD, draft.enrolment.section.term.code)
    return windows.performance_upload(now)


def can_go_on(draft: UploadDraft, now: datetime) -> bool:
    """Whether there is a form now that takes the draft up."""
    if draft.outcome and (draft.outcome.is_withdrawn or hasattr(draft.outcome, "selection")):
        return False
    window = upload_window(draft, now)
    return window is not None and window.is_open(now)


def readable_fields(draft: UploadDraft) -> list[tuple[str, str]]:
    """What was typed into a category's own fields, by the form's labels; codes by theirs."""
    codes = valid_codes()
    fields = CATEGORIES[draft.category].fields if draft.category else ()
    return [
        (
            str(field.label),
            codes.get(field.code_list, {}).get(draft.fields[field.key], draft.fields[field.key]),
        )
        for field in fields
        if field.key in draft.fields
    ]


def _can_be_sent(draft: UploadDraft, windows: StudentWindows, now: datetime) -> bool:
    if draft.enrolment is None:
        return False
    return windows.is_open(Activity.OUTCOME_UPLOAD, draft.enrolment.section.term.code, now)

"""Keeping what a student has typed but not sent: theirs alone, and gone once the piece is uploaded.

A draft is a note and no act: it is kept while one types and leaves nothing in the trail. It needs no open
window; sending what it became does.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.authority import require
from accounts.errors import Conflict, InvalidInput, NotAllowed
from accounts.models import Student, User
from portfolio.domain.categories import Category
from portfolio.drafts import DraftSubject, draft_of, key_of, version_of
from portfolio.models import CourseOutcome, Enrolment, UploadDraft
from portfolio.permissions import PortfolioAct

# Far more than any field takes, so that what is too long is kept as well, to be shortened.
TEXT_LENGTH = 5000
_ALL_PIECES = ("description", "external_link")


@transaction.atomic
def save_draft(
    student: Student,
    subject: DraftSubject,
    typed: Mapping[str, str],
    *,
    by: User,
    at: datetime,
    seen: str | None = None,
    moved_from: Enrolment | None = None,
) -> UploadDraft | None:
    """Keep what is `typed` for `subject`; nothing typed leaves no draft, nor does a correction that changes
    nothing. What is no field of it is left out.

    `seen` is the version that the form began with, or was told last: typing in one window never overwrites
    what another one kept. None replaces whatever there is. `moved_from` is the course for which the same
    text was kept before; it is then not kept there any more.

    Raises:
        NotAllowed: `by` is not the student, or the course or the piece is not theirs.
        InvalidInput: a text is far too long.
        Conflict: there is another version than `seen`.
    """
    require(by, PortfolioAct.KEEP_DRAFT, student, at)
    _require_own(subject, student)
    fields = _kept(subject, typed)
    Student.objects.select_for_update().get(pk=student.pk)  # two windows of one person take turns
    draft = draft_of(student, subject) or (draft_of(student, moved_from) if moved_from else None)
    if seen not in (None, version_of(draft)):
        raise Conflict(_("這一件已有另一份草稿，目前填寫的內容沒有覆蓋它。"))
    if _says_nothing_new(subject, fields):
        if draft:
            draft.delete()
        return None
    draft = draft or UploadDraft(student=student)
    for name, value in key_of(subject).items():
        setattr(draft, name, value)
    draft.fields, draft.saved_at = fields, at
    draft.save()
    return draft


def discard_draft(draft: UploadDraft, *, by: User, at: datetime) -> None:
    """
    Raises:
        NotAllowed: `by` is not the student.
    """
    require(by, PortfolioAct.KEEP_DRAFT, draft.student, at)
    draft.delete()


def drop_draft_of(student: Student, subject: DraftSubject, *, by: User) -> None:
    """The piece is uploaded: its draft goes. What somebody else uploaded is not what the student typed."""
    if student.user_id == by.pk:
        UploadDraft.objects.filter(student=student, **key_of(subject)).delete()


def _require_own(subject: DraftSubject, student: Student) -> None:
    if isinstance(subject, Enrolment) and subject.student_id != student.pk:
        raise NotAllowed(_("只能為自己修習的課程儲存草稿。"))
    if isinstance(subject, CourseOutcome) and subject.student != student:
        raise NotAllowed(_("只能為自己的課程學習成果儲存草稿。"))


def _says_nothing_new(subject: DraftSubject, fields: Mapping[str, str]) -> bool:
    # A browser sends line breaks of two characters.
    texts = {text.replace("\r\n", "\n").strip() for text in fields.values()}
    known = {subject.description} if isinstance(subject, CourseOutcome) else set()
    return texts <= {"", *known}


def _kept(subject: DraftSubject, typed: Mapping[str, str]) -> dict[str, str]:
    own = [field.key for field in subject.fields] if isinstance(subject, Category) else []
    # PostgreSQL takes no NUL in JSON.
    fields = {name: typed[name].replace("\0", "") for name in (*own, *_ALL_PIECES) if typed.get(name)}
    if any(len(text) > TEXT_LENGTH for text in fields.values()):
        raise InvalidInput(_("內容超過 %(limit)d 字，草稿存不下，請先縮短。") % {"limit": TEXT_LENGTH})
    return fields

"""The enrolment history of students that come in lists: no status begins or changes without its line."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.domain.enrolment import change_to
from accounts.models import EnrolmentChange, Student, User
from accounts.models.enrolment_changes import ChangeKind
from accounts.models.students import EnrolmentStatus

Histories = Mapping[int, Sequence[str]]


@dataclass(frozen=True)
class StatusChange:
    """What a list makes of a student's status. `before` is None for a new student, who enters."""

    student: Student
    before: str | None
    after: str

    def kinds(self, history: Sequence[str]) -> list[str]:
        """The changes that lead to it, in order; `history` is the student's so far, oldest first."""
        entered = [ChangeKind.ENROLLED.value] if self.before is None else []
        status = self.before or EnrolmentStatus.ENROLLED
        kind = change_to(self.after, status, [*history, *entered])
        return [*entered, *([kind] if kind else [])]

    def problem(self, history: Sequence[str]) -> str:
        """Why no change leads there, in words; empty if one does or none is needed."""
        if self.before is None or self.after == self.before or self.kinds(history):
            return ""
        message = _("「%(before)s」的學生不能直接改為「%(after)s」，請在學生頁面逐步登錄學籍異動。")
        before, after = (EnrolmentStatus(status).label for status in (self.before, self.after))
        return message % {"before": before, "after": after}


def histories() -> Histories:
    """Student's id → kinds of change so far, oldest first."""
    changes = EnrolmentChange.objects.order_by("effective_on", "pk")
    found: defaultdict[int, list[str]] = defaultdict(list)
    for student_id, kind in changes.values_list("student_id", "kind"):
        found[student_id].append(kind)
    return found


def record_status_changes(
    changes: Iterable[StatusChange], known: Histories, *, note: str, by: User | None, at: datetime
) -> None:
    """Add to the histories what leads to each new status, on this day; nothing for a status that stays.

    For whoever writes the status itself, in the same transaction. The students are on record by now.
    """
    EnrolmentChange.objects.bulk_create(
        EnrolmentChange(
            student=change.student,
            kind=kind,
            effective_on=timezone.localdate(at),
            note=note[:200],
            recorded_by=by,
            recorded_at=at,
        )
        for change in changes
        for kind in change.kinds(known.get(change.student.pk, ()))
    )

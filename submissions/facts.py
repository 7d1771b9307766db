"""What a roster's columns are filled with: the sources that `submissions.domain.rosters` names."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from django.db.models import QuerySet

from accounts.models import Student
from portfolio.domain.filetypes import FileKind, Slot
from portfolio.models import Attachment, CourseOutcome, DiversePerformance, Selection
from submissions.domain.rosters import attachment_path
from submissions.models import Batch

Item = CourseOutcome | DiversePerformance


@dataclass(frozen=True)
class RowFacts:
    """An item on its way into a roster: its sheet, its facts by column source, and its files by slot."""

    student: Student
    item: Item
    sheet_key: str
    facts: dict[str, object]
    files: dict[Slot, Attachment]


def selections_of(batch: Batch) -> QuerySet[Selection]:
    """What was selected for the batch's year by the students the roster is for, in class and seat order, each
    student's in the order they put them in."""
    spec = batch.spec
    kind = "outcome" if spec.kind == "course_outcomes" else "performance"
    placements = {
        "student__placements__school_year": batch.school_year,
        "student__placements__school_class__division": batch.division,
        "student__placements__school_class__grade__in": spec.grades,
    }
    if spec.letter_batch:
        placements["student__placements__school_class__letter_batch"] = spec.letter_batch
    selections = Selection.objects.filter(
        school_year=batch.school_year, **{f"{kind}__isnull": False}, **placements
    )
    related = {
        "outcome": ("outcome__enrolment__section__course", "outcome__enrolment__section__term"),
        "performance": ("performance",),
    }[kind]
    return (
        selections.select_related("student__user", *related)
        .prefetch_related(f"{kind}__attachments")
        .order_by(
            "student__placements__school_class__grade",
            "student__placements__school_class__name",
            "student__placements__seat_number",
            "position",
            "pk",
        )
    )


def rows_of(batch: Batch) -> Iterator[RowFacts]:
    """The facts of every row of `batch`, in order; its files are numbered through."""
    file_numbers = count(1)
    for selection in selections_of(batch).iterator(chunk_size=500):
        item = selection.outcome or selection.performance
        assert item is not None  # the database holds it
        files = {Slot(file.slot): file for file in item.attachments.all() if file.replaced_at is None}
        student = selection.student
        national_id = student.national_id
        facts: dict[str, object] = {
            "student.national_id": national_id,
            "student.birth_date": student.birth_date,
            "item.description": item.description,
        }
        for slot, file in files.items():
            extension = FileKind(file.kind).extension
            name = attachment_path(national_id, batch.roster_code, next(file_numbers), extension)
            facts[f"file.{slot}"] = name
        sheet_key, own = _outcome(item) if isinstance(item, CourseOutcome) else _performance(item)
        yield RowFacts(student, item, sheet_key, facts | own, files)


def _outcome(outcome: CourseOutcome) -> tuple[str, dict[str, object]]:
    enrolment = outcome.enrolment
    course = enrolment.section.course
    return enrolment.kind, {
        "course.code": course.code,
        "course.name": course.name,
        "course.grade": course.grade,
        "course.credits": course.credits,
        "course.periods": course.credits,
        "course.term": enrolment.section.term.number,
        "course.original_school_year": enrolment.original_school_year,
        "course.original_term": enrolment.original_term,
        "course.method": enrolment.method,
        "course.school_code": enrolment.other_school_code,
    }


def _performance(performance: DiversePerformance) -> tuple[str, dict[str, object]]:
    details = {f"details.{key}": value for key, value in performance.details.items()}
    return performance.category, details | {"item.external_link": performance.external_link}

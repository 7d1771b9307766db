"""A batch from its creation to the day it was submitted (article 6-2)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.domain.division import Division
from accounts.errors import Conflict, InvalidInput, NotAllowed
from accounts.models import AuditEntry
from accounts.models.duties import DutyCode
from portfolio.models import Selection
from portfolio.models.courses import StudyKind
from schedules.services.extensions import grant_extension, withdraw_extension
from submissions.domain.rosters import ROSTERS
from submissions.facts import selections_of
from submissions.models import Batch, BatchFile, BatchRow
from submissions.next_steps import Step, progress_of
from submissions.permissions import SubmissionAct
from submissions.queries import amounts, selection_window, with_progress
from submissions.services.batches import create_batch, freeze_batch, mark_submitted
from tests import factories
from tests.moments import at, day
from tests.submissions.scene import CREATED, FROZEN, SELECTION_CLOSED, SUBMITTED, Scene

pytestmark = pytest.mark.django_db


def test_there_is_one_batch_per_roster_division_and_year(scene):
    scene.created()
    with pytest.raises(Conflict, match="已經建立"):
        scene.created()
    assert Batch.objects.count() == 1


def test_another_offices_roster_cannot_be_begun(scene):
    with pytest.raises(NotAllowed, match="多元表現"):
        create_batch("25", Division.DAY, 112, by=scene.office, at=CREATED)
    with pytest.raises(NotAllowed, match="進修部"):
        create_batch("28", Division.EVENING, 112, by=scene.office, at=CREATED)


def test_a_roster_of_the_other_division_is_refused(scene):
    with pytest.raises(InvalidInput, match="不適用於日間部"):
        create_batch("28", Division.DAY, 112, by=scene.office, at=CREATED)


def test_nothing_is_frozen_while_students_may_still_change_their_selection(scene):
    batch = scene.created()
    with pytest.raises(Conflict, match="113/09/20"):
        freeze_batch(batch, by=scene.office, at=SELECTION_CLOSED - timedelta(seconds=1))
    batch.refresh_from_db()
    assert batch.frozen_at is None
    assert freeze_batch(batch, by=scene.office, at=SELECTION_CLOSED).frozen_at == SELECTION_CLOSED


def test_nothing_is_frozen_while_somebody_has_more_time_to_select(scene):
    (student,) = scene.students_with_outcomes(1)
    batch, longer = scene.created(), SELECTION_CLOSED + timedelta(days=5)
    window = selection_window(batch)
    assert window is not None
    extension = grant_extension(
        window,
        student,
        closes_on=day("2024-09-25"),
        reason="住院",
        by=factories.AdminFactory.create(),
        at=CREATED,
    )
    with pytest.raises(Conflict, match="113/09/25"):
        freeze_batch(batch, by=scene.office, at=longer - timedelta(seconds=1))
    for moment, step in ((longer - timedelta(seconds=1), Step.SELECT), (longer, Step.FREEZE)):
        (progress,) = progress_of(with_progress(Batch.objects.all()), moment)
        assert progress.step == step
    withdraw_extension(extension, by=factories.AdminFactory.create(), at=SELECTION_CLOSED)
    assert freeze_batch(batch, by=scene.office, at=SELECTION_CLOSED).frozen_at == SELECTION_CLOSED


def test_without_a_planned_selection_window_nothing_is_frozen(scene):
    batch = create_batch("26", Division.DAY, 113, by=scene.office, at=CREATED)
    with pytest.raises(Conflict, match="還沒有定案"):
        freeze_batch(batch, by=scene.office, at=FROZEN)


def test_only_the_submitting_office_freezes(scene):
    batch = scene.created()
    with pytest.raises(NotAllowed, match="課程學習成果"):
        freeze_batch(batch, by=scene.registry, at=FROZEN)


def test_a_batch_is_frozen_once(scene):
    scene.students_with_outcomes(1)
    batch = scene.frozen()
    with pytest.raises(Conflict, match="已經凍結"):
        freeze_batch(batch, by=scene.office, at=FROZEN)
    assert batch.rows.count() == 1


def test_what_changes_afterwards_does_not_reach_the_frozen_rows(scene):
    outcome = scene.outcome(scene.student(), description="原來的簡述。")
    batch = scene.frozen()
    outcome.description = "後來改的簡述。"
    outcome.save()
    outcome.selection.delete()
    (row,) = batch.rows.all()
    assert "原來的簡述。" in row.cells
    assert "後來改的簡述。" not in row.cells
    with pytest.raises(TypeError):
        row.save()


def test_frozen_rows_do_not_lie_readable_in_the_database(scene):
    student = scene.student(national_id="A123456789")
    scene.outcome(student)
    (row,) = scene.frozen().rows.all()
    assert row.cells[0] == "A123456789"
    assert "A123456789" not in row.cells_cipher


def test_the_frozen_files_are_those_that_were_current_by_their_hash(scene):
    outcome = scene.outcome(scene.student(), title="第一版")
    outcome.attachments.update(replaced_at=at("2024-09-01 10:00"))
    current = factories.attach_pdf(outcome, "第二版")
    (file,) = BatchFile.objects.filter(row__batch=scene.frozen())
    assert (file.sha256, file.size) == (current.sha256, current.size)


def test_only_the_rosters_own_students_are_in_it(scene):
    inside = scene.student()
    scene.outcome(inside)
    elsewhere: list[dict[str, Any]] = [{"division": Division.EVENING}, {"grade": 3}]
    for facts in elsewhere:
        other = factories.StudentFactory.create(
            school_class=factories.SchoolClassFactory.create(school_year=112, **facts)
        )
        scene.outcome(other)
    assert [row.student for row in scene.frozen().rows.all()] == [inside]


def test_a_class_of_another_year_neither_doubles_nor_hides_a_student(scene):
    student = scene.student()
    scene.outcome(student)
    # Repeating, then moving on.
    for year, grade, division in ((113, 2, Division.DAY), (114, 3, Division.EVENING)):
        later = factories.SchoolClassFactory.create(school_year=year, grade=grade, division=division)
        factories.place(student, later)
    batch = scene.created()
    assert amounts([batch])[batch.pk].items == 1
    assert freeze_batch(batch, by=scene.office, at=FROZEN).rows.count() == 1


def test_grade_3_is_in_the_roster_of_its_letter_batch():
    scene = Scene(code="36")
    for letter_batch in (1, 2):
        scene.school_class = factories.SchoolClassFactory.create(
            school_year=112, grade=3, letter_batch=letter_batch
        )
        scene.students_with_outcomes(letter_batch)
    first = scene.created()
    second = create_batch("76", Division.DAY, 112, by=scene.office, at=CREATED)
    assert [amounts([first, second])[batch.pk].items for batch in (first, second)] == [1, 2]
    assert [selections_of(batch).count() for batch in (first, second)] == [1, 2]


def test_rows_stand_in_class_and_seat_order_and_are_numbered_through(scene):
    last, first = scene.student(), scene.student()
    early_class = factories.SchoolClassFactory.create(school_year=112, name="一年甲班", grade=1)
    first.placements.update(school_class=early_class)
    scene.outcome(last)
    scene.outcome(first)
    rows = scene.frozen().rows.order_by("position")
    assert [(row.position, row.student) for row in rows] == [(1, first), (2, last)]


def test_a_students_rows_stand_in_the_order_the_student_chose(scene):
    student, other = scene.student(), scene.student()
    pieces = [scene.outcome(student) for __ in range(3)]
    scene.outcome(other)
    for place, piece in enumerate([pieces[2], pieces[0], pieces[1]], start=1):
        Selection.objects.filter(outcome=piece).update(position=place)
    rows = scene.frozen().rows.order_by("position")
    assert [row.outcome for row in rows[:3]] == [pieces[2], pieces[0], pieces[1]]
    assert rows[3].student == other


def test_amounts_of_a_draft_and_of_a_frozen_batch_are_what_a_hand_counts(scene):
    for count in (1, 3):
        student = scene.student()
        for __ in range(count):
            scene.outcome(student)
    scene.performance(scene.student())  # another roster's
    draft = scene.created()
    assert (amounts([draft])[draft.pk].students, amounts([draft])[draft.pk].items) == (2, 4)
    frozen = freeze_batch(draft, by=scene.office, at=FROZEN)
    amount = amounts([frozen])[frozen.pk]
    assert (amount.students, amount.items, amount.files) == (2, 4, 4)


def test_rows_the_format_refuses_are_all_named_and_nothing_is_frozen(scene):
    students = [scene.student(), scene.student()]
    for student in students:
        # A retake without its way of being held.
        scene.outcome(student, kind=StudyKind.RETAKE, original_school_year=111, original_term=1)
    batch = scene.created()
    with pytest.raises(InvalidInput) as refusal:
        freeze_batch(batch, by=scene.office, at=FROZEN)
    for student in students:
        assert str(student) in refusal.value.message
    assert "重修方式" in refusal.value.message
    assert BatchRow.objects.count() == 0
    batch.refresh_from_db()
    assert batch.frozen_at is None


def test_a_study_the_roster_has_no_sheet_for_is_named_with_its_student(monkeypatch: pytest.MonkeyPatch):
    spec = ROSTERS["28"]
    monkeypatch.setitem(ROSTERS, "28", replace(spec, sheets=tuple(s for s in spec.sheets if s.sure)))
    scene = Scene(code="28", division=Division.EVENING)
    student = scene.student()
    scene.outcome(student, kind=StudyKind.RETAKE, original_school_year=111, original_term=1, method="3")
    batch = scene.created()
    with pytest.raises(InvalidInput) as refusal:
        freeze_batch(batch, by=scene.office, at=FROZEN)
    assert str(student) in refusal.value.message


def test_a_roster_nobody_selected_for_can_be_frozen_empty(scene):
    assert scene.frozen().rows.count() == 0


def test_freezing_leaves_who_did_it_and_how_much(scene):
    scene.students_with_outcomes(2)
    scene.frozen()
    entry = AuditEntry.objects.get(act=SubmissionAct.FREEZE_BATCH)
    assert entry.actor == scene.office
    assert entry.changes == {"rows": 2, "files": 2}
    assert entry.standing


def test_freezing_more_rows_asks_the_database_no_more_often():
    counts = []
    for scene, students in ((Scene(), 2), (Scene(code="28", division=Division.EVENING), 12)):
        scene.students_with_outcomes(students)
        batch = scene.created()
        with CaptureQueriesContext(connection) as queries:
            freeze_batch(batch, by=scene.office, at=FROZEN)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_batch_is_marked_submitted_with_day_and_letter(scene):
    batch = scene.submitted()
    assert (batch.submitted_on, batch.letter_number) == (day("2024-10-07"), "臺教國署高字第 1 號")
    assert batch.submitted_by == scene.office


@pytest.mark.parametrize("submitted_on", ["2024-09-30", "2024-10-08"], ids=["before the freeze", "tomorrow"])
def test_the_day_of_submission_lies_between_the_freeze_and_today(scene, submitted_on):
    batch = scene.frozen()
    with pytest.raises(InvalidInput, match="凍結日與今天之間"):
        mark_submitted(batch, submitted_on=day(submitted_on), letter_number="", by=scene.office, at=SUBMITTED)


def test_only_a_frozen_batch_is_marked_submitted_and_only_once(scene):
    batch = scene.created()
    given = {"submitted_on": day("2024-10-07"), "letter_number": "", "by": scene.office, "at": SUBMITTED}
    with pytest.raises(Conflict, match="凍結"):
        mark_submitted(batch, **given)
    freeze_batch(batch, by=scene.office, at=FROZEN)
    mark_submitted(batch, **given)
    with pytest.raises(Conflict, match="已經登錄"):
        mark_submitted(batch, **given)


def test_only_the_submitting_office_marks_it_submitted(scene):
    other = factories.holder_of(DutyCode.DIVERSE_PERFORMANCE)
    with pytest.raises(NotAllowed):
        mark_submitted(
            scene.frozen(), submitted_on=SUBMITTED.date(), letter_number="", by=other, at=SUBMITTED
        )

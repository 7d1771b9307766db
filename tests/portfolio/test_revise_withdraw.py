"""Correcting and withdrawing a course outcome (rules C3, C6, Q5; detail 5.8)."""

import pytest

from accounts.errors import Conflict, InvalidInput, NotAllowed, WindowClosed
from accounts.models import AuditEntry
from portfolio import demo_media
from portfolio.models import CourseOutcome, QuotaLedger
from portfolio.models.outcomes import OutcomeState
from portfolio.services.certification import certify, return_to_student
from portfolio.services.outcomes import revise_course_outcome, withdraw_course_outcome
from tests.factories import StudentFactory, select, term_113_1
from tests.moments import at
from tests.portfolio.pieces import (
    AV,
    CLOSED,
    DOCUMENT,
    LAST_MOMENT,
    NOW,
    WINDOWS_PROGRAM,
    blobs,
    enrolled,
    rows,
    sent,
    upload,
)

pytestmark = pytest.mark.django_db
LATER = at("2024-10-02 09:00")
FIRST_FILE = demo_media.pdf("初稿", ["內容"])
NEW_FILE = demo_media.pdf("定稿", ["內容"])
TEXT = "九九乘法表"


@pytest.fixture
def outcome():
    term_113_1()
    return upload(enrolled(), description=TEXT, files={DOCUMENT: sent(FIRST_FILE)})


@pytest.fixture
def certified(outcome):
    certify(outcome, by=teacher_of(outcome), at=NOW)
    return outcome


def teacher_of(outcome):
    return outcome.enrolment.section.teacher


def revise(outcome, *, description=TEXT, files=None, by=None, when=LATER):
    contents = {} if files is None else files
    return revise_course_outcome(
        outcome,
        description=description,
        files={slot: sent(content) for slot, content in contents.items()},
        by=by or outcome.student.user,
        at=when,
    )


def withdraw(outcome, *, by=None, when=LATER):
    withdraw_course_outcome(outcome, by=by or outcome.student.user, at=when)


def state(outcome):
    return CourseOutcome.objects.get(pk=outcome.pk).state


@pytest.mark.parametrize("change", [{"description": "改過的簡述"}, {"files": {DOCUMENT: NEW_FILE}}])
def test_changing_the_text_or_a_file_voids_the_certification_and_asks_again(certified, change):
    assert revise(certified, **change).state == OutcomeState.WAITING
    decision = certified.certifications.get()
    assert decision.voided_at == LATER
    certify(certified, by=teacher_of(certified), at=LATER)
    assert state(certified) == OutcomeState.CERTIFIED
    assert certified.certifications.filter(voided_at=None).count() == 1


def test_adding_a_file_to_a_free_slot_voids_it_too(certified):
    assert revise(certified, files={AV: demo_media.mp3(1)}).state == OutcomeState.WAITING


def test_the_identical_file_and_text_keep_the_certification(certified):
    before = rows()
    revise(certified, files={DOCUMENT: FIRST_FILE}, description=f" {TEXT}\r\n")
    assert rows() == before
    assert state(certified) == OutcomeState.CERTIFIED


def test_a_replaced_file_stays_on_record(outcome):
    revise(outcome, files={DOCUMENT: NEW_FILE})
    old, new = outcome.attachments.order_by("uploaded_at")
    assert (old.replaced_at, new.replaced_at) == (LATER, None)
    assert old.sha256 != new.sha256
    assert len(blobs()) == 2


def test_a_slot_without_a_new_file_keeps_its_own(outcome):
    revise(outcome, files={AV: demo_media.mp3(1)})
    assert {file.slot for file in outcome.attachments.current()} == {"document", "av"}


def test_a_returned_piece_may_be_corrected_and_sent_again_while_uploading_is_open(outcome):
    return_to_student(outcome, reason="檔案缺第二頁", by=teacher_of(outcome), at=NOW)
    revise(outcome, files={DOCUMENT: NEW_FILE}, when=LAST_MOMENT)
    assert state(outcome) == OutcomeState.WAITING
    certify(outcome, by=teacher_of(outcome), at=CLOSED)  # certification goes on for another week
    assert state(outcome) == OutcomeState.CERTIFIED
    assert [row.decision for row in outcome.certifications.all()] == ["certified", "returned"]


def test_sending_a_returned_piece_again_unchanged_leaves_it_returned(outcome):
    return_to_student(outcome, reason="檔案缺第二頁", by=teacher_of(outcome), at=NOW)
    revise(outcome, files={DOCUMENT: FIRST_FILE})
    assert state(outcome) == OutcomeState.RETURNED


def test_a_correction_is_on_the_trail(outcome):
    revise(outcome, description="改過的簡述", files={DOCUMENT: NEW_FILE})
    entry = AuditEntry.objects.get(act="revise_outcome")
    assert (entry.object_id, entry.actor, entry.at) == (str(outcome.pk), outcome.student.user, LATER)
    assert entry.changes["description"] == "改過的簡述"
    assert entry.changes["files"][0]["sha256"] == outcome.attachments.current().get().sha256


def test_a_correction_takes_no_second_place(outcome):
    revise(outcome, files={DOCUMENT: NEW_FILE})
    assert QuotaLedger.objects.get().used == 1


@pytest.mark.parametrize("act", [revise, withdraw])
def test_only_the_student_may(outcome, act):
    before = rows()
    for stranger in (StudentFactory.create().user, teacher_of(outcome)):
        with pytest.raises(NotAllowed, match="學生本人"):
            act(outcome, by=stranger)
    assert rows() == before


def test_a_selected_piece_can_be_neither_corrected_nor_withdrawn(certified):
    select(certified)
    before = rows()
    with pytest.raises(Conflict, match="先取消勾選"):
        revise(certified, description="改過的簡述")
    with pytest.raises(Conflict, match="先取消勾選"):
        withdraw(certified)
    assert rows() == before


def test_after_the_upload_window_nothing_can_be_corrected_or_withdrawn(outcome):
    before = rows()
    with pytest.raises(WindowClosed, match="114/02/03"):
        revise(outcome, description="改過的簡述", when=CLOSED)
    with pytest.raises(WindowClosed, match="114/02/03"):
        withdraw(outcome, when=CLOSED)
    assert rows() == before


def test_a_correction_that_cannot_be_kept_changes_nothing(certified):
    before, kept = rows(), blobs()
    with pytest.raises(InvalidInput, match="Windows 執行檔"):
        revise(certified, files={DOCUMENT: WINDOWS_PROGRAM})
    with pytest.raises(InvalidInput, match="共 101 字"):
        revise(certified, description="字" * 101)
    assert (rows(), blobs()) == (before, kept)


def test_a_withdrawn_piece_keeps_its_files_and_decisions_and_stands_no_more(certified):
    withdraw(certified)
    piece = CourseOutcome.objects.get()
    assert (piece.state, piece.withdrawn_at) == (OutcomeState.WITHDRAWN, LATER)
    assert piece.attachments.current().count() == 1
    assert piece.certifications.count() == 1
    assert not CourseOutcome.objects.standing().exists()
    assert AuditEntry.objects.get(act="withdraw_outcome").object_id == str(piece.pk)


def test_a_withdrawn_piece_can_be_neither_corrected_nor_withdrawn_again(outcome):
    withdraw(outcome)
    before = rows()
    with pytest.raises(Conflict, match="已經撤回"):
        withdraw(outcome)
    with pytest.raises(Conflict, match="已經撤回"):
        revise(outcome, description="改過的簡述")
    assert rows() == before

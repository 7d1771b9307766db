"""Where a selected piece has come to, as its student reads it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portfolio.journeys import Milestone, PieceKey, milestones_of
from tests.moments import day
from tests.submissions.received import file_of, receipt, section
from tests.submissions.scene import RECEIVED, SUBMITTED, Scene

pytestmark = pytest.mark.django_db

SENT = Milestone("submitted", SUBMITTED.date())
ARRIVED = Milestone("received", RECEIVED.date())


def test_a_frozen_piece_has_come_nowhere_yet(scene):
    student = scene.student()
    scene.outcome(student)
    scene.frozen()
    assert milestones_of(student) == {}


def test_a_submitted_piece_says_since_when(scene):
    student = scene.student()
    outcome = scene.outcome(student)
    scene.submitted()
    assert milestones_of(student) == {PieceKey.of(outcome): [SENT]}
    assert SENT.day == day("2024-10-07")


def test_a_piece_that_came_back_in_the_receipts_is_received(scene):
    student, other = scene.student(), scene.student()
    outcome = scene.outcome(student)
    scene.outcome(other)
    scene.received()
    assert milestones_of(student) == {PieceKey.of(outcome): [SENT, ARRIVED]}


def test_a_piece_missing_from_the_receipts_stays_submitted(scene):
    student = scene.student()
    kept = scene.outcome(student, description="有收到的這件。")
    lost = scene.outcome(
        student, description="漏掉的這件，內容很不一樣。", term=1, course={"credits": 1, "grade": 1}
    )
    batch = scene.submitted()
    row = batch.rows.get(outcome=kept)
    arrived = dict(zip(row.sheet.headings, row.cells, strict=True))
    scene.imported(batch, file_of(section(receipt(student.national_id, arrived))))
    found = milestones_of(student)
    assert found[PieceKey.of(kept)] == [SENT, ARRIVED]
    assert found[PieceKey.of(lost)] == [SENT]


def test_performances_are_told_from_outcomes():
    scene = Scene(code="25")
    student = scene.student()
    performance = scene.performance(student)
    scene.received()
    assert milestones_of(student) == {PieceKey.of(performance): [SENT, ARRIVED]}


def test_the_portfolio_page_shows_it_and_finds_it(scene, client_of, set_clock):
    student = scene.student()
    scene.outcome(student, course={"name": "程式設計"})
    scene.received()
    set_clock(RECEIVED)
    page = client_of(student.user).get("/portfolio/?state=received").content.decode()
    assert "找到 1 件" in page
    assert "已收訖" in page
    assert "113/10/08" in page


def test_many_pieces_take_as_many_queries_as_one(scene):
    few, many = scene.student(), scene.student()
    scene.outcome(few)
    for __ in range(6):
        scene.outcome(many)
    scene.received()
    assert _queries(many) == _queries(few)


def _queries(student) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert milestones_of(student)
    return len(queries)

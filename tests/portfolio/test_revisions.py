"""That a piece was corrected, when, and what it said before, stays readable for student and teacher."""

from collections.abc import Callable

import pytest

from accounts.models import User
from portfolio import demo_media
from portfolio.history import outcome_history
from portfolio.models import CourseOutcome, OutcomeRevision
from portfolio.services.outcomes import revise_course_outcome
from tests.conftest import SetClock
from tests.factories import term_113_1
from tests.moments import at
from tests.portfolio.pieces import DOCUMENT, NOW, enrolled, sent, upload

pytestmark = pytest.mark.django_db

LATER, LATEST = at("2024-10-02 09:00"), at("2024-10-03 09:00")
CORRECTED = "修改並重新送出"


@pytest.fixture
def outcome(set_clock: SetClock) -> CourseOutcome:
    set_clock(LATEST)
    term_113_1()
    made: CourseOutcome = upload(enrolled(), description="初稿")
    return made


def revise(outcome: CourseOutcome, description: str, *, when=LATER, files=None) -> None:
    revise_course_outcome(
        outcome, description=description, files=files or {}, by=outcome.student.user, at=when
    )


def corrections(outcome: CourseOutcome) -> list[tuple[object, str]]:
    outcome.refresh_from_db()
    return [(event.at, event.text) for event in outcome_history(outcome) if event.title == CORRECTED]


def test_each_change_keeps_the_description_it_replaced(outcome: CourseOutcome):
    revise(outcome, "二稿")
    revise(outcome, "定稿", when=LATEST)
    assert corrections(outcome) == [(LATER, "原來的簡述：初稿"), (LATEST, "原來的簡述：二稿")]


def test_a_new_file_alone_is_told_without_repeating_the_description(outcome: CourseOutcome):
    revise(outcome, "初稿", files={DOCUMENT: sent(demo_media.pdf("定稿", ["一"]))})
    assert corrections(outcome) == [(LATER, "")]


def test_what_changes_nothing_is_no_change(outcome: CourseOutcome):
    revise(outcome, "初稿")
    assert not OutcomeRevision.objects.exists()


def test_student_and_teacher_see_when_it_was_sent_again_and_the_receipt_says_so(
    outcome: CourseOutcome, client_of: Callable[[User], object]
):
    revise(outcome, "定稿")
    owner = outcome.student.user
    for person, address in (
        (owner, f"/portfolio/outcomes/{outcome.pk}/"),
        (outcome.enrolment.section.teacher, f"/certification/{outcome.pk}/"),
    ):
        page = client_of(person).get(address).content.decode()  # type: ignore[attr-defined]
        assert CORRECTED in page and "原來的簡述：初稿" in page
        assert "<dt>最近修改</dt><dd>113/10/02（三）09:00</dd>" in page
    receipt = client_of(owner).get(f"/portfolio/outcomes/{outcome.pk}/receipt/")  # type: ignore[attr-defined]
    assert "最近修改：2024-10-02 09:00:00 +0800" in receipt.content.decode()


def test_a_piece_that_was_never_changed_says_nothing_of_it(
    outcome: CourseOutcome, client_of: Callable[[User], object]
):
    page = client_of(outcome.student.user).get(f"/portfolio/outcomes/{outcome.pk}/")  # type: ignore[attr-defined]
    assert outcome.uploaded_at == NOW and "最近修改" not in page.content.decode()

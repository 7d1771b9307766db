"""The student's answer (article 6-3): confirmed, or one factual error out of a closed list."""

from datetime import timedelta

import pytest

from accounts.errors import Conflict, InvalidInput, NotAllowed, WindowClosed
from accounts.models import AuditEntry
from submissions.domain.receipt_state import NOT_A_GROUND, NotAGround, ReceiptState
from submissions.models import ReceiptConfirmation
from submissions.permissions import SubmissionAct
from submissions.services.confirmation import confirm_receipt, report_error
from tests.moments import at
from tests.submissions.scene import CLOSED, OPENED, own

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
DURING = at("2024-10-10 12:00")


@pytest.fixture
def mine(scene):
    (student,) = scene.students_with_outcomes(1)
    return own(student, scene.period())


def report(confirmation, *, reason="wrong_data", explanation="時數少了 10 小時。", moment=DURING, by=None):
    return report_error(
        confirmation, reason=reason, explanation=explanation, by=by or confirmation.student.user, at=moment
    )


def test_a_confirmation_is_kept_with_who_and_when(mine):
    confirm_receipt(mine, by=mine.student.user, at=DURING)
    mine.refresh_from_db()
    assert (mine.answer, mine.answered_at, mine.answered_by) == ("confirmed", DURING, mine.student.user)
    assert mine.state(CLOSED) == ReceiptState.CONFIRMED
    assert AuditEntry.objects.filter(act=SubmissionAct.CONFIRM_RECEIPT).count() == 1


@pytest.mark.parametrize("moment", [OPENED - SECOND, CLOSED], ids=["one second early", "one second late"])
def test_outside_the_window_no_answer_is_taken(mine, moment):
    with pytest.raises(WindowClosed):
        confirm_receipt(mine, by=mine.student.user, at=moment)
    with pytest.raises(WindowClosed):
        report(mine, moment=moment)
    mine.refresh_from_db()
    assert mine.answer is None


@pytest.mark.parametrize("moment", [OPENED, CLOSED - SECOND], ids=["first second", "last second"])
def test_the_first_and_the_last_second_count(mine, moment):
    assert confirm_receipt(mine, by=mine.student.user, at=moment).answer == "confirmed"


def test_an_error_is_reported_with_its_reason(mine):
    report(mine)
    mine.refresh_from_db()
    assert (mine.answer, mine.reason, mine.explanation) == ("disputed", "wrong_data", "時數少了 10 小時。")


def test_wanting_to_polish_is_no_ground_and_the_article_is_cited(mine):
    with pytest.raises(NotAGround, match=r"第 6 點（三）"):
        report(mine, reason=NOT_A_GROUND)
    mine.refresh_from_db()
    assert mine.answer is None


@pytest.mark.parametrize("reason", ["", "because", "OTHER"])
def test_a_reason_that_is_not_on_the_list_is_refused(mine, reason):
    with pytest.raises(NotAGround):
        report(mine, reason=reason)


@pytest.mark.parametrize(
    ("explanation", "words"), [("  \n", "請說明"), ("字" * 301, "301 字")], ids=["none", "too long"]
)
def test_an_error_needs_an_explanation_of_at_most_300_characters(mine, explanation, words):
    with pytest.raises(InvalidInput, match=words):
        report(mine, explanation=explanation)
    assert report(mine, explanation="字" * 300).answer == "disputed"


def test_whoever_confirmed_may_still_report_an_error_while_the_window_is_open(mine):
    confirm_receipt(mine, by=mine.student.user, at=DURING)
    assert report(mine).answer == "disputed"


def test_a_reported_error_is_not_taken_back_by_confirming_or_reporting_again(mine):
    report(mine)
    with pytest.raises(Conflict, match="已回報疑義"):
        confirm_receipt(mine, by=mine.student.user, at=DURING)
    with pytest.raises(Conflict, match="已回報疑義"):
        report(mine, reason="missing")


def test_confirming_twice_is_confirming_once(mine):
    confirm_receipt(mine, by=mine.student.user, at=DURING)
    confirm_receipt(mine, by=mine.student.user, at=DURING + timedelta(hours=1))
    mine.refresh_from_db()
    assert mine.answered_at == DURING
    assert AuditEntry.objects.filter(act=SubmissionAct.CONFIRM_RECEIPT).count() == 1


def test_nobody_answers_for_somebody_else(scene, mine):
    for other in (scene.office, scene.registry, scene.student().user):
        with pytest.raises(NotAllowed):
            confirm_receipt(mine, by=other, at=DURING)
        with pytest.raises(NotAllowed):
            report(mine, by=other)
    assert not ReceiptConfirmation.objects.exclude(answer=None).exists()

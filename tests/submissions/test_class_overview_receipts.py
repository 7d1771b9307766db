"""Receipts among the stages of a class, and reminding those who have not answered (rules S5, S7)."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import Notice, SchoolClass, Student, User
from portfolio.class_overview.queries import class_overview, school_overview, shown_reminders
from portfolio.services.class_reminders import remind_class
from submissions.domain.receipt_state import DisputeReason
from submissions.models import ReceiptPeriod
from submissions.services.confirmation import confirm_receipt, report_error
from tests.conftest import SetClock
from tests.factories import SchoolClassFactory, place
from tests.moments import at
from tests.submissions.scene import CLOSED, OPENED, Scene, own

pytestmark = pytest.mark.django_db

NOW = at("2024-10-10 09:00")


@pytest.fixture
def this_year(scene: Scene):
    """The class of 113 in which the students of the batch sit now."""
    return SchoolClassFactory.create(school_year=113)


@pytest.fixture
def students(scene: Scene, this_year) -> list[Student]:
    found = scene.students_with_outcomes(4)
    for student in found:
        place(student, this_year)
    return found


@pytest.fixture
def period(scene: Scene, students: list[Student]) -> ReceiptPeriod:
    """The first has confirmed, the second reported an error, the others have not answered."""
    period = scene.period()
    confirm_receipt(own(students[0], period), by=students[0].user, at=NOW)
    report_error(
        own(students[1], period),
        reason=DisputeReason.MISSING,
        explanation="少了一件。",
        by=students[1].user,
        at=NOW,
    )
    return period


def receipts(school_class, now) -> dict[str, list[int]]:
    rows = class_overview(school_class, now).rows
    return {
        key: [cell.count for row in rows for cell in row.cells if cell.stage.key == key]
        for key in ("receipts", "answered")
    }


def test_unconfirmed_receipts_are_those_without_an_answer_while_the_window_is_open(this_year, period):
    assert receipts(this_year, NOW) == {"receipts": [0, 0, 1, 1], "answered": [1, 1, 0, 0]}
    assert receipts(this_year, at("2024-10-08 23:59"))["receipts"] == [0, 0, 0, 0]
    assert receipts(this_year, OPENED)["receipts"] == [0, 0, 1, 1]
    assert receipts(this_year, CLOSED) == {"receipts": [0, 0, 0, 0], "answered": [1, 1, 0, 0]}


def test_t8_the_schools_numbers_of_receipts_equal_a_hand_count(this_year, period):

    (table,) = school_overview(SchoolClass.objects.filter(school_year=113), 113, NOW)
    counted = {bar.stage.key: (bar.students, bar.pieces) for bar in table.bars}
    waiting = [one for one in period.confirmations.all() if one.answer is None]
    answered = [one for one in period.confirmations.all() if one.answer is not None]
    assert counted["receipts"] == (len(waiting), len(waiting)) == (2, 2)
    assert counted["answered"] == (len(answered), len(answered)) == (2, 2)


def test_the_homeroom_teacher_looks_for_unconfirmed_receipts(
    this_year, period, students: list[Student], client_of: Callable[[User], Client], set_clock: SetClock
):
    set_clock(NOW)
    page = client_of(this_year.homeroom_teacher).get("/class/?show=receipts")
    assert [row.placement.student for row in page.context["rows"]] == students[2:]
    assert "收訖待確認" in page.content.decode()


def test_who_has_not_answered_is_reminded_and_the_subject_says_by_when(
    this_year, period, students: list[Student]
):
    (one,) = (each for each in shown_reminders(this_year, NOW) if "收訖" in each.reminder.title)
    assert one.reminder.until == "113/10/12（六）24:00 止"
    before = Notice.objects.count()
    assert remind_class(this_year, one.reminder.key, by=this_year.homeroom_teacher, at=NOW) == 2
    assert Notice.objects.count() == before + 2
    for student in students[2:]:
        notice = Notice.objects.filter(user=student.user).latest("pk")
        assert notice.subject == "[請於 113/10/12（六） 前處理] 確認收訖明細：113/10/12（六）24:00 止"
        assert "將視同正確" in notice.body


def test_after_the_close_nobody_is_reminded(this_year, period):
    assert not [one for one in shown_reminders(this_year, CLOSED) if "收訖" in one.reminder.title]

"""The days on which students confirm: opened by registry, closed by time (rules S4, S7, D11, D12)."""

from datetime import timedelta

import pytest
from django.contrib.admin import site

from accounts.domain.division import Division
from accounts.errors import Conflict, InvalidInput, NotAllowed
from accounts.models import AuditEntry, Notice, School
from schedules.models import Window
from schedules.services.overrides import override_window
from submissions.admin import ReceiptPeriodAdmin
from submissions.domain.receipt_state import ReceiptState
from submissions.models import ReceiptConfirmation, ReceiptPeriod
from submissions.permissions import SubmissionAct
from submissions.receipt_queries import numbers_of
from submissions.services.confirmation import confirm_receipt, report_error
from submissions.services.receipts import close_due_periods, open_receipt_period
from submissions.services.reminders import remind_unconfirmed
from submissions.tasks import close_receipt_periods
from tests import factories
from tests.moments import at, day
from tests.submissions.scene import CLOSED, OPENED, OPENS_ON, Scene, own

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
DURING = at("2024-10-10 12:00")


def days(period):
    return period.window.opens_on, period.window.closes_on


def dispute(student, period, moment=DURING):
    report_error(own(student, period), reason="missing", explanation="少了一件。", by=student.user, at=moment)


def test_the_first_period_lasts_four_days_and_is_for_everybody_in_the_batch(scene):
    students = scene.students_with_outcomes(3)
    scene.student()  # selected nothing, so nothing was submitted
    period = scene.period()
    assert days(period) == (day("2024-10-09"), day("2024-10-12"))
    assert {c.student for c in period.confirmations.all()} == set(students)
    assert period.window.round == 1


def test_the_second_period_lasts_two_days_and_is_for_those_who_reported_an_error(scene):
    disputing, content, _silent = scene.students_with_outcomes(3)
    period = scene.period()
    dispute(disputing, period)
    confirm_receipt(own(content, period), by=content.user, at=DURING)
    second = open_receipt_period(
        period.batch, opens_on=day("2024-10-16"), by=scene.registry, at=at("2024-10-15 10:00")
    )
    assert days(second) == (day("2024-10-16"), day("2024-10-17"))
    assert [c.student for c in second.confirmations.all()] == [disputing]
    assert second.window.round == 2


def test_a_second_period_in_another_term_is_still_a_later_one(scene):
    (student,) = scene.students_with_outcomes(1)
    period = scene.period()
    dispute(student, period)
    factories.term_with_dates(113, 2, opening="2025-02-11", exam_end="2025-06-27", closing="2025-06-30")
    second = open_receipt_period(
        period.batch, opens_on=day("2025-02-12"), by=scene.registry, at=at("2025-02-11 10:00")
    )
    assert days(second) == (day("2025-02-12"), day("2025-02-13"))


def test_rosters_and_years_count_their_periods_apart(scene):
    scene.students_with_outcomes(1)
    scene.period()
    for other in (Scene(code="25"), Scene(year=111)):
        student = other.student()
        (other.performance if other.code == "25" else other.outcome)(student)
        if other.year == 111:
            the_same_window_for(111)
        first = other.period()
        assert days(first) == (day("2024-10-09"), day("2024-10-12"))
        assert first.window.round == 1


def the_same_window_for(year):
    """Let the students of `year` have selected when those of 112 did."""
    window = Window.objects.get(activity="selection", division=Division.DAY, subject_year=112)
    window.pk = None
    window.subject_year = year
    window.term = factories.TermFactory.create(school_year=112, number=1)
    window.save()


def test_only_registry_opens_a_period(scene):
    scene.students_with_outcomes(1)
    batch = scene.received()
    with pytest.raises(NotAllowed, match="收訖明細確認"):
        open_receipt_period(batch, opens_on=OPENS_ON, by=scene.office, at=at("2024-10-08 16:00"))
    evening = Scene(code="28", division=Division.EVENING)
    with pytest.raises(NotAllowed):
        open_receipt_period(batch, opens_on=OPENS_ON, by=evening.registry, at=at("2024-10-08 16:00"))
    assert not ReceiptConfirmation.objects.exists()


def test_a_period_needs_receipts_and_students(scene):
    batch = scene.submitted()
    with pytest.raises(Conflict, match="匯入收訖明細"):
        scene.period(batch)


def test_a_batch_without_students_has_nobody_to_ask(scene):
    with pytest.raises(Conflict, match="沒有需要確認的學生"):
        scene.period(scene.received())


def test_the_next_period_waits_for_the_end_of_the_one_before(scene):
    (student,) = scene.students_with_outcomes(1)
    period = scene.period()
    dispute(student, period)
    with pytest.raises(Conflict, match="還沒有結束"):
        open_receipt_period(period.batch, opens_on=day("2024-10-16"), by=scene.registry, at=CLOSED - SECOND)


def test_a_day_that_is_past_is_refused_for_students_would_lose_time(scene):
    scene.students_with_outcomes(1)
    batch = scene.received()
    with pytest.raises(InvalidInput, match="不能早於今天"):
        open_receipt_period(batch, opens_on=OPENS_ON, by=scene.registry, at=at("2024-10-10 00:00"))
    assert open_receipt_period(batch, opens_on=OPENS_ON, by=scene.registry, at=at("2024-10-09 23:59"))


def test_a_day_of_a_term_that_is_not_set_up_is_refused(scene):
    scene.students_with_outcomes(1)
    batch = scene.received()
    with pytest.raises(InvalidInput, match="113-2"):
        open_receipt_period(batch, opens_on=day("2025-02-12"), by=scene.registry, at=at("2024-10-08 16:00"))


def test_students_are_told_once_that_they_must_act_and_until_when(scene):
    students = scene.students_with_outcomes(2)
    scene.period()
    notices = Notice.objects.all()
    assert {notice.user for notice in notices} == {student.user for student in students}
    assert all("請確認" in notice.subject and "113/10/12" in notice.subject for notice in notices)


def test_s7_silence_counts_as_correct_by_time_alone(scene):
    (student,) = scene.students_with_outcomes(1)
    confirmation = own(student, scene.period())
    states = [
        confirmation.state(moment)
        for moment in (OPENED - SECOND, OPENED, CLOSED - SECOND, CLOSED, CLOSED + timedelta(days=400))
    ]
    assert states == [
        ReceiptState.UPCOMING,
        ReceiptState.WAITING,
        ReceiptState.WAITING,
        ReceiptState.DEEMED_CORRECT,
        ReceiptState.DEEMED_CORRECT,
    ]
    confirmation.refresh_from_db()
    assert confirmation.answer is None  # deemed, not confirmed


def test_t8_every_number_of_an_overview_equals_a_hand_count(scene):
    students = scene.students_with_outcomes(7)
    period = scene.period()
    for student in students[:3]:
        confirm_receipt(own(student, period), by=student.user, at=DURING)
    for student in students[3:5]:
        dispute(student, period)
    counted = {
        moment: numbers_of([period], moment)[period.pk]
        for moment in (OPENED - SECOND, CLOSED - SECOND, CLOSED)
    }
    shown = {
        moment: (n.students, n.confirmed, n.disputed, n.waiting, n.deemed) for moment, n in counted.items()
    }
    assert shown == {
        OPENED - SECOND: (7, 3, 2, 2, 0),
        CLOSED - SECOND: (7, 3, 2, 2, 0),
        CLOSED: (7, 3, 2, 0, 2),
    }
    assert counted[CLOSED].by_state == {
        ReceiptState.DISPUTED: 2,
        ReceiptState.CONFIRMED: 3,
        ReceiptState.DEEMED_CORRECT: 2,
    }


def test_numbers_of_several_periods_are_not_mixed(scene):
    disputing, _silent = scene.students_with_outcomes(2)
    period = scene.period()
    dispute(disputing, period)
    second = open_receipt_period(
        period.batch, opens_on=day("2024-10-16"), by=scene.registry, at=at("2024-10-15 10:00")
    )
    numbers = numbers_of([period, second], at("2024-10-16 08:00"))
    assert (numbers[period.pk].students, numbers[period.pk].deemed) == (2, 1)
    assert (numbers[second.pk].students, numbers[second.pk].waiting) == (1, 1)


def test_the_closing_task_writes_down_what_time_decided_and_does_it_once(scene, set_clock):
    students = scene.students_with_outcomes(3)
    period = scene.period()
    confirm_receipt(own(students[0], period), by=students[0].user, at=DURING)
    assert close_due_periods(CLOSED - SECOND) == 0
    set_clock(CLOSED + timedelta(hours=5))
    assert close_receipt_periods() == 1
    assert close_receipt_periods() == 0
    period.refresh_from_db()
    assert period.closed_at == CLOSED
    entry = AuditEntry.objects.get(act=SubmissionAct.CLOSE_PERIOD)
    assert entry.changes == {"deemed_correct": 2, "students": 3}
    assert period.confirmations.filter(answer=None).count() == 2


def test_a_period_prolonged_by_override_is_open_again_and_closes_again(scene):
    """The school's own case: "adjusted for National Day", 10-09 … 10-14."""
    (student,) = scene.students_with_outcomes(1)
    period = scene.period()
    close_due_periods(CLOSED)
    override_window(
        period.window,
        opens_on=OPENS_ON,
        closes_on=day("2024-10-14"),
        reason="因國慶日調整",
        by=factories.AdminFactory.create(),
        at=at("2024-10-13 08:00"),
    )
    confirm_receipt(own(student, period), by=student.user, at=at("2024-10-14 23:59:59"))
    assert close_due_periods(at("2024-10-15 00:00")) == 1
    assert close_due_periods(at("2024-10-15 00:00")) == 0
    period.refresh_from_db()
    assert period.closed_at == at("2024-10-15 00:00")


def reminded():
    return Notice.objects.filter(key__startswith="receipt-reminder").order_by("pk")


def test_whoever_has_not_answered_is_reminded_once_for_each_of_the_schools_lead_times(scene):
    """The period lasts four days: 14 and 7 days ahead nobody knew of it yet."""
    answering, silent = scene.students_with_outcomes(2)
    period = scene.period()
    confirm_receipt(own(answering, period), by=answering.user, at=at("2024-10-09 10:00"))
    hours = [OPENED + timedelta(hours=number) for number in range(96)]
    told = {hour: number for hour in hours if (number := remind_unconfirmed(hour))}
    assert told == {at("2024-10-10 00:00"): 1, at("2024-10-12 00:00"): 1}
    assert {reminder.user for reminder in reminded()} == {silent.user}
    assert all("請確認" in reminder.subject and "113/10/12" in reminder.subject for reminder in reminded())


def test_late_and_doubled_runs_tell_once_and_only_of_the_latest_lead_time(scene):
    scene.students_with_outcomes(1)
    scene.period()
    late = at("2024-10-12 18:00")
    assert [remind_unconfirmed(late), remind_unconfirmed(late)] == [1, 0]
    assert reminded().count() == 1


def test_the_schools_own_lead_times_hold_for_receipts_too(scene):
    scene.students_with_outcomes(1)
    scene.period()
    School.objects.update(reminder_days="2")
    assert remind_unconfirmed(at("2024-10-10 23:59:59")) == 0
    assert remind_unconfirmed(at("2024-10-11 00:00")) == 1
    School.objects.update(reminder_days="")
    assert remind_unconfirmed(at("2024-10-12 23:00")) == 0


def test_in_a_period_of_two_days_the_reminder_comes_half_way_not_with_the_opening(scene):
    (student,) = scene.students_with_outcomes(1)
    period = scene.period()
    dispute(student, period)
    open_receipt_period(
        period.batch, opens_on=day("2024-10-16"), by=scene.registry, at=at("2024-10-15 10:00")
    )
    assert remind_unconfirmed(at("2024-10-16 23:59:59")) == 0
    assert remind_unconfirmed(at("2024-10-17 00:00")) == 1


def test_nobody_is_reminded_of_a_period_that_is_over_or_has_not_begun(scene):
    scene.students_with_outcomes(1)
    scene.period()
    assert remind_unconfirmed(OPENED - SECOND) == 0
    assert remind_unconfirmed(CLOSED) == 0


def test_the_admin_says_since_when_a_period_is_over_by_the_clock_alone(scene, set_clock):
    scene.students_with_outcomes(1)
    period, page = scene.period(), ReceiptPeriodAdmin(ReceiptPeriod, site)
    set_clock(CLOSED - SECOND)
    assert page.over_since(period) is None
    set_clock(CLOSED)
    assert page.over_since(period) == CLOSED

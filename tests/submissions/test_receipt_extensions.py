"""More time to confirm receipts (D16): each student's own end decides, by time alone (S7)."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from accounts.domain.division import Division
from accounts.errors import InvalidInput, NotAllowed, WindowClosed
from accounts.models import AuditEntry, Notice
from accounts.models.duties import DutyCode
from accounts.models.students import EnrolmentStatus
from schedules.feed import feed_of
from schedules.permissions import kinds_extended_by
from schedules.services.extensions import grant_extension, withdraw_extension
from submissions.domain.receipt_state import ReceiptState
from submissions.models import ReceiptConfirmation
from submissions.next_steps import Step, progress_of
from submissions.permissions import SubmissionAct
from submissions.queries import with_progress
from submissions.receipt_queries import asked_in, in_state, numbers_of
from submissions.services.confirmation import confirm_receipt, report_error
from submissions.services.receipts import close_due_periods, open_receipt_period
from submissions.services.reminders import remind_unconfirmed
from tests import factories
from tests.moments import at, day
from tests.portfolio.helpers import guardian_of
from tests.submissions.pages import queries_of, text_of, url
from tests.submissions.scene import CLOSED, OPENED, Scene, earlier_periods, own

pytestmark = pytest.mark.django_db

MICROSECOND, HOUR = timedelta(microseconds=1), timedelta(hours=1)
# The period runs 10-09 … 12 for everybody; more time is given until the end of 10-15.
GRANTED, LONGER, OWN_END = at("2024-10-11 09:00"), day("2024-10-15"), at("2024-10-16 00:00")
WAITING, DEEMED = ReceiptState.WAITING, ReceiptState.DEEMED_CORRECT


def extend(scene, period, target, *, until=LONGER, when=GRANTED, by=None):
    return grant_extension(
        period.window, target, closes_on=until, reason="住院", by=by or scene.registry, at=when
    )


@pytest.fixture
def ill(scene):
    """A student with more time, a classmate without, and their period."""
    student, other = scene.students_with_outcomes(2)
    period = scene.period()
    extend(scene, period, student)
    return student, other, period


def states(period, now):
    return {one.student: one.state(now) for one in asked_in(period)}


def report(student, period, moment):
    report_error(own(student, period), reason="missing", explanation="少一件。", by=student.user, at=moment)


# ---------------------------------------------------------------- the rule


def test_the_student_may_answer_to_the_last_microsecond_of_their_own_end_and_nobody_else_longer(ill):
    student, other, period = ill
    with pytest.raises(WindowClosed, match="113/10/12"):
        confirm_receipt(own(other, period), by=other.user, at=CLOSED)
    confirm_receipt(own(student, period), by=student.user, at=CLOSED)
    report(student, period, OWN_END - MICROSECOND)
    assert own(student, period).state(OWN_END) == ReceiptState.DISPUTED


def test_once_their_own_end_has_come_nothing_is_taken_any_more(ill):
    student, _other, period = ill
    with pytest.raises(WindowClosed, match="113/10/15"):
        confirm_receipt(own(student, period), by=student.user, at=OWN_END)
    with pytest.raises(WindowClosed, match="113/10/15"):
        report(student, period, OWN_END)


@pytest.mark.parametrize(
    ("moment", "own_state", "others"),
    [
        (OPENED, WAITING, WAITING),
        (CLOSED - MICROSECOND, WAITING, WAITING),
        (CLOSED, WAITING, DEEMED),
        (OWN_END - MICROSECOND, WAITING, DEEMED),
        (OWN_END, DEEMED, DEEMED),
    ],
)
def test_s7_silence_counts_as_correct_from_each_ones_own_end_on(ill, moment, own_state, others):
    student, other, period = ill
    assert states(period, moment) == {student: own_state, other: others}


def test_a_classs_extension_is_for_its_students_and_a_persons_own_beats_it(scene):
    student, classmate = scene.students_with_outcomes(2)
    elsewhere = factories.StudentFactory.create(
        school_class=factories.SchoolClassFactory.create(school_year=112)
    )
    scene.outcome(elsewhere)
    period = scene.period()
    extend(scene, period, scene.school_class)
    extend(scene, period, student, until=day("2024-10-13"))
    later = at("2024-10-14 08:00")
    assert states(period, later) == {student: DEEMED, classmate: WAITING, elsewhere: DEEMED}


def test_it_reopens_what_has_been_deemed_correct_and_withdrawing_closes_it_again(scene):
    (student,) = scene.students_with_outcomes(1)
    period = scene.period()
    moment = at("2024-10-14 08:00")
    assert states(period, moment)[student] == DEEMED
    extension = extend(scene, period, student, when=moment)
    assert states(period, moment)[student] == WAITING
    withdraw_extension(extension, by=scene.registry, at=moment)
    assert states(period, moment)[student] == DEEMED
    with pytest.raises(WindowClosed):
        confirm_receipt(own(student, period), by=student.user, at=moment)


def test_it_is_for_this_period_alone(scene):
    (student,) = scene.students_with_outcomes(1)
    scene.performance(student)
    period, other = scene.period(), Scene(code="25").period()
    extend(scene, period, student)
    assert own(student, other).state(CLOSED) == DEEMED


# ---------------------------------------------------------------- who gives it, to whom


def test_whoever_runs_the_confirmation_gives_it_and_no_other_office(scene):
    (student,) = scene.students_with_outcomes(1)
    period = scene.period()
    evening = factories.holder_of(DutyCode.RECEIPT_CONFIRMATION, Division.EVENING)
    for somebody in (scene.office, evening, student.user):
        with pytest.raises(NotAllowed, match="收訖明細確認"):
            extend(scene, period, student, by=somebody)
    assert extend(scene, period, student, by=factories.AdminFactory.create()).is_for(student.placements.get())
    assert {activity for __, activity in kinds_extended_by(scene.registry, GRANTED)} == {
        "receipt_first",
        "receipt_later",
    }


def test_only_whom_the_period_asks_and_classes_with_one_of_them_can_get_it(scene):
    scene.students_with_outcomes(1)
    period = scene.period()
    unasked = scene.student()
    empty = factories.SchoolClassFactory.create(school_year=112)
    for target in (unasked, empty):
        with pytest.raises(InvalidInput, match="不適用這段期程"):
            extend(scene, period, target)


def test_a_leaver_who_was_asked_gets_it_too(scene):
    (student,) = scene.students_with_outcomes(1)
    period = scene.period()
    student.status = EnrolmentStatus.GRADUATED
    student.save()
    extend(scene, period, student)
    assert Notice.objects.filter(user=student.user, key__startswith="extension-").exists()


def test_granting_is_recorded_and_told_to_those_concerned_alone(ill):
    student, _other, _period = ill
    entry = AuditEntry.objects.get(act="grant_extension")
    assert (entry.reason, entry.changes) == ("住院", {"closes_on": "2024-10-15", "for": str(student)})
    (notice,) = Notice.objects.filter(key__startswith="extension-")
    assert notice.user == student.user
    assert notice.subject.startswith("112 學年度 課程學習成果收訖明細確認（第 1 次）已展延：113/10/15")


# ---------------------------------------------------------------- counting and lists


def test_every_number_and_list_goes_by_each_ones_own_end(ill, scene):
    student, other, period = ill
    for moment, waiting, deemed in (
        (CLOSED - MICROSECOND, {student, other}, set()),
        (CLOSED, {student}, {other}),
        (OWN_END - MICROSECOND, {student}, {other}),
        (OWN_END, set(), {student, other}),
    ):
        numbers = numbers_of([period], moment)[period.pk]
        assert (numbers.waiting, numbers.deemed) == (len(waiting), len(deemed)), moment
        listed = {
            state: {one.student for one in in_state(asked_in(period), state, moment)}
            for state in (WAITING, DEEMED)
        }
        assert listed == {WAITING: waiting, DEEMED: deemed}, moment
        assert sum(numbers.by_state.values()) == numbers.students == 2


def test_the_database_and_the_model_agree_on_who_is_over_whoever_extended_what(scene):
    """Students without, with a person's, a class's, and both; shorter, longer, withdrawn ones."""
    days = (None, "2024-10-13", "2024-10-16")
    period_students = []
    for class_day in days:
        school_class = factories.SchoolClassFactory.create(school_year=112)
        for own_day in days:
            student = factories.StudentFactory.create(school_class=school_class)
            scene.outcome(student)
            period_students.append((student, own_day, school_class, class_day))
    period = scene.period()
    for student, own_day, school_class, class_day in period_students:
        for target, until in ((student, own_day), (school_class, class_day)):
            if until:
                extend(scene, period, target, until=day(until))
    withdrawn = extend(scene, period, period_students[0][0], until=day("2024-10-30"))
    withdraw_extension(withdrawn, by=scene.registry, at=GRANTED)
    confirmations = ReceiptConfirmation.objects.filter(period=period)
    for number in range(-24, 24 * 6):
        now = CLOSED + number * HOUR
        by_state = {one.student_id: one.state(now) for one in asked_in(period)}
        over = set(confirmations.over(now).values_list("student", flat=True))
        running = set(confirmations.not_over(now).values_list("student", flat=True))
        assert over == {pk for pk, state in by_state.items() if state == DEEMED}, now
        assert running == set(by_state) - over, now


# ---------------------------------------------------------------- closing


def test_the_period_closes_once_nobody_can_answer_any_more_and_counts_then(ill):
    student, _other, period = ill
    assert close_due_periods(CLOSED) == 0
    confirm_receipt(own(student, period), by=student.user, at=at("2024-10-15 23:00"))
    assert [close_due_periods(OWN_END), close_due_periods(OWN_END)] == [1, 0]
    period.refresh_from_db()
    assert period.closed_at == OWN_END
    entry = AuditEntry.objects.get(act=SubmissionAct.CLOSE_PERIOD)
    assert entry.changes == {"deemed_correct": 1, "students": 2}


def test_a_period_that_was_closed_closes_again_after_more_time_and_at_once_when_that_is_taken_back(scene):
    (student,) = scene.students_with_outcomes(1)
    period = scene.period()
    assert close_due_periods(CLOSED) == 1
    extension = extend(scene, period, student, when=CLOSED + HOUR)
    assert close_due_periods(CLOSED + 2 * HOUR) == 0
    assert close_due_periods(OWN_END) == 1
    withdraw_extension(extension, by=scene.registry, at=OWN_END)
    assert close_due_periods(OWN_END + HOUR) == 1
    period.refresh_from_db()
    assert period.closed_at == CLOSED


def test_whether_the_closing_task_ran_twice_or_never_nothing_else_differs(ill):
    _student, _other, period = ill

    def said(now: datetime):
        numbers = numbers_of([period], now)[period.pk]
        return states(period, now), numbers.by_state

    hours = [CLOSED + number * HOUR for number in range(-2, 24 * 4)]
    never = [said(now) for now in hours]
    twice = []
    for now in hours:
        close_due_periods(now)
        close_due_periods(now)
        remind_unconfirmed(now)
        twice.append(said(now))
    assert twice == never


def test_the_next_period_need_not_wait_and_a_late_report_comes_into_the_one_after(scene):
    disputing, late = scene.students_with_outcomes(2)
    period = scene.period()
    extend(scene, period, late, until=day("2024-10-20"))
    report(disputing, period, at("2024-10-10 12:00"))
    second = open_receipt_period(
        period.batch, opens_on=day("2024-10-16"), by=scene.registry, at=at("2024-10-15 10:00")
    )
    assert [one.student for one in asked_in(second)] == [disputing]
    report(late, period, at("2024-10-19 12:00"))
    third = open_receipt_period(
        period.batch, opens_on=day("2024-10-21"), by=scene.registry, at=at("2024-10-21 09:00")
    )
    assert [one.student for one in asked_in(third)] == [late]


def test_the_batch_waits_for_the_student_and_then_for_nobody(ill):
    student, _other, period = ill

    def progress(now):
        (found,) = progress_of(with_progress(type(period.batch).objects.all()), now)
        return found

    assert progress(CLOSED).step == Step.CONFIRM
    assert "113/10/15" in progress(CLOSED).next_step
    assert progress(OWN_END).step == Step.NOTHING
    report(student, period, at("2024-10-15 12:00"))
    assert progress(OWN_END).step == Step.INVESTIGATE
    assert progress(OWN_END).next_step == "查明 1 件疑義"


# ---------------------------------------------------------------- reminders


def test_reminders_count_from_each_ones_own_end(ill):
    student, other, _period = ill
    told = []
    for number in range(24 * 8):
        now = OPENED + number * HOUR
        before = set(Notice.objects.values_list("pk", flat=True))
        remind_unconfirmed(now)
        new = Notice.objects.exclude(pk__in=before).select_related("user")
        told += [(now, notice.user, notice.subject) for notice in new]
    assert [(now, user) for now, user, __ in told if user == other.user] == [
        (at("2024-10-10 00:00"), other.user),
        (at("2024-10-12 00:00"), other.user),
    ]
    # Given on 10-11: three days before their end comes after that, seven days before it does not.
    own_reminders = [(now, subject) for now, user, subject in told if user == student.user]
    assert [now for now, __ in own_reminders] == [at("2024-10-13 00:00"), at("2024-10-15 00:00")]
    assert all("113/10/15" in subject for __, subject in own_reminders)


# ---------------------------------------------------------------- pages


def test_the_students_pages_show_their_own_end_and_why(ill, client_of, set_clock):
    student, other, period = ill
    set_clock(CLOSED + HOUR)
    confirmation = own(student, period)
    client = client_of(student.user)
    for address in (url("receipts"), url("receipt", confirmation.pk), "/"):
        page = text_of(client.get(address))
        assert "開放至 113/10/15（二）24:00 止" in page, address
        assert "還有 2 天 23 小時" in page, address
        assert "已展延。理由：住院（第 6 點（三））" in page, address
    assert "您必須在 <b>113/10/15（二）24:00</b> 前確認" in text_of(client.get(url("receipts")))
    assert client.post(url("confirm", confirmation.pk)).status_code == 302
    other_page = text_of(client_of(other.user).get(url("receipts")))
    assert "逾期視同正確" in other_page
    assert "已展延" not in other_page


def test_the_form_for_an_error_is_open_as_long_as_the_students_own_window(ill, client_of, set_clock):
    student, other, period = ill
    set_clock(OWN_END - MICROSECOND)
    assert client_of(student.user).get(url("report", own(student, period).pk)).status_code == 200
    assert client_of(other.user).get(url("report", own(other, period).pk)).status_code == 409
    set_clock(OWN_END)
    assert client_of(student.user).get(url("report", own(student, period).pk)).status_code == 409


def test_the_office_sees_who_still_has_time_and_until_when(ill, registry, set_clock):
    student, other, period = ill
    set_clock(CLOSED)
    page = text_of(registry.get(url("period", period.pk)))
    assert "展延至 113/10/15（二）24:00 止" in page
    waiting = text_of(registry.get(url("period", period.pk) + "?state=waiting"))
    assert student.student_number in waiting and other.student_number not in waiting
    deemed = text_of(registry.get(url("period", period.pk) + "?state=deemed_correct"))
    assert other.student_number in deemed and student.student_number not in deemed
    assert "未回覆 1" in text_of(registry.get("/"))
    set_clock(OWN_END)
    assert "未回覆" not in text_of(registry.get("/"))


def test_a_helper_may_answer_as_long_as_the_student(ill, client_of, set_clock):
    student, other, period = ill
    set_clock(CLOSED)
    for one, status in ((student, 200), (other, 404)):
        client = client_of(guardian_of(one))
        address = url("proxy_receipt", one.pk, own(one, period).pk)
        assert client.get(address).status_code == status


def test_the_students_own_calendar_has_their_end_with_a_higher_sequence(ill, client, set_clock):
    student, other, period = ill
    set_clock(CLOSED)

    def event(user):
        feed = client.get(f"/schedule/feed/{feed_of(user, CLOSED).token}.ics").content
        uid = f"window-{period.window.pk}@"
        events: Any = Calendar.from_ical(feed).walk("VEVENT")
        (found,) = [one for one in events if one["uid"].startswith(uid)]
        return found.decoded("dtend"), int(found["sequence"])

    assert event(student.user) == (day("2024-10-16"), 1)
    assert event(other.user) == (day("2024-10-13"), 0)


def test_registry_gives_it_on_the_page_where_rosters_have_their_names(scene, registry, set_clock):
    (student,) = scene.students_with_outcomes(1)
    period = scene.period()
    set_clock(GRANTED)
    page = text_of(registry.get("/schedule/extensions/"))
    assert "日間部 112 學年度 課程學習成果收訖明細確認（第 1 次）（113/10/12（六）24:00 止）" in page
    assert "課程學習成果上傳" not in page, "that is for another office to extend"
    typed = {
        "window": period.window.pk,
        "students": student.student_number,
        "closes_on": "2024-10-15",
        "reason": "住院",
    }
    assert registry.post("/schedule/extensions/", typed).status_code == 302
    assert own(student, period).state(CLOSED) == WAITING


def test_a_classs_extension_stands_on_the_public_schedule(scene, client, set_clock):
    scene.students_with_outcomes(1)
    set_clock(GRANTED)
    extend(scene, scene.period(), scene.school_class)
    page = text_of(client.get("/schedule/113-1/"))
    assert f"{scene.school_class.name}展延至 113/10/15（二）24:00 止：住院" in page


def test_the_list_of_a_period_costs_the_same_with_many_extensions(scene, registry, set_clock):
    students = scene.students_with_outcomes(25)
    period = scene.period()
    set_clock(CLOSED)
    address = url("period", period.pk)
    extend(scene, period, students[0])
    queries_of(registry, address)
    before = queries_of(registry, address)
    for student in students[1:]:
        extend(scene, period, student)
    assert queries_of(registry, address) == before


def test_the_students_list_costs_the_same_with_many_periods(ill, client_of, set_clock):
    student, _other, _period = ill
    set_clock(CLOSED)
    client = client_of(student.user)
    earlier_periods(student, 2)
    queries_of(client, url("receipts"))
    few = queries_of(client, url("receipts"))
    earlier_periods(student, 12)
    assert queries_of(client, url("receipts")) == few

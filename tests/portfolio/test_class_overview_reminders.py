"""Reminding a class: neutral words, until when, each person once a day for one matter (rules E1)."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.domain.division import Division
from accounts.errors import Conflict, NotAllowed
from accounts.models import AuditEntry, Notice, SchoolClass, Student, User
from accounts.models.duties import DutyCode
from accounts.models.students import EnrolmentStatus
from portfolio.class_overview.queries import ShownReminder, shown_reminders
from portfolio.models import CourseOutcome
from portfolio.models.outcomes import OutcomeState
from portfolio.services.class_reminders import remind_class
from schedules.models import Extension, Window
from tests.conftest import SetClock
from tests.factories import (
    EnrolmentFactory,
    OutcomeFactory,
    SchoolClassFactory,
    SectionFactory,
    StudentFactory,
    UserFactory,
    holder_of,
    place,
    school,
    term_113_1,
)
from tests.moments import at, day

pytestmark = pytest.mark.django_db

# Uploading of 113-1 and the selection of 112 are open.
NOW = at("2024-09-10 09:00")


@pytest.fixture(autouse=True)
def terms(set_clock: SetClock) -> None:
    set_clock(NOW)
    term_113_1()


@pytest.fixture
def school_class() -> SchoolClass:
    return SchoolClassFactory.create()


@pytest.fixture
def teacher(school_class: SchoolClass) -> User:
    assert school_class.homeroom_teacher
    return school_class.homeroom_teacher


@pytest.fixture
def students(school_class: SchoolClass) -> list[Student]:
    """Three who were here last year, too."""
    earlier = SchoolClassFactory.create(school_year=112, grade=1)
    found = StudentFactory.create_batch(3, school_class=school_class)
    for student in found:
        place(student, earlier)
    return found


def returned(student: Student) -> CourseOutcome:
    enrolment = EnrolmentFactory.create(student=student, section=SectionFactory.create())
    return OutcomeFactory.create(enrolment=enrolment, state=OutcomeState.RETURNED)


def reminder(school_class: SchoolClass, words: str, when=NOW) -> ShownReminder:
    (found,) = (one for one in shown_reminders(school_class, when) if words in one.reminder.title)
    return found


def upload_window() -> Window:
    return Window.objects.get(
        activity="outcome_upload", division="day", audience="general", subject_year=113, subject_term=1
    )


def test_a_class_can_be_reminded_of_everything_that_is_open(
    school_class: SchoolClass, students: list[Student]
):
    shown = [(one.reminder.title, one.reminder.until) for one in shown_reminders(school_class, NOW)]
    assert ("112 學年度 勾選", "113/09/20（五）24:00 止") in shown
    assert ("113-1 課程學習成果上傳", "114/02/03（一）24:00 止") in shown
    assert [title for title, __ in shown if "多元表現" in title] == ["113-1 多元表現上傳"]
    later = [one.reminder.title for one in shown_reminders(school_class, at("2024-09-21"))]
    assert "112 學年度 勾選" not in later


def test_the_whole_class_hears_the_same_words_whether_or_not_they_uploaded(
    school_class: SchoolClass, students: list[Student], teacher: User
):
    returned(students[0])
    key = reminder(school_class, "課程學習成果上傳").reminder.key
    assert remind_class(school_class, key, by=teacher, at=NOW) == 3
    told = Notice.objects.filter(user__student__in=students)
    assert set(told.values_list("user", flat=True)) == {student.user_id for student in students}
    ((subject, body),) = set(told.values_list("subject", "body"))
    assert subject == "113-1 課程學習成果上傳：114/02/03（一）24:00 止"
    assert "由您自行決定" in body
    assert teacher.name in body


def test_only_those_with_a_returned_outcome_are_told_that_it_can_be_corrected(
    school_class: SchoolClass, students: list[Student], teacher: User
):
    returned(students[1])
    one = reminder(school_class, "退件")
    assert one.reminder.until == "114/02/03（一）24:00 止"
    assert remind_class(school_class, one.reminder.key, by=teacher, at=NOW) == 1
    notice = Notice.objects.get(user__student__in=students)
    assert notice.user == students[1].user
    assert not notice.subject.startswith("["), "to leave it returned is everyone's right"


def test_a_returned_outcome_that_cannot_be_corrected_any_more_reminds_nobody(
    school_class: SchoolClass, students: list[Student]
):
    returned(students[0])
    assert not [
        one for one in shown_reminders(school_class, at("2025-02-04")) if "退件" in one.reminder.title
    ]


def test_who_has_an_extension_is_told_of_their_own_day(
    school_class: SchoolClass, students: list[Student], teacher: User
):
    extend(upload_window(), "2025-02-10", student=students[2])
    one = reminder(school_class, "課程學習成果上傳")
    assert one.reminder.until == "114/02/03（一）24:00 止（1 人 114/02/10（一）24:00 止）"
    remind_class(school_class, one.reminder.key, by=teacher, at=NOW)
    subjects = dict(Notice.objects.values_list("user", "subject"))
    assert "114/02/10" in subjects[students[2].user_id]
    assert "114/02/03" in subjects[students[0].user_id]
    after = reminder(school_class, "課程學習成果上傳", at("2025-02-05"))
    assert after.reminder.people == [students[2].user], "it is over for the others"


def test_a_class_with_an_extension_is_told_of_that_day(school_class: SchoolClass, students: list[Student]):
    extend(upload_window(), "2025-02-12", school_class=school_class)
    assert reminder(school_class, "課程學習成果上傳").reminder.until == "114/02/12（三）24:00 止"


def extend(window: Window, until: str, **whom: Student | SchoolClass) -> None:
    Extension.objects.create(
        window=window,
        closes_on=day(until),
        reason="住院",
        granted_by=UserFactory.create(),
        granted_at=NOW,
        **whom,
    )


def test_who_is_not_enrolled_or_has_nothing_to_select_is_not_told(
    school_class: SchoolClass, students: list[Student]
):
    newcomer = StudentFactory.create(school_class=school_class)
    StudentFactory.create(school_class=school_class, status=EnrolmentStatus.SUSPENDED)
    selection = reminder(school_class, "勾選").reminder
    assert selection.people == [student.user for student in students]
    assert selection.whom == "適用這個期程的 3 人"
    upload = reminder(school_class, "課程學習成果上傳").reminder
    assert upload.people == [*(student.user for student in students), newcomer.user]


# ---------------------------------------------------------------- once a day


def test_nobody_is_told_twice_a_day_and_the_next_day_they_may_be(
    school_class: SchoolClass, students: list[Student], teacher: User
):
    key = reminder(school_class, "勾選").reminder.key
    remind_class(school_class, key, by=teacher, at=NOW)
    with pytest.raises(Conflict, match="今天已經提醒過"):
        remind_class(school_class, key, by=teacher, at=at("2024-09-10 23:59"))
    assert Notice.objects.count() == 3
    assert (reminder(school_class, "勾選").told, reminder(school_class, "勾選").left) == (3, 0)
    assert remind_class(school_class, key, by=teacher, at=at("2024-09-11 00:00")) == 3
    assert remind_class(school_class, reminder(school_class, "多元").reminder.key, by=teacher, at=NOW) == 3


def test_who_joins_those_concerned_later_that_day_is_told_alone(
    school_class: SchoolClass, students: list[Student], teacher: User
):
    returned(students[0])
    key = reminder(school_class, "退件").reminder.key
    remind_class(school_class, key, by=teacher, at=NOW)
    returned(students[1])
    assert (reminder(school_class, "退件").told, reminder(school_class, "退件").left) == (1, 1)
    assert remind_class(school_class, key, by=teacher, at=NOW) == 1
    assert Notice.objects.filter(user=students[0].user).count() == 1


def test_the_trail_keeps_who_reminded_which_class_of_what_and_how_many(
    school_class: SchoolClass, students: list[Student], teacher: User
):
    one = reminder(school_class, "勾選").reminder
    remind_class(school_class, one.key, by=teacher, at=NOW)
    entry = AuditEntry.objects.get(act="remind_class")
    assert (entry.actor, entry.standing) == (teacher, "導師")
    assert (entry.object_type, entry.object_id) == ("accounts.schoolclass", str(school_class.pk))
    assert entry.changes == {"kind": one.key, "subject": "112 學年度 勾選", "people": 3}


# ---------------------------------------------------------------- who may


def test_only_who_looks_after_the_class_reminds_it(school_class: SchoolClass, students: list[Student]):
    school()
    key = reminder(school_class, "勾選").reminder.key
    strangers = [
        SchoolClassFactory.create().homeroom_teacher,
        holder_of(DutyCode.COURSE_OUTCOMES, Division.EVENING),
        students[0].user,
    ]
    for stranger in strangers:
        assert stranger
        with pytest.raises(NotAllowed):
            remind_class(school_class, key, by=stranger, at=NOW)
    assert not Notice.objects.exists()
    office = holder_of(DutyCode.COURSE_OUTCOMES, Division.DAY)
    assert remind_class(school_class, key, by=office, at=NOW) == 3


def test_last_years_class_is_not_reminded(teacher: User):
    earlier = SchoolClassFactory.create(school_year=112, homeroom_teacher=teacher)
    with pytest.raises(NotAllowed, match="本學年度"):
        remind_class(earlier, "returned-1", by=teacher, at=NOW)


def test_a_reminder_that_concerns_nobody_any_more_says_so(school_class: SchoolClass, teacher: User):
    with pytest.raises(Conflict, match="重新整理頁面"):
        remind_class(school_class, "window-0", by=teacher, at=NOW)


def test_one_click_on_the_page_sends_it(
    school_class: SchoolClass, students: list[Student], teacher: User, client_of: Callable[[User], Client]
):
    client, key = client_of(teacher), reminder(school_class, "勾選").reminder.key
    assert "113/09/20（五）24:00 止" in client.get("/class/").content.decode()
    response = client.post(f"/class/{school_class.pk}/remind/", {"kind": key}, follow=True)
    assert "已提醒 3 人" in response.content.decode()
    assert "今天已提醒 3 人" in response.content.decode()
    assert Notice.objects.count() == 3
    assert client.get(f"/class/{school_class.pk}/remind/").status_code == 405


def test_reminders_cost_the_same_number_of_queries_for_a_larger_class(
    school_class: SchoolClass, students: list[Student]
):
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert shown_reminders(school_class, NOW)
        return len(captured)

    returned(students[0])
    few = cost()
    for student in StudentFactory.create_batch(60, school_class=school_class):
        returned(student)
        extend(upload_window(), "2025-02-10", student=student)
    assert cost() == few

"""Telling people what closes when: each once, students in the same words whatever they did (rules E1)."""

from datetime import timedelta

import pytest

from accounts.domain.division import Division
from accounts.models import Notice, School, User
from accounts.models.duties import DutyCode
from schedules.domain.activities import Activity
from schedules.models import Window
from schedules.services.extensions import grant_extension
from schedules.services.overrides import override_window
from schedules.services.reminders import remind_closing
from schedules.tasks import remind_closing_windows
from tests.conftest import SetClock
from tests.factories import (
    AdminFactory,
    EnrolmentFactory,
    OutcomeFactory,
    SchoolClassFactory,
    StudentFactory,
    holder_of,
    school,
    term_113_1,
)
from tests.moments import at, day

pytestmark = pytest.mark.django_db

# The upload window of 113-1 lasts to the end of 3 February.
CLOSES = at("2025-02-04")


@pytest.fixture(autouse=True)
def term() -> None:
    school()
    term_113_1()


@pytest.fixture
def upload() -> Window:
    """Only this one is left, so that every notice is about it."""
    window = Window.objects.get(activity=Activity.OUTCOME_UPLOAD, division=Division.DAY)
    Window.objects.exclude(pk=window.pk).update(opens_at=at("2024-01-01"), closes_at=at("2024-02-01"))
    return window


def student(**fields: object) -> User:
    return StudentFactory.create(school_class=SchoolClassFactory.create(**fields)).user


def subjects(user: User) -> list[str]:
    return list(user.notices.order_by("pk").values_list("subject", flat=True))


def test_every_hour_over_the_last_weeks_tells_each_student_once_for_each_lead_time(upload: Window) -> None:
    user = student()
    student(division=Division.EVENING)
    moment = CLOSES - timedelta(days=20)
    while moment < CLOSES + timedelta(days=1):
        remind_closing(moment)
        moment += timedelta(hours=1)
    assert [notice.user for notice in Notice.objects.all()] == [user] * 4
    told_at = Notice.objects.order_by("created_at").values_list("created_at", flat=True)
    assert [(CLOSES - moment).days for moment in told_at] == [14, 7, 3, 1]
    assert set(subjects(user)) == {"113-1 課程學習成果上傳：114/02/03（一）24:00 止"}


def test_a_late_run_sends_only_the_last_reminder_that_is_due(upload: Window) -> None:
    user = student()
    assert remind_closing(CLOSES - timedelta(days=2)) == 1
    remind_closing(CLOSES - timedelta(days=2))
    assert Notice.objects.get(user=user).key.endswith("-3")


def test_the_lead_times_are_the_schools(upload: Window) -> None:
    School.objects.update(reminder_days="5")
    user = student()
    for days in (14, 7, 6, 5, 3, 1):
        remind_closing(CLOSES - timedelta(days=days))
    (notice,) = user.notices.all()
    assert notice.created_at == CLOSES - timedelta(days=5)


def test_nobody_is_told_of_what_has_closed_or_not_begun(upload: Window) -> None:
    student()
    assert remind_closing(CLOSES) == 0
    Window.objects.filter(pk=upload.pk).update(opens_at=at("2025-02-02"))
    assert remind_closing(at("2025-02-01 12:00")) == 0
    assert not Notice.objects.exists()


def test_the_words_are_the_same_whether_or_not_somebody_uploaded(upload: Window) -> None:
    busy, idle = (StudentFactory.create(school_class=SchoolClassFactory.create()) for __ in range(2))
    OutcomeFactory.create_batch(3, enrolment=EnrolmentFactory.create(student=busy))
    remind_closing(CLOSES - timedelta(days=1))
    first, second = (person.user.notices.get() for person in (busy, idle))
    assert (first.subject, first.body, first.url) == (second.subject, second.body, second.url)
    assert "自行決定" in first.body
    assert not any(word in first.subject + first.body for word in ("尚未", "還沒", "件"))


def test_a_moved_end_is_reminded_of_anew(upload: Window) -> None:
    user = student()
    remind_closing(CLOSES - timedelta(days=1))
    override_window(
        upload,
        opens_on=day("2024-08-30"),
        closes_on=day("2025-02-10"),
        reason="颱風",
        by=AdminFactory.create(),
        at=CLOSES - timedelta(hours=20),
    )
    remind_closing(at("2025-02-10"))
    assert [("02/03" in one, "02/10" in one) for one in subjects(user)] == [(True, False), (False, True)]


def test_who_has_an_extension_is_reminded_of_the_own_end(upload: Window) -> None:
    extended, other = (StudentFactory.create(school_class=SchoolClassFactory.create()) for __ in range(2))
    grant_extension(
        upload,
        extended,
        closes_on=day("2025-02-12"),
        reason="住院",
        by=AdminFactory.create(),
        at=CLOSES - timedelta(days=3),
    )
    Notice.objects.all().delete()
    moment = CLOSES - timedelta(days=1)
    while moment < at("2025-02-14"):
        remind_closing(moment)
        moment += timedelta(hours=6)
    assert subjects(other.user) == ["113-1 課程學習成果上傳：114/02/03（一）24:00 止"]
    assert set(subjects(extended.user)) == {"113-1 課程學習成果上傳：114/02/12（三）24:00 止"}
    leads = [notice.key.rsplit("-", 1)[1] for notice in extended.user.notices.order_by("pk")]
    assert leads == ["14", "7", "3", "1"]


def test_the_office_whose_duty_is_due_is_told_and_no_other(set_clock: SetClock) -> None:
    registry, __ = holder_of(DutyCode.BASIC_DATA), holder_of(DutyCode.BASIC_DATA, Division.EVENING)
    Window.objects.filter(division=Division.EVENING).update(opens_at=None, closes_at=None)
    set_clock(at("2024-09-13 09:00"))
    remind_closing_windows()
    remind_closing_windows()
    (notice,) = registry.notices.all()
    assert "學生基本資料登錄：113/09/13（五）24:00 止" in notice.subject
    assert set(Notice.objects.values_list("user", flat=True)) == {registry.pk}


def test_certification_and_receipts_are_reminded_of_by_those_who_know_who_has_not_acted(
    upload: Window,
) -> None:
    Window.objects.filter(activity=Activity.CERTIFICATION, division=Division.DAY).update(
        opens_at=at("2024-08-30"), closes_at=CLOSES
    )
    Window.objects.filter(pk=upload.pk).update(closes_at=at("2025-01-01"))
    assert remind_closing(CLOSES - timedelta(days=1)) == 0

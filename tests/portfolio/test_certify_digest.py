"""A digest in the morning for those who certify: what waits per course, once a day, when there is news."""

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Notice
from accounts.models.reminders import MailChoice
from accounts.services.notices import choose_mail, mail_waiting
from portfolio.models import CourseOutcome, CourseSection, PendingDecision
from portfolio.models.certifications import Decision
from portfolio.services.certification import return_to_student
from portfolio.services.certifier_digest import tell_certifiers
from portfolio.services.outcomes import revise_course_outcome
from portfolio.tasks import tell_certifiers as task
from tests.conftest import SetClock
from tests.factories import CourseFactory, SectionFactory, school, term_113_1
from tests.moments import at
from tests.portfolio.certifying import waiting
from tests.portfolio.chains import absent, links

pytestmark = pytest.mark.django_db

# What the factory makes was uploaded in the evening of 1 October.
MORNING, NEXT_MORNING = at("2024-10-02 06:00"), at("2024-10-03 06:00")


@pytest.fixture
def section() -> CourseSection:
    school()
    term_113_1()
    made: CourseSection = SectionFactory.create(course=CourseFactory.create(name="程式設計"), group="甲班")
    return made


def test_it_lists_what_waits_course_by_course_with_the_last_day(section: CourseSection):
    other = SectionFactory.create(
        teacher=section.teacher, course=CourseFactory.create(name="微積分"), group="乙班"
    )
    waiting(section, 3)
    waiting(other)
    assert tell_certifiers(MORNING) == 1
    notice = Notice.objects.get()
    assert (notice.user, notice.url) == (section.teacher, "/certification/")
    assert notice.subject == "課程學習成果待認證 4 件（2 門課）"
    assert set(notice.body.splitlines()) == {
        "113-1 微積分 乙班：1 件，114/02/10（一）24:00 止",
        "113-1 程式設計 甲班：3 件，114/02/10（一）24:00 止",
    }


def test_it_is_one_letter_with_the_daily_ones(section: CourseSection):
    choose_mail(section.teacher, MailChoice.DAILY)
    waiting(section)
    tell_certifiers(MORNING)
    assert mail_waiting(at("2024-10-02 06:59")) == 0
    assert mail_waiting(at("2024-10-02 07:00")) == 1
    assert "程式設計 甲班：1 件" in mail.outbox[0].body


def test_once_a_day_and_only_where_there_is_news(section: CourseSection):
    outcome = waiting(section)[0]
    assert tell_certifiers(at("2024-10-02 05:59")) == 0
    for moment in (MORNING, at("2024-10-02 12:00")):
        tell_certifiers(moment)
    assert Notice.objects.count() == 1
    assert tell_certifiers(NEXT_MORNING) == 0
    CourseOutcome.objects.filter(pk=outcome.pk).update(uploaded_at=at("2024-10-03 05:59"))
    assert tell_certifiers(NEXT_MORNING) == 1
    assert Notice.objects.count() == 2


def test_what_is_sent_again_is_news(section: CourseSection):
    outcome = waiting(section)[0]
    return_to_student(outcome, reason="缺頁", by=section.teacher, at=at("2024-10-02 10:00"))
    assert tell_certifiers(NEXT_MORNING) == 0
    revise_course_outcome(
        outcome, description="補上", files={}, by=outcome.student.user, at=at("2024-10-03 20:00")
    )
    assert tell_certifiers(at("2024-10-04 06:00")) == 1


def test_what_is_decided_and_not_published_is_no_work_left(section: CourseSection):
    PendingDecision.objects.create(
        outcome=waiting(section)[0],
        decision=Decision.CERTIFIED,
        decided_by=section.teacher,
        decided_at=MORNING,
    )
    assert tell_certifiers(MORNING) == 0


def test_what_cannot_be_certified_any_more_is_not_listed(section: CourseSection):
    outcome = waiting(section)[0]
    CourseOutcome.objects.filter(pk=outcome.pk).update(uploaded_at=at("2025-02-10 20:00"))
    assert tell_certifiers(at("2025-02-11 06:00")) == 0


def test_it_goes_to_whoever_certifies_now():
    school()
    chain = links()
    absent(chain[1], "2024-09-30", "2024-10-04")
    assert tell_certifiers(MORNING) == 1
    assert Notice.objects.get().user == chain[2]


def test_it_costs_the_same_for_many_teachers(section: CourseSection):
    def cost() -> int:
        Notice.objects.all().delete()
        with CaptureQueriesContext(connection) as captured:
            tell_certifiers(MORNING)
        return len(captured)

    waiting(section, 2)
    few = cost()
    for one in SectionFactory.create_batch(15):
        waiting(one, 2)
    assert cost() == few


def test_the_task_runs_on_the_one_clock(section: CourseSection, set_clock: SetClock):
    waiting(section)
    set_clock(MORNING)
    assert task() == 1

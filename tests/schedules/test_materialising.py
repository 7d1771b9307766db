"""The hourly look at all terms: it mends what was changed beside the services, and is cheap otherwise."""

from datetime import datetime

import pytest

from accounts.models import Duty, Post
from accounts.models.duties import DutyCode
from schedules.domain.activities import Activity, Audience
from schedules.models import SelfCheck, TermDates, Window
from schedules.services.materialising import materialise
from tests.factories import holder_of, term_113_1, term_with_dates
from tests.moments import at, day

pytestmark = pytest.mark.django_db
NOW, A_YEAR_LATER = at("2024-12-01"), at("2025-12-01")


@pytest.fixture(autouse=True)
def term():
    return term_113_1()


def upload_closes() -> datetime | None:
    windows = Window.objects.filter(activity=Activity.OUTCOME_UPLOAD, audience=Audience.GENERAL)
    return windows.get(division="day", term__number=1).closes_at


def move_ceremony_beside_the_services() -> None:
    TermDates.objects.filter(division="day").update(closing_ceremony=day("2025-01-22"))


def test_dates_changed_beside_the_services_move_the_windows_in_the_next_hour():
    assert materialise(NOW) == 0
    move_ceremony_beside_the_services()
    assert materialise(NOW) > 0
    assert upload_closes() == at("2025-02-06")
    assert materialise(NOW) == 0


def test_what_has_closed_is_left_alone_and_followed_again_when_looked_at_before_it_closed():
    move_ceremony_beside_the_services()
    assert materialise(A_YEAR_LATER) == 0
    assert upload_closes() == at("2025-02-04")
    assert materialise(NOW) > 0


def test_a_duty_that_goes_to_another_post_takes_its_open_self_checks_along():
    holder_of(DutyCode.COURSE_OUTCOMES)
    materialise(NOW)
    old = Post.objects.get(code="course_outcomes-day")
    new = Post.objects.create(code="new", name="新設組長", office=old.office)
    Duty.objects.filter(owner=old).update(owner=new)
    materialise(NOW)
    assert not SelfCheck.objects.filter(post=old).exists()
    assert SelfCheck.objects.filter(post=new).exists()


def test_a_look_that_finds_nothing_asks_the_same_few_questions_however_many_terms(
    django_assert_num_queries,
):
    materialise(NOW)
    with django_assert_num_queries(8):
        materialise(NOW)
    term_with_dates(113, 2, opening="2025-02-11", exam_end="2025-06-27", closing="2025-06-30")
    materialise(NOW)
    with django_assert_num_queries(8):
        materialise(NOW)

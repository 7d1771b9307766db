"""Self-checks follow the annex at once: who owns a duty now has its checks (article 4, P3)."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.domain.division import Division
from accounts.models import Duty, Office, Post, User
from accounts.models.duties import DutyCode
from schedules.domain.activities import Activity
from schedules.models import SelfCheck
from schedules.services.self_checks import tick
from tests.conftest import SetClock
from tests.factories import AdminFactory, holder_of, term_113_1
from tests.moments import at

pytestmark = pytest.mark.django_db

NOW = at("2025-02-01 09:00")


@pytest.fixture
def holder(set_clock: SetClock) -> User:
    """Who owns the day division's basic data."""
    set_clock(NOW)
    owner = holder_of(DutyCode.BASIC_DATA)
    term_113_1()
    return owner


@pytest.fixture
def other_post(holder: User) -> Post:
    office = Office.objects.get(code="office-day")
    return Post.objects.create(code="new", name="新設資料組長", office=office)


def check(activity: Activity = Activity.BASIC_DATA, division: Division = Division.DAY) -> SelfCheck:
    return SelfCheck.objects.get(window__activity=activity, division=division)


def test_changing_a_dutys_owner_in_the_admin_moves_its_unticked_checks_at_once(
    other_post: Post, client_of: Callable[[User], Client]
) -> None:
    duty = Duty.objects.get(code=DutyCode.BASIC_DATA)
    assert check().post == duty.owner
    response = client_of(AdminFactory.create()).post(
        f"/admin/accounts/duty/{duty.pk}/change/",
        {
            "code": duty.code,
            "division": duty.division,
            "owner": other_post.pk,
            "article": "附件",
            "delegate_rows-TOTAL_FORMS": "0",
            "delegate_rows-INITIAL_FORMS": "0",
        },
    )
    assert response.status_code == 302
    assert check().post == other_post


def test_what_was_ticked_stays_with_whose_it_was(holder: User, other_post: Post) -> None:
    before = check().post
    tick(check(), note="", by=holder, at=NOW)
    Duty.objects.get(code=DutyCode.BASIC_DATA).delete()
    Duty.objects.create(code=DutyCode.BASIC_DATA, division=Division.DAY, owner=other_post)
    assert check().post == before


def test_a_duty_that_the_annex_gets_or_loses_gives_and_takes_its_checks(other_post: Post) -> None:
    assert check(Activity.GRADES).post is None
    duty = Duty.objects.create(code=DutyCode.COURSE_RECORDS, division=Division.DAY, owner=other_post)
    assert check(Activity.GRADES).post == other_post
    assert check(Activity.GRADES, Division.EVENING).post is None
    duty.delete()
    assert check(Activity.GRADES).post is None


def test_where_an_activity_has_two_duties_the_one_that_the_division_has_counts(other_post: Post) -> None:
    """The evening annex has no row for cadre records alone."""
    submission = Duty.objects.create(
        code=DutyCode.CADRE_SUBMISSION, division=Division.EVENING, owner=other_post
    )
    cadre = check(Activity.CADRE_RECORDS, Division.EVENING)
    assert (cadre.duty, cadre.post) == (DutyCode.CADRE_SUBMISSION, other_post)
    Duty.objects.create(code=DutyCode.CADRE_RECORDS, division=Division.EVENING, owner=submission.owner)
    assert check(Activity.CADRE_RECORDS, Division.EVENING).duty == DutyCode.CADRE_RECORDS

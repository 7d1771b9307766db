"""The annex at one moment: duties follow posts, delegates act in their turn (rules P2, P3, annex A)."""

import pytest

from accounts.authority import Standing
from accounts.domain.division import Division
from accounts.duty_roster import DutyRoster
from accounts.models import Absence, Duty, DutyDelegate, Office, Post, PostHolding
from accounts.models.duties import DutyCode
from tests.factories import UserFactory
from tests.moments import at, day

pytestmark = pytest.mark.django_db
NOW = at("2024-10-01 09:00")
DAY, EVENING = Division.DAY, Division.EVENING


def post(code: str, name: str) -> Post:
    office, __ = Office.objects.get_or_create(
        code="registry", defaults={"name": "教務處註冊組", "division": DAY}
    )
    return Post.objects.create(code=code, name=name, office=office)


def hold(post: Post, *, since: str = "2020-08-01", until: str | None = None, person=None):
    person = person or UserFactory.create()
    PostHolding.objects.create(post=post, user=person, starts_on=day(since), ends_on=until and day(until))
    return person


def duty(code: DutyCode, owner: Post, *delegates: Post, division: Division = DAY) -> Duty:
    created = Duty.objects.create(code=code, division=division, owner=owner)
    for order, delegate in enumerate(delegates, start=1):
        DutyDelegate.objects.create(duty=created, post=delegate, order=order)
    return created


def absent(person, first: str, last: str, reason: str = "公假") -> Absence:
    return Absence.objects.create(
        user=person, starts_on=day(first), ends_on=day(last), reason=reason, recorded_by=person
    )


class Registry:
    """The day division's registry: head and clerk stand in for each other, the director for both."""

    def __init__(self) -> None:
        self.head_post, self.clerk_post = post("head", "註冊組長"), post("clerk", "註冊組幹事")
        self.director_post = post("director", "教務主任")
        self.head, self.clerk, self.director = (
            hold(each) for each in (self.head_post, self.clerk_post, self.director_post)
        )
        duty(DutyCode.COURSE_OUTCOMES, self.head_post, self.clerk_post, self.director_post)
        duty(DutyCode.COURSE_RECORDS, self.clerk_post, self.head_post)


@pytest.fixture
def registry():
    return Registry()


def ask(person, code=DutyCode.COURSE_OUTCOMES, *, division=DAY, when=NOW):
    return DutyRoster(when).authority(person, code, division)


def test_the_owner_acts_in_their_own_right(registry):
    answer = ask(registry.head)
    assert (answer.allowed, answer.standing, answer.principal) == (True, Standing.OWNER, None)
    assert answer.why == "註冊組長"


def test_a_delegate_whose_turn_it_is_not_is_refused_and_told_who_may(registry):
    answer = ask(registry.clerk)
    assert not answer.allowed
    assert answer.why == f"日間部「課程學習成果（含提交）」由註冊組長 {registry.head} 辦理。"


def test_the_delegate_acts_for_the_absent_owner_and_the_answer_says_for_whom_and_why(registry):
    absent(registry.head, "2024-09-30", "2024-10-02", "公假出差")
    answer = ask(registry.clerk)
    assert (answer.allowed, answer.standing, answer.principal) == (True, Standing.DELEGATE, registry.head)
    assert answer.why == "註冊組幹事代理註冊組長（公假出差）"


@pytest.mark.parametrize(
    ("when", "delegated"),
    [
        ("2024-09-29 23:59", False),
        ("2024-09-30 00:00", True),
        ("2024-10-02 23:59", True),
        ("2024-10-03 00:00", False),
    ],
)
def test_a_delegation_lasts_from_the_first_to_the_last_day_of_the_absence(registry, when, delegated):
    absent(registry.head, "2024-09-30", "2024-10-02")
    assert ask(registry.clerk, when=at(when)).allowed is delegated


def test_the_second_delegate_acts_when_owner_and_first_delegate_cannot(registry):
    absent(registry.head, "2024-10-01", "2024-10-01")
    absent(registry.clerk, "2024-10-01", "2024-10-01", "病假")
    assert not ask(registry.clerk).allowed
    answer = ask(registry.director)
    assert (answer.allowed, answer.principal) == (True, registry.head)
    assert answer.why == "教務主任代理註冊組長（公假）"


def test_a_vacant_post_is_acted_for_in_nobodys_name(registry):
    PostHolding.objects.filter(post=registry.head_post).update(ends_on=day("2024-09-30"))
    answer = ask(registry.clerk)
    assert (answer.allowed, answer.standing, answer.principal) == (True, Standing.DELEGATE, None)
    assert "出缺" in answer.why


@pytest.mark.parametrize("how", [{"is_active": False}, {"expires_at": NOW}])
def test_a_disabled_or_expired_account_activates_the_delegate(registry, how):
    for name, value in how.items():
        setattr(registry.head, name, value)
    registry.head.save()
    answer = ask(registry.clerk)
    assert (answer.allowed, answer.principal) == (True, registry.head)
    assert "帳號停用" in answer.why


def test_posts_that_stand_in_for_each_other_do_not_loop(registry):
    absent(registry.head, "2024-10-01", "2024-10-01")
    absent(registry.clerk, "2024-10-01", "2024-10-01")
    # The owner of a duty may act even while away; the delegate may not.
    assert ask(registry.clerk, DutyCode.COURSE_RECORDS).standing is Standing.OWNER
    assert not ask(registry.head, DutyCode.COURSE_RECORDS).allowed


def test_with_nobody_left_the_refusal_says_so(registry):
    for person in (registry.head, registry.clerk, registry.director):
        absent(person, "2024-10-01", "2024-10-01")
    answer = ask(UserFactory.create())
    assert "目前沒有可辦理的人員，請洽執行秘書" in answer.why
    assert DutyRoster(NOW).acting_person(DutyCode.COURSE_OUTCOMES, DAY) is None


def test_the_duty_follows_the_post_when_its_holder_changes(registry):
    PostHolding.objects.filter(post=registry.head_post).update(ends_on=day("2024-10-31"))
    successor = hold(registry.head_post, since="2024-11-01")
    assert not ask(successor).allowed
    later = at("2024-11-01 08:00")
    assert ask(successor, when=later).allowed
    assert not ask(registry.head, when=later).allowed


def test_of_two_who_overlap_the_later_one_holds_the_post(registry):
    PostHolding.objects.filter(post=registry.head_post).update(ends_on=day("2024-10-31"))
    successor = hold(registry.head_post, since="2024-10-01")
    assert ask(successor).allowed
    assert not ask(registry.head).allowed


def test_a_duty_of_one_division_gives_nothing_in_the_other(registry):
    answer = ask(registry.head, division=EVENING)
    assert not answer.allowed
    assert "進修部" in answer.why


def test_who_acts_now_can_be_asked(registry):
    roster = DutyRoster(NOW)
    assert roster.acting_person(DutyCode.COURSE_OUTCOMES, DAY) == registry.head
    absent(registry.head, "2024-10-01", "2024-10-01")
    assert DutyRoster(NOW).acting_person(DutyCode.COURSE_OUTCOMES, DAY) == registry.clerk


def test_all_duties_of_a_person_with_those_they_stand_in_for(registry):
    held = {each.code: each for each in DutyRoster(NOW).duties_of(registry.clerk)}
    assert set(held) == {DutyCode.COURSE_RECORDS}
    absent(registry.head, "2024-10-01", "2024-10-01")
    held = {each.code: each for each in DutyRoster(NOW).duties_of(registry.clerk)}
    assert set(held) == {DutyCode.COURSE_RECORDS, DutyCode.COURSE_OUTCOMES}
    assert held[DutyCode.COURSE_OUTCOMES].authority.standing is Standing.DELEGATE
    assert held[DutyCode.COURSE_OUTCOMES].division is DAY


def test_reading_takes_the_same_few_queries_however_many_duties(registry, django_assert_num_queries):
    with django_assert_num_queries(4):
        DutyRoster(NOW)
    for code in (DutyCode.BASIC_DATA, DutyCode.CADRE_RECORDS, DutyCode.DISPUTE_HANDLING):
        duty(code, registry.head_post, registry.clerk_post, registry.director_post)
    with django_assert_num_queries(4):
        roster = DutyRoster(NOW)
    with django_assert_num_queries(0):
        list(roster.duties_of(registry.clerk))

"""Who acts for a duty: its owner, or the first delegate in order who can (rules P3, annex A.2)."""

from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.domain.delegation import Link, acting, standing_of

OWNER, DELEGATE, SECOND, STRANGER = 1, 2, 3, 4


def chain(*obstacles: str, holders: tuple[int | None, ...] = (OWNER, DELEGATE, SECOND)) -> list[Link]:
    posts = ("註冊組長", "註冊組幹事", "教務主任")
    return [Link(*each) for each in zip(posts, holders, obstacles, strict=False)]


def who_acts(chain: list[Link]) -> str | None:
    link = acting(chain)
    return link.post if link else None


def test_while_the_owner_can_act_nobody_else_may():
    present = chain("", "", "")
    assert standing_of(OWNER, present) == 0
    assert standing_of(DELEGATE, present) is None
    assert standing_of(SECOND, present) is None
    assert who_acts(present) == "註冊組長"


def test_the_delegate_acts_while_the_owner_is_absent():
    absent = chain("公假", "", "")
    assert standing_of(DELEGATE, absent) == 1
    assert standing_of(SECOND, absent) is None


def test_the_delegate_acts_while_the_post_is_vacant():
    vacant = chain("", "", "", holders=(None, DELEGATE, SECOND))
    assert standing_of(DELEGATE, vacant) == 1
    assert who_acts(vacant) == "註冊組幹事"


def test_an_owner_who_is_absent_may_still_act():
    assert standing_of(OWNER, chain("公假", "", "")) == 0


def test_an_absent_delegate_may_not_act_and_the_next_one_does():
    both = chain("公假", "病假", "")
    assert standing_of(DELEGATE, both) is None
    assert standing_of(SECOND, both) == 2
    assert who_acts(both) == "教務主任"


def test_with_nobody_left_nobody_acts():
    nobody = chain("公假", "病假", "帳號停用")
    assert acting(nobody) is None
    assert [standing_of(person, nobody) for person in (DELEGATE, SECOND, STRANGER)] == [None] * 3


def test_somebody_outside_the_chain_never_acts():
    assert standing_of(STRANGER, chain("公假", "病假", "")) is None
    assert standing_of(STRANGER, []) is None
    assert acting([]) is None


def test_a_person_who_holds_the_owners_and_the_delegates_post_acts_as_owner():
    assert standing_of(OWNER, chain("", "", holders=(OWNER, OWNER))) == 0


def test_two_posts_that_delegate_to_each_other_do_not_go_round_in_circles():
    registry = [Link("註冊組長", OWNER, "公假"), Link("註冊組幹事", DELEGATE, "病假")]
    assert acting(registry) is None
    assert acting(list(reversed(registry))) is None


links = st.builds(Link, st.just("職務"), st.none() | st.integers(1, 5), st.sampled_from(["", "公假"]))


@settings(max_examples=100)
@given(st.lists(links, max_size=6), st.integers(1, 6))
def test_who_acts_is_the_owner_or_the_one_whose_turn_it_is(chain, person):
    place = standing_of(person, chain)
    link = acting(chain)
    if place is None:
        assert link is None or link.holder != person
    else:
        assert chain[place].holder == person
        assert place == 0 or chain[place] is link

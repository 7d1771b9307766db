"""The chain of article 12-2 as plain facts: the first link that is available, and why not those before."""

from dataclasses import replace
from datetime import date

import pytest

from portfolio.domain.certification_chain import Chain, ChainLink, Person, turn

TODAY = date(2024, 12, 10)
ORIGINAL, SUCCESSOR = Person(1, "王小明"), Person(2, "陳接任")
CONVENER, SUBMITTER = Person(3, "林召集"), Person(4, "張組長")
ALL = Chain(ORIGINAL, SUCCESSOR, CONVENER, SUBMITTER)
AWAY = (date(2024, 12, 9), date(2024, 12, 10))


@pytest.mark.parametrize(
    "gone, link, person",
    [
        ([], ChainLink.ORIGINAL, 1),
        (["original"], ChainLink.SUCCESSOR, 2),
        (["original", "successor"], ChainLink.CONVENER, 3),
        (["original", "successor", "convener"], ChainLink.SUBMITTER, 4),
        (["successor", "convener"], ChainLink.ORIGINAL, 1),
        (["original", "convener"], ChainLink.SUCCESSOR, 2),
    ],
)
@pytest.mark.parametrize(
    "how", [{"absent": AWAY}, {"is_usable": False}, {"left_on": date(2024, 12, 9)}], ids=str
)
def test_the_first_link_that_can_takes_over(gone, link, person, how):
    chain = replace(ALL, **{name: replace(getattr(ALL, name), **how) for name in gone})
    now = turn(chain, TODAY)
    assert (now.link, now.person and now.person.pk) == (link, person)
    assert len(now.skipped) == link - 1


def test_each_skipped_link_says_why():
    chain = Chain(
        replace(ORIGINAL, left_on=date(2024, 11, 30)),
        replace(SUCCESSOR, absent=AWAY),
        replace(CONVENER, is_usable=False),
        SUBMITTER,
    )
    assert turn(chain, TODAY).skipped == (
        "原授課教師 王小明：已離職（113/11/30）",
        "接任授課教師 陳接任：差假（113/12/09 至 113/12/10）",
        "科召集人／科主任 林召集：帳號已停用或到期",
    )


def test_a_link_without_a_person_is_passed_over():
    gone = replace(ORIGINAL, is_usable=False)
    now = turn(Chain(gone, submitter=SUBMITTER), TODAY)
    assert (now.link, now.person) == (ChainLink.SUBMITTER, SUBMITTER)
    assert now.skipped[1:] == ("接任授課教師：未指定", "科召集人／科主任：未指定")


def test_nobody_is_nobody_with_all_four_reasons():
    now = turn(Chain(replace(ORIGINAL, is_usable=False)), TODAY)
    assert now.person is None
    assert now.skipped[-1] == "課程學習成果提交人：目前沒有可辦理的人員"


@pytest.mark.parametrize(
    "today, link",
    [("2024-12-09", ChainLink.ORIGINAL), ("2024-12-10", ChainLink.SUCCESSOR)],
    ids=["the last day of work counts", "the day after"],
)
def test_the_last_day_of_work_counts(today, link):
    chain = replace(ALL, original=replace(ORIGINAL, left_on=date(2024, 12, 9)))
    assert turn(chain, date.fromisoformat(today)).link == link


@pytest.mark.parametrize(
    "original, retained_until, link",
    [
        ({}, None, ChainLink.SUCCESSOR),
        ({}, TODAY, ChainLink.ORIGINAL),
        ({}, date(2024, 12, 9), ChainLink.SUCCESSOR),
        ({"is_usable": False}, TODAY, ChainLink.SUCCESSOR),
        ({"absent": AWAY}, TODAY, ChainLink.SUCCESSOR),
    ],
    ids=["not retained", "retained", "retained until yesterday", "account over", "absent"],
)
def test_who_left_helps_only_while_retained_and_able(original, retained_until, link):
    gone = replace(ORIGINAL, left_on=date(2024, 11, 30), **original)
    assert turn(replace(ALL, original=gone, retained_until=retained_until), TODAY).link == link


def test_being_retained_is_the_original_teachers_alone():
    gone = replace(SUCCESSOR, left_on=date(2024, 11, 30))
    chain = replace(ALL, original=replace(ORIGINAL, is_usable=False), successor=gone)
    assert turn(replace(chain, retained_until=TODAY), TODAY).link == ChainLink.CONVENER


def test_the_end_of_being_retained_is_said():
    gone = replace(ORIGINAL, left_on=date(2024, 11, 30))
    now = turn(replace(ALL, original=gone, retained_until=date(2024, 12, 9)), TODAY)
    assert now.reason == "原授課教師 王小明：已離職（113/11/30），協助認證至 113/12/09"

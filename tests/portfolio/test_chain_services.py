"""The chain in the services: whose turn it is decides, with the link and for whom; all others are refused."""

from collections.abc import Callable

import pytest

from accounts.authority import Standing, authority
from accounts.errors import NotAllowed
from accounts.models import AuditEntry, Notice, User
from portfolio.certification_authority import acting_certifier
from portfolio.models import Certification, CourseSection
from portfolio.permissions import PortfolioAct
from portfolio.services.certification import certify, return_to_student
from portfolio.services.reminders import remind_certifiers
from tests.factories import EnrolmentFactory, OutcomeFactory, SectionFactory
from tests.moments import at, day
from tests.portfolio.chains import (
    CONVENER,
    ORIGINAL,
    SUBMITTER,
    SUCCESSOR,
    Links,
    absent,
    leaves,
    links,
)

pytestmark = pytest.mark.django_db
NOW = at("2024-12-10 09:00")


@pytest.fixture
def chain() -> Links:
    return links()


def take_out(person: User) -> Callable[[], None]:
    """Away on the day of NOW; what is returned brings them back."""
    row = absent(person, "2024-12-10", "2024-12-10")

    def bring_back() -> None:
        row.delete()

    return bring_back


@pytest.mark.parametrize("link", [ORIGINAL, SUCCESSOR, CONVENER, SUBMITTER])
def test_each_link_decides_in_its_turn_and_nobody_else(chain: Links, link: int):
    for earlier in range(ORIGINAL, link):
        take_out(chain[earlier])
    for other in chain.people.values():
        if other != chain[link]:
            with pytest.raises(NotAllowed, match=chain[link].name):
                certify(chain.outcome, by=other, at=NOW)
    decision = certify(chain.outcome, by=chain[link], at=NOW)
    decision.refresh_from_db()
    assert (decision.decided_by, decision.chain_link) == (chain[link], link)
    assert decision.on_behalf_of == (None if link == ORIGINAL else chain[ORIGINAL])
    assert decision.chain_reason.count("差假") == link - 1


def test_the_four_links_take_over_in_order_and_back(chain: Links):
    back = []
    for link in (ORIGINAL, SUCCESSOR, CONVENER):
        assert acting_certifier(chain.section, NOW).person == chain[link]
        back.append((link, take_out(chain[link])))
    assert acting_certifier(chain.section, NOW).person == chain[SUBMITTER]
    for link, bring in reversed(back):
        bring()
        assert acting_certifier(chain.section, NOW).person == chain[link]


def test_an_absence_switches_and_switches_back_by_time_alone(chain: Links):
    absent(chain[ORIGINAL], "2024-12-10", "2024-12-11")
    turns = [
        ("2024-12-09 23:59:59", ORIGINAL),
        ("2024-12-10 00:00", SUCCESSOR),
        ("2024-12-11 23:59:59", SUCCESSOR),
        ("2024-12-12 00:00", ORIGINAL),
    ]
    for moment, link in turns:
        certify(chain.waiting(), by=chain[link], at=at(moment))
        other = chain[SUCCESSOR if link == ORIGINAL else ORIGINAL]
        with pytest.raises(NotAllowed):
            certify(chain.waiting(), by=other, at=at(moment))


def test_on_behalf_is_on_the_trail_with_the_link_and_its_reason(chain: Links):
    leaves(chain[ORIGINAL], "2024-11-30", recorded_at=NOW)
    return_to_student(chain.outcome, reason="缺頁", by=chain[SUCCESSOR], at=NOW)
    entry = AuditEntry.objects.get(act="return")
    assert (entry.actor, entry.on_behalf_of) == (chain[SUCCESSOR], chain[ORIGINAL])
    assert entry.standing == f"接任授課教師代原授課教師 {chain[ORIGINAL]}"
    said = f"原授課教師 {chain[ORIGINAL]}：已離職（113/11/30）"
    assert entry.changes == {"chain_link": 2, "chain_reason": said}
    assert Certification.objects.get().chain_reason == said


def test_the_answer_says_in_which_standing_and_for_whom(chain: Links):
    own = authority(chain[ORIGINAL], PortfolioAct.CERTIFY, chain.outcome, NOW)
    assert (own.allowed, own.standing, own.principal) == (True, Standing.OWNER, None)
    take_out(chain[ORIGINAL])
    instead = authority(chain[SUCCESSOR], PortfolioAct.CERTIFY, chain.outcome, NOW)
    assert (instead.allowed, instead.standing) == (True, Standing.DELEGATE)
    assert instead.principal == chain[ORIGINAL]
    refusal = authority(chain[ORIGINAL], PortfolioAct.RETURN, chain.outcome, NOW)
    assert not refusal.allowed
    assert f"目前由接任授課教師 {chain[SUCCESSOR]} 認證" in refusal.why


def test_a_former_teacher_whose_turn_has_passed_may_not_decide(chain: Links):
    leaves(chain[ORIGINAL], "2024-12-09", recorded_at=NOW)
    with pytest.raises(NotAllowed, match=chain[SUCCESSOR].name):
        certify(chain.outcome, by=chain[ORIGINAL], at=NOW)
    assert certify(chain.outcome, by=chain[SUCCESSOR], at=NOW)


def test_a_retained_teacher_certifies_after_leaving_until_the_day_is_over(chain: Links):
    leaves(chain[ORIGINAL], "2024-11-30", recorded_at=NOW)
    CourseSection.objects.update(retained_until="2024-12-10")
    decision = certify(chain.waiting(), by=chain[ORIGINAL], at=at("2024-12-10 23:59"))
    assert (decision.chain_link, decision.on_behalf_of) == (ORIGINAL, None)
    with pytest.raises(NotAllowed):
        certify(chain.outcome, by=chain[ORIGINAL], at=at("2024-12-11 00:00"))


def test_an_expired_account_hands_the_turn_on(chain: Links):
    chain[ORIGINAL].expires_at = NOW
    chain[ORIGINAL].save()
    with pytest.raises(NotAllowed, match="停用或到期"):
        certify(chain.outcome, by=chain[ORIGINAL], at=NOW)
    assert certify(chain.outcome, by=chain[SUCCESSOR], at=NOW).chain_link == SUCCESSOR


def test_when_nobody_can_the_refusal_says_so(chain: Links):
    for person in chain.people.values():
        take_out(person)
    with pytest.raises(NotAllowed, match="目前沒有人可以認證"):
        certify(chain.outcome, by=chain[SUBMITTER], at=NOW)


def test_reminders_go_to_the_acting_certifier(chain: Links):
    leaves(chain[ORIGINAL], "2024-11-30", recorded_at=NOW)
    assert remind_certifiers(at("2025-02-08 09:00")) == 1
    assert [notice.user for notice in Notice.objects.all()] == [chain[SUCCESSOR]]


def test_who_has_left_may_do_nothing_else(chain: Links):
    teacher = chain[SUBMITTER]  # of their own sections
    own = SectionFactory.create(teacher=teacher, retained_until=day("2025-02-10"))
    outcome = OutcomeFactory.create(enrolment=EnrolmentFactory.create(section=own))
    leaves(teacher, "2024-11-30", recorded_at=NOW)
    assert authority(teacher, PortfolioAct.CERTIFY, outcome, NOW).allowed
    assert not authority(teacher, PortfolioAct.HAND_OVER, own, NOW).allowed
    assert "您已離職" in authority(teacher, PortfolioAct.HAND_OVER, own, NOW).why
    for earlier in (ORIGINAL, SUCCESSOR, CONVENER):
        take_out(chain[earlier])
    assert acting_certifier(chain.section, NOW).person is None, "who left holds no post any more"


def test_a_helper_who_certifies_their_own_upload_is_recorded(chain: Links):
    chain.outcome.uploaded_by = chain[ORIGINAL]
    chain.outcome.save()
    certify(chain.outcome, by=chain[ORIGINAL], at=NOW)
    assert AuditEntry.objects.get(act="certify").changes == {"uploaded_by_certifier": True}

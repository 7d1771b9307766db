"""Who may do what, now: one question, one answer, stored with the act."""

import pytest

from accounts import acts
from accounts.authority import (
    Standing,
    authority,
    first_granted,
    granted,
    refused,
    require,
    require_or_console,
    resolves,
)
from accounts.errors import NotAllowed
from tests.factories import UserFactory
from tests.moments import at

NOW = at("2024-10-01 09:00")


@pytest.fixture
def act(monkeypatch):
    """An act that everybody may do whose account may be used."""
    monkeypatch.setattr("accounts.authority._resolvers", {})
    resolves("test_act")(
        lambda user, subject, at: granted(f"辦理{subject}") if subject else refused("沒有對象")
    )
    return "test_act"


def test_the_answer_is_the_acts_own(act):
    answer = authority(UserFactory.build(), act, "甲", NOW)
    assert (answer.allowed, answer.why, answer.standing, answer.principal) == (
        True,
        "辦理甲",
        Standing.OWNER,
        None,
    )


def test_a_refusal_raises_with_its_reason(act):
    with pytest.raises(NotAllowed, match="沒有對象"):
        require(UserFactory.build(), act, None, NOW)
    assert require(UserFactory.build(), act, "甲", NOW).allowed


@pytest.mark.parametrize("how", [{"is_active": False}, {"expires_at": NOW}])
def test_a_disabled_or_expired_account_may_do_nothing_whatever_it_may_otherwise_do(act, how):
    with pytest.raises(NotAllowed, match="停用或到期"):
        require(UserFactory.build(**how), act, "甲", NOW)


def test_an_account_may_act_until_its_sunset_moment(act):
    leaving = UserFactory.build(expires_at=at("2025-02-11 00:00"))
    assert authority(leaving, act, "甲", at("2025-02-10 23:59:59.999999")).allowed
    assert not authority(leaving, act, "甲", at("2025-02-11 00:00")).allowed


def test_the_first_yes_counts_and_without_one_the_first_no():
    assert first_granted(refused("甲"), granted("乙"), granted("丙")).why == "乙"
    assert first_granted(refused("甲"), refused("乙")).why == "甲"


def test_whoever_runs_a_command_on_the_server_needs_nobodys_leave(act):
    assert require_or_console(None, act, None, NOW).allowed
    with pytest.raises(NotAllowed):
        require_or_console(UserFactory.build(), act, None, NOW)


def test_an_act_is_known_in_words_and_an_unknown_one_by_its_code():
    assert acts.label("sign_in") == "登入"
    assert acts.label("certify") == "認證"
    assert acts.label("something_of_the_past") == "something_of_the_past"


def test_every_act_that_can_be_asked_about_has_words():
    from accounts.authority import _resolvers

    assert _resolvers
    assert [act for act in _resolvers if acts.label(act) == act] == []

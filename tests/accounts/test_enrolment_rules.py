"""Which enrolment change may follow which (article 8, R0, R2)."""

import pytest

from accounts.domain.enrolment import (
    CHANGES,
    LEAVERS,
    allowed_changes,
    has_left,
    is_guest_elsewhere,
    status_after,
)
from accounts.models.enrolment_changes import ChangeKind
from accounts.models.students import EnrolmentStatus

GOING_ON = {"suspended", "repeating", "guest_out", "graduated", "transferred_out", "withdrawn"}


def test_every_kind_of_change_has_its_rule_and_every_status_is_known():
    assert set(CHANGES) == set(ChangeKind.values)
    named = {change.leads_to for change in CHANGES.values()} | set().union(
        *(change.follows for change in CHANGES.values())
    )
    assert named == set(EnrolmentStatus.values)


@pytest.mark.parametrize(
    ("status", "history", "allowed"),
    [
        ("enrolled", [], GOING_ON | {"enrolled", "transferred_in"}),
        ("enrolled", ["enrolled"], GOING_ON),
        ("suspended", ["enrolled", "suspended"], {"returned", "transferred_out", "withdrawn"}),
        ("enrolled", ["enrolled", "suspended", "returned"], GOING_ON),
        ("enrolled", ["enrolled", "guest_out"], {"guest_back", "graduated", "transferred_out", "withdrawn"}),
        ("enrolled", ["enrolled", "guest_out", "guest_back"], GOING_ON),
        ("graduated", ["enrolled", "graduated"], set()),
        ("transferred_out", ["enrolled", "transferred_out"], {"transferred_in"}),
        ("withdrawn", ["enrolled", "withdrawn"], {"transferred_in"}),
    ],
)
def test_what_may_follow(status, history, allowed):
    assert set(allowed_changes(status, history)) == allowed


def test_a_suspended_student_is_no_leaver_and_returning_restores():
    assert status_after("suspended") == "suspended"
    assert not has_left("suspended")
    assert status_after("returned") == "enrolled"


@pytest.mark.parametrize("status", EnrolmentStatus.values)
def test_leavers_are_who_graduated_transferred_or_withdrew(status):
    assert has_left(status) is (status in {"graduated", "transferred_out", "withdrawn"})
    assert set(EnrolmentStatus.values) > LEAVERS


@pytest.mark.parametrize(
    ("history", "is_guest"),
    [
        ([], False),
        (["enrolled", "guest_out"], True),
        (["enrolled", "guest_out", "guest_back"], False),
        (["enrolled", "guest_out", "withdrawn"], False),
    ],
)
def test_a_guest_is_one_until_they_are_back_or_gone(history, is_guest):
    assert is_guest_elsewhere(history) is is_guest

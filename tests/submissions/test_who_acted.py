"""Every step of a batch says which person took it and for whom (trap T11)."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import AuditEntry, User
from tests.accounts.annex_staff import Staff, annex_staff
from tests.conftest import SetClock
from tests.submissions.scene import FROZEN, Scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff() -> Staff:
    return annex_staff()


def freeze(staff: Staff, by: User, client_of: Callable[[User], Client]) -> AuditEntry:
    scene = Scene()
    scene.students_with_outcomes(1)
    assert client_of(by).post(f"/submissions/{scene.created().pk}/freeze/").status_code == 302
    return AuditEntry.objects.get(act="freeze_batch")


def test_t11_an_office_act_is_stored_under_the_person_who_did_it(
    staff: Staff, set_clock: SetClock, client_of: Callable[[User], Client]
) -> None:
    set_clock(FROZEN)
    entry = freeze(staff, staff["registry-head"], client_of)
    assert (entry.actor, entry.on_behalf_of) == (staff["registry-head"], None)


def test_t11_a_delegates_act_is_stored_under_the_delegate_and_says_for_whom(
    staff: Staff, set_clock: SetClock, client_of: Callable[[User], Client]
) -> None:
    set_clock(FROZEN)
    staff.is_away("registry-head", "2024-10-01", "2024-10-04")
    entry = freeze(staff, staff["registry-clerk"], client_of)
    assert (entry.actor, entry.on_behalf_of) == (staff["registry-clerk"], staff["registry-head"])
    assert "註冊組長" in entry.standing

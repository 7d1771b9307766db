"""Baseline D4, D6: few guesses at many names from one address are stopped; a school behind one is not."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client

from accounts.account_permissions import SecurityAct
from accounts.models import AuditEntry, FailedName, SecurityPolicy, SignInFailures, User
from accounts.services import sign_in_guard
from accounts.services.alerts import report_signs
from accounts.tasks import forget_failures
from tests.accounts.security.signing_in import is_signed_in, try_to_sign_in, what_it_says
from tests.admin_pages import said, save
from tests.factories import PASSWORD, AdminFactory, UserFactory
from tests.moments import at

pytestmark = pytest.mark.django_db
NOW = at("2024-11-15 09:00")
MOST = 10  # fewer than a school can set, to be quick
LEAST_THAT_CAN_BE_SET = 50
HERE, THERE = "192.0.2.7", "198.51.100.8"
POLICY = "/admin/accounts/securitypolicy/1/change/"


@pytest.fixture
def user(set_clock) -> User:
    set_clock(NOW)
    SecurityPolicy.objects.update(names_per_address=MOST)
    return UserFactory.create()


def browser_at(address: str) -> Client:
    browser = Client()
    browser.defaults["REMOTE_ADDR"] = address
    return browser


def spray(names: int, *, first: int = 0, address: str = HERE) -> None:
    for number in range(first, first + names):
        try_to_sign_in(browser_at(address), f"guess{number}", "wrong")


def may_sign_in(user: User, browser: Client) -> bool:
    try_to_sign_in(browser, user.username)
    return is_signed_in(browser)


def a_stranger_may(user: User, address: str = HERE) -> bool:
    return may_sign_in(user, browser_at(address))


def test_d4_an_address_from_which_too_many_names_failed_is_locked_for_strangers(user):
    spray(MOST - 1)
    assert a_stranger_may(user)
    spray(1, first=MOST)
    assert "暫停登入至 09:15" in what_it_says(browser_at(HERE), user.username)
    assert not a_stranger_may(user)
    assert a_stranger_may(user, THERE)


def test_d4_signing_in_oneself_in_between_makes_up_for_nothing(user):
    for number in range(MOST):
        spray(1, first=number)
        if number < MOST - 1:
            assert a_stranger_may(user)
    assert not a_stranger_may(user)


@pytest.fixture
def strictest(user) -> None:
    SecurityPolicy.objects.update(names_per_address=LEAST_THAT_CAN_BE_SET)


@pytest.mark.usefixtures("strictest")
def test_d4_a_class_of_forty_behind_one_address_mistypes_and_signs_in():
    """Each four times wrong: 160 failures, no attack."""
    students = [UserFactory.create() for _ in range(40)]
    browsers = {student: browser_at(HERE) for student in students}
    for _ in range(4):
        for student, browser in browsers.items():
            try_to_sign_in(browser, student.username, "wrong")
    assert all(may_sign_in(student, browser) for student, browser in browsers.items())
    assert not AuditEntry.objects.filter(act__in=[SecurityAct.LOCK, SecurityAct.SPRAYING]).exists()


@pytest.mark.usefixtures("strictest")
def test_d4_a_class_that_locks_its_accounts_locks_nobody_else_of_the_address(user):
    for _ in range(5):
        spray(40)
    assert SignInFailures.objects.filter(subject="account", locked_until__gt=NOW).count() == 40
    assert a_stranger_may(user)


def test_d4_a_known_device_is_let_in_from_an_address_that_is_locked(user):
    browser = browser_at(HERE)
    assert may_sign_in(user, browser)
    browser.post("/accounts/logout/")
    spray(MOST)
    assert not a_stranger_may(user)
    assert may_sign_in(user, browser)


def test_d4_from_the_schools_own_addresses_it_is_told_and_nobody_is_locked_out(user):
    SecurityPolicy.objects.update(own_networks="192.0.2.0/24")
    spray(MOST * 2)
    assert a_stranger_may(user)
    (noticed,) = AuditEntry.objects.filter(act=SecurityAct.SPRAYING)
    assert noticed.changes == {"names": MOST, "locked": False}
    spray(MOST, address=THERE)
    assert not a_stranger_may(user, THERE)


@pytest.mark.usefixtures("strictest")
def test_d4_the_own_addresses_are_checked_where_they_are_set(client_of):
    browser = client_of(AdminFactory.create())
    assert "第 1 行「school」不是位址" in said(browser, save(browser, POLICY, own_networks="school"))
    assert "大於或等於 50" in said(
        browser, save(browser, POLICY, names_per_address=LEAST_THAT_CAN_BE_SET - 1)
    )
    assert save(browser, POLICY, own_networks="192.0.2.7\n2001:db8::/64").status_code == 302


def test_d4_a_whole_ipv6_network_of_one_host_is_one_address(user):
    for number in range(MOST):
        spray(1, first=number, address=f"2001:db8::{number + 1:x}")
    assert not a_stranger_may(user, "2001:db8::ffff")


@pytest.mark.parametrize("apart, locked", [(66, True), (67, False)])
def test_d4_names_count_for_an_hour(user, set_clock, apart, locked):
    """So many names within the hour are too many, however slowly they come."""
    for number in range(MOST):
        set_clock(NOW + timedelta(seconds=number * 60 * apart / MOST))
        spray(1, first=number)
    assert a_stranger_may(user) is not locked


def test_d4_after_the_lock_names_are_counted_anew(user, set_clock):
    spray(MOST)
    set_clock(NOW + timedelta(minutes=15))
    spray(MOST - 1)
    assert a_stranger_may(user)
    spray(1, first=MOST)
    assert not a_stranger_may(user)


def test_d4_an_administrator_lifts_an_addresss_lock_and_its_names_count_no_more(user):
    spray(MOST)
    row = SignInFailures.objects.get(subject="address")
    assert sign_in_guard.unlock(row, reason="段考當天", by=AdminFactory.create(), at=NOW)
    assert a_stranger_may(user)
    spray(MOST - 1, first=MOST)
    assert a_stranger_may(user)


def test_d4_neither_names_nor_addresses_can_be_read_from_what_is_kept(user):
    try_to_sign_in(browser_at(HERE), PASSWORD, "wrong")
    kept = [str(row) for model in (FailedName, SignInFailures) for row in model.objects.values()]
    assert len(kept) == 3
    assert not [row for row in kept if PASSWORD in row or "192.0.2" in row]


def test_d4_what_counts_for_nothing_any_more_is_removed(user, set_clock):
    spray(MOST)
    assert a_stranger_may(user, THERE)
    set_clock(NOW + timedelta(minutes=59))
    assert forget_failures() == 0
    set_clock(NOW + timedelta(minutes=61))
    forget_failures()
    assert not FailedName.objects.exists()
    left = SignInFailures.objects.all()
    assert left.count() == MOST, "failures of a name count however far apart"
    assert set(left.values_list("subject", "failures")) == {("account", 1)}


def test_g3_spraying_is_told_to_the_administrators_once_an_hour_with_the_address(user, settings):
    settings.SECURITY_CONTACTS = ["security@example.edu.tw"]
    spray(MOST)
    for minutes in (0, 5, 59):
        report_signs(NOW + timedelta(minutes=minutes))
    (letter,) = mail.outbox
    assert letter.subject == "［資安警示］同一位址試許多帳號"
    assert "192.0.2.7" in letter.body


def test_g3_many_failures_in_an_hour_are_told_once_an_hour_wherever_they_come_from(user, settings, set_clock):
    settings.SECURITY_CONTACTS = ["security@example.edu.tw"]
    SecurityPolicy.objects.update(failures_an_hour=10)
    for hour in range(2):
        for number in range(10):
            set_clock(NOW + timedelta(hours=hour, minutes=number))
            spray(1, first=100 * hour + number, address=f"192.0.2.{number + 1}")
            report_signs(NOW + timedelta(hours=hour, minutes=number))
    assert [letter.subject for letter in mail.outbox] == ["［資安警示］登入失敗次數異常"] * 2
    assert "10 次登入失敗" in mail.outbox[0].body


def test_g3_fewer_failures_than_the_policy_says_are_no_sign(user):
    SecurityPolicy.objects.update(failures_an_hour=10)
    spray(9)
    assert report_signs(NOW) == 0

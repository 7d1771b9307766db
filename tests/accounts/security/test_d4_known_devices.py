"""Baseline D4: whoever guesses at a password locks out other strangers, not the owner at a known device."""

from datetime import timedelta

import pytest
import time_machine
from django.core import signing
from django.test import Client
from django.urls import reverse

from accounts.account_permissions import SecurityAct
from accounts.known_devices import COOKIE
from accounts.models import AuditEntry, SignInFailures, User
from accounts.services.sign_in_guard import name_key
from tests.accounts.security.signing_in import is_signed_in, try_to_sign_in, what_it_says
from tests.accounts.sign_in.codes import with_app
from tests.admin_pages import said
from tests.factories import AdminFactory, UserFactory
from tests.moments import at

pytestmark = pytest.mark.django_db
NOW = at("2024-11-15 09:00")
LOCKED = timedelta(minutes=15)


@pytest.fixture
def user(set_clock) -> User:
    set_clock(NOW)
    return UserFactory.create()


@pytest.fixture
def device(user) -> Client:
    return known_to(user)


def known_to(*people: User) -> Client:
    """A browser in which `people` signed in, one after another, and out again."""
    browser = Client()
    for person in people:
        try_to_sign_in(browser, person.username)
        assert is_signed_in(browser)
        browser.post(reverse("accounts:logout"))
    return browser


def fail(browser: Client, user: User, times: int = 5) -> None:
    for _ in range(times):
        try_to_sign_in(browser, user.username, "wrong")


def may_sign_in(browser: Client, user: User) -> bool:
    try_to_sign_in(browser, user.username)
    return is_signed_in(browser)


def test_d4_strangers_lock_out_strangers_and_the_owner_still_signs_in_at_a_known_device(user, device):
    fail(Client(), user)
    assert not may_sign_in(Client(), user)
    assert may_sign_in(device, user)


def test_d4_what_the_owner_does_there_lifts_no_strangers_lock(user, device):
    fail(Client(), user)
    assert may_sign_in(device, user)
    assert not may_sign_in(Client(), user)


def test_d4_a_known_device_has_five_tries_too(user, device, set_clock):
    fail(device, user)
    assert not may_sign_in(device, user)
    assert AuditEntry.objects.get(act=SecurityAct.LOCK).changes == {"subject": "常用裝置"}
    assert may_sign_in(Client(), user), "strangers did nothing wrong"
    set_clock(NOW + LOCKED)
    assert may_sign_in(device, user)


def test_d4_the_words_say_when_and_where_one_may_try_again(user, device):
    fail(Client(), user)
    stranger = what_it_says(Client(), user.username)
    assert "暫停登入至 09:15，屆時請再試" in stranger
    assert "您曾登入過的裝置不受影響" in stranger
    fail(device, user)
    own = what_it_says(device, user.username)
    assert "暫停登入至 09:15" in own
    assert "曾登入過的裝置" not in own


def test_d4_a_device_is_known_to_those_alone_who_signed_in_there(user, device):
    other = UserFactory.create()
    fail(Client(), other)
    assert not may_sign_in(device, other)


def test_d4_several_people_share_a_device_and_the_last_five_are_known(user):
    people = [UserFactory.create() for _ in range(6)]
    device = known_to(*people)
    for person in people:
        fail(Client(), person)
    assert [may_sign_in(_copy(device), person) for person in people] == [False, True, True, True, True, True]


def _copy(device: Client) -> Client:
    browser = Client()
    browser.cookies[COOKIE] = device.cookies[COOKIE].value
    return browser


def test_d4_signing_in_wrongly_makes_no_device_known(user):
    browser = Client()
    fail(browser, user, 1)
    assert COOKIE not in browser.cookies


def test_d4_a_password_without_its_second_factor_makes_no_device_known(user):
    with_app(user)
    browser = Client()
    try_to_sign_in(browser, user.username)
    assert COOKIE not in browser.cookies


@pytest.mark.parametrize("forged", ["", "nonsense", "signed by somebody else"])
def test_d4_a_forged_cookie_makes_a_stranger(user, forged):
    key = name_key(user.username)
    made = signing.dumps({key: "device"}, key="another key", salt=COOKIE) if " " in forged else forged
    fail(Client(), user)
    browser = Client()
    browser.cookies[COOKIE] = made
    assert not may_sign_in(browser, user)


def test_d4_a_device_is_forgotten_after_a_year(user, device):
    fail(Client(), user)
    with time_machine.travel(timedelta(days=366)):
        assert not may_sign_in(device, user)


def test_d4_the_cookie_is_for_the_server_alone_and_says_nobodys_name(user, device, settings):
    cookie = device.cookies[COOKIE]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"
    assert user.username not in str(signing.loads(cookie.value, salt=COOKIE))
    settings.SESSION_COOKIE_SECURE = True
    assert known_to(user).cookies[COOKIE]["secure"]


def test_d4_a_device_keeps_its_count_however_often_one_signs_in_there(user, device):
    assert may_sign_in(device, user)
    device.post(reverse("accounts:logout"))
    fail(device, user, 2)
    assert SignInFailures.objects.get(subject="device").failures == 2


def test_d4_an_administrator_unlocks_known_devices_with_the_account(client_of, user, device):
    fail(device, user)
    fail(Client(), user)
    browser = client_of(AdminFactory.create())
    failures = reverse("admin:accounts_signinfailures_changelist")
    assert said(browser, browser.get(failures, {"q": user.username})).count(user.username) == 2
    chosen = {"action": "unlock", "_selected_action": user.pk, "reason": "本人來電"}
    shown = said(browser, browser.post(reverse("admin:accounts_user_changelist"), chosen))
    assert "處理了 2 筆" in shown
    assert may_sign_in(device, user)
    assert may_sign_in(Client(), user)

"""Baseline D4: five failures in a row lock the account for fifteen minutes, whoever tries and wherever."""

from datetime import datetime, timedelta

import pytest
from django.contrib.auth import authenticate
from django.test import Client
from django.urls import reverse

from accounts.account_permissions import SecurityAct
from accounts.acts import AccountAct
from accounts.errors import InvalidInput, NotAllowed
from accounts.models import AuditEntry, SecurityPolicy, SignInFailures, User
from accounts.services import sign_in_guard
from tests.accounts.security.signing_in import is_signed_in, try_to_sign_in, what_it_says
from tests.admin_pages import said, save
from tests.factories import PASSWORD, AdminFactory, UserFactory
from tests.moments import at

pytestmark = pytest.mark.django_db
NOW = at("2024-11-15 09:00")
LOCKED = timedelta(minutes=15)


@pytest.fixture
def user(set_clock) -> User:
    set_clock(NOW)
    return UserFactory.create()


def fail(client: Client, username: str, times: int = 5, **more: str) -> None:
    for _ in range(times):
        try_to_sign_in(client, username, "wrong", **more)


def locked_until(user: User) -> datetime | None:
    return sign_in_guard.failures_of(user.username).get().locked_until


def test_d4_the_sixth_try_is_refused_even_with_the_right_password(client, user):
    fail(client, user.username)
    try_to_sign_in(client, user.username)
    assert not is_signed_in(client)


def test_d4_the_fifth_try_may_still_be_the_right_one(client, user):
    fail(client, user.username, 4)
    try_to_sign_in(client, user.username)
    assert is_signed_in(client)


def test_d4_the_lock_lasts_fifteen_minutes_to_the_instant(client, user, set_clock):
    fail(client, user.username)
    assert locked_until(user) == NOW + LOCKED
    set_clock(NOW + LOCKED - timedelta(microseconds=1))
    try_to_sign_in(client, user.username)
    assert not is_signed_in(client)
    set_clock(NOW + LOCKED)
    try_to_sign_in(client, user.username)
    assert is_signed_in(client)


def test_d4_trying_while_locked_does_not_prolong_the_lock(client, user, set_clock):
    fail(client, user.username)
    set_clock(NOW + timedelta(minutes=14))
    fail(client, user.username)
    set_clock(NOW + LOCKED)
    try_to_sign_in(client, user.username)
    assert is_signed_in(client)


def test_d4_after_a_lock_there_are_five_tries_again(client, user, set_clock):
    fail(client, user.username)
    set_clock(NOW + LOCKED)
    fail(client, user.username, 4)
    try_to_sign_in(client, user.username)
    assert is_signed_in(client)


def test_d4_success_clears_the_accounts_count(client, user):
    for _ in range(2):
        fail(client, user.username, 4)
        try_to_sign_in(client, user.username)
        assert is_signed_in(client)
        client.logout()


def test_d4_failures_count_however_far_apart(client, user, set_clock):
    for day in range(5):
        set_clock(NOW + timedelta(days=day))
        fail(client, user.username, 1)
    try_to_sign_in(client, user.username)
    assert not is_signed_in(client)


def test_d4_the_count_is_in_the_database_so_it_survives_a_restart(client, user):
    fail(client, user.username)
    row = SignInFailures.objects.get(subject="account")
    assert (row.failures, row.locked_until) == (5, NOW + LOCKED)
    try_to_sign_in(Client(), user.username)
    assert not AuditEntry.objects.filter(act=AccountAct.SIGN_IN).exists()


def test_d4_a_name_that_is_nobodys_is_locked_with_the_same_words_at_the_same_try(client, user):
    known = [what_it_says(client, user.username, "wrong") for _ in range(7)]
    unknown = [what_it_says(client, "nobody-of-that-name", "wrong") for _ in range(7)]
    assert known == unknown
    assert all("帳號或密碼不正確" in words for words in known[:5])
    assert all("暫停登入至 09:15" in words for words in known[5:])


def test_d4_a_dead_account_is_locked_with_the_same_words_too(client, user):
    disabled = UserFactory.create(is_active=False)
    words = [what_it_says(client, disabled.username) for _ in range(6)]
    assert words == [what_it_says(client, user.username, "wrong") for _ in range(6)]


@pytest.mark.parametrize("typed", ["{}", " {} ", "{upper}", "{wide}"])
def test_d4_another_way_to_write_a_name_gives_no_more_tries(client, user, typed):
    fail(client, user.username)
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in user.username)
    name = typed.format(user.username, upper=user.username.upper(), wide=wide)
    assert "暫停登入" in what_it_says(client, name)


def test_d4_names_are_kept_as_keyed_hashes_for_people_type_passwords_there(client, user):
    fail(client, PASSWORD)
    rows = [str(row) for row in SignInFailures.objects.values()]
    assert not [row for row in rows if PASSWORD in row or "192.0.2" in row]


def test_d4_a_lock_that_ends_another_day_says_which(client, user, set_clock):
    SecurityPolicy.objects.update(lock_minutes=24 * 60)
    fail(client, user.username)
    assert "暫停登入至 113/11/16（六）09:00" in what_it_says(client, user.username)


def test_d4_somebody_elses_lock_is_not_mine(client, user):
    fail(client, UserFactory.create().username)
    try_to_sign_in(client, user.username)
    assert is_signed_in(client)


def test_d4_holds_below_the_pages_for_every_path_that_authenticates(user):
    for _ in range(5):
        assert authenticate(username=user.username, password="wrong") is None
    assert authenticate(username=user.username, password=PASSWORD) is None


def test_d4_a_lock_is_on_the_trail_once_and_every_failure_beside_it(client, user):
    fail(client, user.username, 8, REMOTE_ADDR="192.0.2.7")
    lock = AuditEntry.objects.get(act=SecurityAct.LOCK)
    assert (lock.object_id, lock.address, lock.at) == (str(user.pk), "192.0.2.7", NOW)
    failed = AuditEntry.objects.filter(act=AccountAct.SIGN_IN_FAILED)
    assert failed.count() == 8
    assert failed.filter(reason__contains="暫停登入").count() == 3


def test_d4_success_at_the_last_try_leaves_no_lock_on_the_trail(client, user):
    fail(client, user.username, 4)
    try_to_sign_in(client, user.username)
    assert not AuditEntry.objects.filter(act=SecurityAct.LOCK).exists()
    assert locked_until(user) is None


@pytest.mark.parametrize(
    "page", ["admin:accounts_user_changelist", "admin:accounts_signinfailures_changelist"]
)
def test_d4_an_administrator_unlocks_with_a_reason_on_the_trail(client, client_of, user, page):
    fail(client, user.username)
    administrator = AdminFactory.create()
    row = user if "user" in page else SignInFailures.objects.get(subject="account")
    chosen = {"action": "unlock", "_selected_action": row.pk}
    browser = client_of(administrator)
    assert "請填寫理由" in said(browser, browser.post(reverse(page), {**chosen, "reason": " "}))
    assert locked_until(user)
    assert "處理了 1 筆" in said(browser, browser.post(reverse(page), {**chosen, "reason": "本人來電"}))
    try_to_sign_in(client, user.username)
    assert is_signed_in(client)
    entry = AuditEntry.objects.get(act=SecurityAct.UNLOCK)
    assert (entry.actor, entry.object_id, entry.reason) == (administrator, str(user.pk), "本人來電")


def test_d4_nobody_else_unlocks(client, user):
    fail(client, user.username)
    failures = SignInFailures.objects.get(subject="account")
    with pytest.raises(NotAllowed):
        sign_in_guard.unlock(failures, reason="我要登入", by=user, at=NOW)
    with pytest.raises(InvalidInput):
        sign_in_guard.unlock(failures, reason="", by=AdminFactory.create(), at=NOW)


def test_d4_unlocking_what_is_not_locked_changes_and_records_nothing(client, user):
    try_to_sign_in(client, user.username)
    failures = SignInFailures.objects.get(subject="account")
    assert not sign_in_guard.unlock(failures, reason="試試", by=AdminFactory.create(), at=NOW)
    assert not AuditEntry.objects.filter(act=SecurityAct.UNLOCK).exists()


def test_d4_the_list_of_failures_names_accounts_only_and_is_searched_by_their_name(client, client_of, user):
    fail(client, user.username)
    fail(client, "nobody-of-that-name")
    browser = client_of(AdminFactory.create())
    page = reverse("admin:accounts_signinfailures_changelist")
    shown = said(browser, browser.get(page))
    assert user.username in shown
    assert "（不是任何人的帳號）" in shown
    found = said(browser, browser.get(page, {"q": "nobody-of-that-name"}))
    assert "（不是任何人的帳號）" in found
    assert f"帳號 {user.username} 5" not in found


@pytest.mark.parametrize(
    "laxer", [{"failures_before_lock": 6}, {"lock_minutes": 14}, {"remembered_passwords": 2}]
)
def test_d4_the_policy_may_be_no_laxer_than_the_baseline(client_of, set_clock, laxer):
    browser = client_of(AdminFactory.create())
    page = reverse("admin:accounts_securitypolicy_change", args=[1])
    assert save(browser, page, **laxer).status_code == 200
    assert save(browser, page, failures_before_lock=3, lock_minutes=60).status_code == 302
    assert SecurityPolicy.objects.get().failures_before_lock == 3

"""Baseline D4: wherever a password is asked for, wrong ones count, and lock."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.account_permissions import SecurityAct
from accounts.acts import AccountAct
from accounts.models import AuditEntry, User
from accounts.services import sign_in_guard
from tests.accounts.security.signing_in import is_signed_in, try_to_sign_in
from tests.admin_pages import said
from tests.factories import PASSWORD, UserFactory
from tests.moments import at

pytestmark = pytest.mark.django_db
NOW = at("2024-11-15 09:00")
CHANGE = reverse("accounts:password_change")
ONCE_MORE = reverse("account_reauthenticate")
NEW = "Invented-secret-1"


@pytest.fixture
def user(set_clock) -> User:
    set_clock(NOW)
    return UserFactory.create()


def change(client: Client, old: str) -> str:
    """What the page says."""
    sent = {"old_password": old, "new_password1": NEW, "new_password2": NEW}
    return said(client, client.post(CHANGE, sent))


def test_d4_wrong_old_passwords_count_as_failures_and_lock_the_change(client_of, user):
    client = client_of(user)
    for _ in range(5):
        assert "舊密碼" in change(client, "wrong")
    assert "暫停登入至 09:15" in change(client, PASSWORD)
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    assert sign_in_guard.failures_of(user.username).get().failures == 5


def test_d4_they_are_on_the_trail_with_the_lock(client_of, user):
    for _ in range(5):
        change(client_of(user), "wrong")
    failed = AuditEntry.objects.filter(act=AccountAct.SIGN_IN_FAILED)
    assert [entry.actor for entry in failed] == [user] * 5
    assert AuditEntry.objects.get(act=SecurityAct.LOCK).object_id == str(user.pk)


def test_d4_whoever_sits_at_a_session_left_open_locks_strangers_out_by_it_too(client_of, user):
    for _ in range(5):
        change(client_of(user), "wrong")
    stranger = Client()
    try_to_sign_in(stranger, user.username)
    assert not is_signed_in(stranger)


def test_d4_the_right_old_password_clears_the_count(client_of, user):
    client = client_of(user)
    change(client, "wrong")
    change(client, PASSWORD)
    user.refresh_from_db()
    assert user.check_password(NEW)
    assert sign_in_guard.failures_of(user.username).get().failures == 0


def test_d4_typing_the_new_password_badly_is_no_failure(client_of, user):
    client = client_of(user)
    for _ in range(6):
        client.post(CHANGE, {"old_password": PASSWORD, "new_password1": "short", "new_password2": "short"})
    assert sign_in_guard.failures_of(user.username).get().failures == 0


def test_d4_when_asked_once_more_the_words_say_when_one_may_try_again(client_of, user):
    client = client_of(user)
    for _ in range(5):
        assert "密碼不正確" in said(client, client.post(ONCE_MORE, {"password": "wrong"}))
    assert "暫停登入至 09:15" in said(client, client.post(ONCE_MORE, {"password": PASSWORD}))

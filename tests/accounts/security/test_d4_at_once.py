"""Baseline D4 under guesses at the same moment: no more of them are judged than the policy allows."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.contrib.auth import authenticate
from django.db import connection

from accounts.backends import UsableAccountBackend
from accounts.models import SignInFailures, User
from tests.factories import PASSWORD, UserFactory

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL (see the marker)"),
]
AT_ONCE = 20


@pytest.fixture
def judged(monkeypatch) -> list[str]:
    """The passwords that were looked at."""
    seen: list[str] = []
    looks = User.check_password

    def look(self: User, password: str) -> bool:
        seen.append(password)
        return looks(self, password)

    monkeypatch.setattr(User, "check_password", look)
    return seen


def all_at_once(passwords: list[str], username: str) -> Counter[bool]:
    """Try all `passwords` at the same moment, each over a connection of its own; how many signed in."""
    barrier = Barrier(len(passwords))

    def guess(password: str) -> bool:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=30)
            return authenticate(username=username, password=password) is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=len(passwords)) as pool:
        return Counter(pool.map(guess, passwords))


def test_d4_of_twenty_guesses_at_once_five_are_judged_and_the_account_is_locked(judged):
    user = UserFactory.create()
    assert all_at_once([f"wrong-{number}" for number in range(AT_ONCE)], user.username) == {False: AT_ONCE}
    assert len(judged) == 5
    row = SignInFailures.objects.get(subject="account")
    assert row.failures == 5
    assert row.locked_until
    assert authenticate(username=user.username, password=PASSWORD) is None


def test_d4_the_first_failures_of_a_name_at_once_are_all_counted():
    """The row is not there yet when they all look for it."""
    all_at_once(["wrong"] * 4, "nobody-of-that-name")
    assert SignInFailures.objects.get(subject="account").failures == 4


def test_d4_different_people_signing_in_at_once_do_not_wait_for_each_other_forever():
    users = [UserFactory.create() for _ in range(AT_ONCE)]
    backend = UsableAccountBackend()
    barrier = Barrier(AT_ONCE)

    def sign_in(user: User) -> bool:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=30)
            return backend.authenticate(None, username=user.username, password=PASSWORD) == user
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        assert all(pool.map(sign_in, users))

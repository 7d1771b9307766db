"""Signing in with an account that may be used, and only as long as it may be (rules C5, controls A2, D4)."""

import pytest
from django.contrib.auth import authenticate
from django.urls import reverse

from tests.factories import PASSWORD, UserFactory
from tests.moments import at

pytestmark = pytest.mark.django_db
SUNSET = at("2025-02-11 00:00")  # the certification window of 113-1 has closed
BEFORE = at("2025-02-10 23:59:59.999999")


def sign_in(client, username, password=PASSWORD):
    return client.post(reverse("accounts:login"), {"username": username, "password": password})


def is_signed_in(client) -> bool:
    response = client.get(reverse("home"))
    assert response.status_code in (200, 302)
    return bool(response.status_code == 200)


def test_the_right_password_leads_home(client):
    response = sign_in(client, UserFactory.create().username)
    assert response.status_code == 302
    assert response.url == reverse("home")
    assert is_signed_in(client)


def test_signing_out_ends_the_session(client):
    sign_in(client, UserFactory.create().username)
    client.post(reverse("accounts:logout"))
    assert not is_signed_in(client)


def test_pages_lead_to_the_sign_in_page_and_back(client):
    response = client.get(reverse("home"))
    assert response.url == f"{reverse('accounts:login')}?next=/"


def test_an_account_past_its_sunset_cannot_sign_in(client, set_clock):
    leaving = UserFactory.create(expires_at=SUNSET)
    set_clock(SUNSET)
    assert sign_in(client, leaving.username).status_code == 200
    assert not is_signed_in(client)
    set_clock(BEFORE)
    assert sign_in(client, leaving.username).status_code == 302
    assert is_signed_in(client)


def test_a_session_under_way_ends_at_the_accounts_sunset(client_of, set_clock):
    client = client_of(UserFactory.create(expires_at=SUNSET))
    set_clock(BEFORE)
    assert is_signed_in(client)
    set_clock(SUNSET)
    assert not is_signed_in(client)


def test_a_session_under_way_ends_when_its_account_is_disabled(client_of):
    user = UserFactory.create()
    client = client_of(user)
    assert is_signed_in(client)
    user.is_active = False
    user.save()
    assert not is_signed_in(client)


def test_an_unknown_name_a_wrong_password_and_a_dead_account_get_the_same_answer(client):
    user, disabled = UserFactory.create(), UserFactory.create(is_active=False)
    expired = UserFactory.create(expires_at=at("2024-01-01"))
    answers = set()
    for username, password in [
        ("nobody-of-that-name", PASSWORD),
        (user.username, "wrong"),
        (disabled.username, PASSWORD),
        (expired.username, PASSWORD),
    ]:
        form = sign_in(client, username, password).context["form"]
        answers.add(tuple(form.non_field_errors()))
    assert len(answers) == 1
    assert "帳號或密碼不正確" in answers.pop()[0]


def test_credentials_are_refused_below_the_page_too(set_clock):
    set_clock(SUNSET)
    leaving, disabled = UserFactory.create(expires_at=SUNSET), UserFactory.create(is_active=False)
    for user in (leaving, disabled):
        assert authenticate(username=user.username, password=PASSWORD) is None
    staying = UserFactory.create()
    assert authenticate(username=staying.username, password=PASSWORD) == staying

"""What people are shown when something is refused or not there, and from where the trail says it came."""

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import AuditEntry
from tests.factories import PASSWORD, StudentFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("debug", [True, False])
def test_what_is_not_there_is_said_in_words_whether_or_not_debugging(settings: Settings, debug, client_of):
    settings.DEBUG = debug
    response = client_of(StudentFactory.create().user).get("/portfolio/outcomes/999999/")
    assert response.status_code == 404
    assert "找不到這一頁" in response.content.decode()


def sign_in_behind(forwarded: str) -> str | None:
    person = UserFactory.create()
    credentials = {"username": person.username, "password": PASSWORD}
    Client().post("/accounts/login/", credentials, headers={"X-Forwarded-For": forwarded})
    return AuditEntry.objects.get(actor=person, act="sign_in").address


def test_without_a_proxy_of_ours_nobody_can_claim_an_address(settings: Settings):
    assert sign_in_behind("203.0.113.7") == "127.0.0.1"


def test_behind_our_proxy_its_last_word_counts(settings: Settings):
    settings.BEHIND_PROXY = True
    assert sign_in_behind("198.51.100.1, 203.0.113.7") == "203.0.113.7"

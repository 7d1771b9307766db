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


@pytest.mark.parametrize(
    "proxies, forwarded, client",
    [
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "198.51.100.1, 203.0.113.7", "203.0.113.7"),
        (2, "198.51.100.1, 203.0.113.7, 10.0.0.1", "203.0.113.7"),
        (2, "10.9.9.9, 198.51.100.1,203.0.113.7 , 10.0.0.1", "203.0.113.7"),
        (1, "203.0.113.7:50123", "203.0.113.7"),
        (1, "2001:DB8::7", "2001:db8::7"),
        (1, "[2001:db8::7]:443", "2001:db8::7"),
        (1, "::ffff:203.0.113.7", "203.0.113.7"),
    ],
)
def test_behind_our_proxies_the_hop_that_the_first_of_them_saw_counts(
    settings: Settings, proxies: int, forwarded: str, client: str
):
    settings.BEHIND_PROXY, settings.PROXY_COUNT = True, proxies
    assert sign_in_behind(forwarded) == client


@pytest.mark.parametrize("proxies, forwarded", [(2, "203.0.113.7"), (1, ""), (1, "203.0.113.7,"), (3, ",")])
def test_a_header_that_our_proxies_did_not_write_says_nothing(
    settings: Settings, proxies: int, forwarded: str
):
    settings.BEHIND_PROXY, settings.PROXY_COUNT = True, proxies
    assert sign_in_behind(forwarded) == "127.0.0.1"


@pytest.mark.parametrize(
    "garbage",
    ["unknown", "_hidden", "203.0.113.999", "1' OR 1=1", "fe80::1%eth0", "[::1", "203.0.113.7:x", "．"],
)
def test_what_is_no_address_never_stands_for_one(settings: Settings, garbage: str):
    settings.BEHIND_PROXY = True
    assert sign_in_behind(garbage) == "127.0.0.1"

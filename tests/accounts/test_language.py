"""Traditional Chinese first; another language only for who chose it, and then remembered."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

CHOOSE = reverse("accounts:choose_language")


def language_of(client: Client) -> str:
    return client.get(reverse("schedules:schedule")).headers["Content-Language"]


def test_what_the_browser_asks_for_does_not_decide() -> None:
    assert language_of(Client(headers={"accept-language": "en"})) == "zh-hant"


def test_a_choice_holds_for_this_browser_and_leads_back() -> None:
    client = Client()
    answer = client.post(CHOOSE, {"language": "en", "next": "/schedule/"})
    assert answer["Location"] == "/schedule/"
    assert language_of(client) == "en"
    client.post(CHOOSE, {"language": "zh-hant"})
    assert language_of(client) == "zh-hant"


@pytest.mark.parametrize("language", ["", "xx", "../etc"])
def test_a_language_that_is_not_offered_changes_nothing(language: str) -> None:
    client = Client()
    client.post(CHOOSE, {"language": language})
    assert settings.LANGUAGE_COOKIE_NAME not in client.cookies


def test_the_way_back_is_never_another_site() -> None:
    answer = Client().post(CHOOSE, {"language": "en", "next": "https://elsewhere.example/"})
    assert answer["Location"] == reverse("home")


def test_the_choice_follows_the_account_to_the_next_browser(client_of: Callable[[User], Client]) -> None:
    user = UserFactory.create()
    client_of(user).post(CHOOSE, {"language": "en"})
    other = Client()
    other.post(reverse("accounts:login"), {"username": user.username, "password": PASSWORD})
    assert language_of(other) == "en"

"""Trying to sign in, as the tests of the baseline's statements do."""

from typing import Any

from django.test import Client
from django.urls import reverse

from tests.admin_pages import said
from tests.factories import PASSWORD

LOGIN = reverse("accounts:login")


def try_to_sign_in(client: Client, username: str, password: str = PASSWORD, **more: Any) -> Any:
    return client.post(LOGIN, {"username": username, "password": password}, **more)


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def what_it_says(client: Client, username: str, password: str = PASSWORD) -> str:
    """What the page says on trying to sign in, from the summary of errors on."""
    text = said(client, try_to_sign_in(client, username, password))
    return text.partition("沒有登入成功")[2].partition("帳號 密碼")[0].strip()

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from config.openid_connect import openid_connect, provider_id
from tests.accounts.sign_in import provider as provider_process
from tests.accounts.sign_in.provider import Provider, sign_in_through

ThroughProvider = Callable[..., Any]


def told_of(url: str) -> dict[str, Any]:
    return openid_connect(url, "校園帳號", "platform", "s3cret", in_clear=True)


@pytest.fixture(scope="session")
def provider_server() -> Iterator[Provider]:
    running = provider_process.start()
    yield running
    running.stop()


@pytest.fixture
def provider(provider_server: Provider, settings: Settings) -> Provider:
    """The school's provider; the platform is told of it as the environment would."""
    settings.OIDC_NAME = "校園帳號"
    settings.OIDC_SERVER_URL = provider_server.url
    settings.SOCIALACCOUNT_PROVIDERS = told_of(provider_server.url)
    return provider_server


@pytest.fixture
def come_as(provider: Provider, client: Client) -> ThroughProvider:
    """Sign in through the provider, as the subject given."""
    start = f"/accounts/oidc/{provider_id(provider.url)}/login/"

    def come(sub: str, *, browser: Client | None = None, **data: str) -> Any:
        return sign_in_through(browser or client, start, sub, **data)

    return come

"""Looking at pages."""

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse


def url(name: str, *arguments: object) -> str:
    return reverse(f"submissions:{name}", args=arguments)


def text_of(response: HttpResponse) -> str:
    return response.content.decode()


def queries_of(client: Client, address: str) -> int:
    """How many queries showing the page takes, once the first look at it is on the trail."""
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)

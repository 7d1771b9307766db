"""A connection that breaks half-way through an upload leaves nothing but the draft."""

import os
import re
import socket
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from accounts.models import User
from portfolio import storage
from portfolio.models import CourseOutcome, Enrolment, UploadDraft
from portfolio.tasks import sweep_upload_leftovers
from tests.conftest import SetClock
from tests.factories import term_113_1, uploaded_pdf
from tests.portfolio.pieces import NOW, blobs, enrolled, mp4_of, rows, sent

pytestmark = pytest.mark.django_db(transaction=True)

NEW = "/portfolio/outcomes/new/"
TEXT = "以迴圈印出九九乘法表"
FILM_BYTES = 6_000_000


@pytest.fixture
def enrolment(set_clock: SetClock) -> Enrolment:
    set_clock(NOW)
    term_113_1()
    return enrolled()


@pytest.fixture
def client(enrolment: Enrolment, client_of: Callable[[User], Client]) -> Client:
    return client_of(enrolment.student.user)


def form(client: Client, enrolment: Enrolment, *, film: bytes) -> bytes:
    """The body that a browser sends: a whole document first, then a film."""
    page = client.get(NEW).content.decode()
    hidden = dict(re.findall(r'name="(csrfmiddlewaretoken|ticket)" value="([^"]+)"', page))
    data = {**hidden, "enrolment": enrolment.pk, "description": TEXT, "document": uploaded_pdf()}
    return encode_multipart(BOUNDARY, data | {"av": sent(film, "示範.mp4")})


def send(address: str, client: Client, body: bytes, part: float) -> bytes:
    """Announce all of `body`, send the first `part` of it, hang up; what the server said by then."""
    host = urlsplit(address)
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    head = (
        f"POST {NEW} HTTP/1.1\r\nHost: {host.netloc}\r\nCookie: {cookies}\r\nConnection: close\r\n"
        f"Content-Type: {MULTIPART_CONTENT}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection((host.hostname, host.port), timeout=30) as line:
        line.sendall(head.encode() + body[: int(len(body) * part)])
        line.shutdown(socket.SHUT_WR)
        # Its answer says that the server is done; nobody is there to read it.
        return b"".join(iter(lambda: line.recv(65536), b""))


def received_files() -> list[Path]:
    return list(Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir())


def test_a_connection_killed_half_way_leaves_the_draft_alone(
    live_server, client: Client, enrolment: Enrolment
) -> None:
    client.post("/portfolio/drafts/", {"enrolment": enrolment.pk, "description": TEXT, "seen": ""})
    before = rows()
    send(live_server.url, client, form(client, enrolment, film=mp4_of(FILM_BYTES)), 0.5)
    sweep_upload_leftovers()
    assert rows() == before and blobs() == []
    assert received_files() == []
    assert UploadDraft.objects.get().fields == {"description": TEXT}
    assert f"{TEXT}</textarea>" in client.get(NEW).content.decode()


def test_the_last_byte_counts(live_server, client: Client, enrolment: Enrolment) -> None:
    body = form(client, enrolment, film=mp4_of(200_000))
    send(live_server.url, client, body, 1 - 1 / len(body))
    assert not CourseOutcome.objects.exists() and blobs() == []


def test_the_whole_body_on_the_same_way_is_taken(live_server, client: Client, enrolment: Enrolment) -> None:
    send(live_server.url, client, form(client, enrolment, film=mp4_of(FILM_BYTES)), 1)
    assert CourseOutcome.objects.get().attachments.count() == 2
    assert len(blobs()) == 2 and received_files() == []


def test_a_killed_server_leaves_files_that_the_sweep_removes_once_nobody_can_be_sending_them() -> None:
    folder = Path(settings.FILE_UPLOAD_TEMP_DIR)
    stale, fresh, foreign = folder / "tmp1.upload.mp4", folder / "tmp2.upload.pdf", folder / "else"
    for path in (stale, fresh, foreign):
        path.write_bytes(b"half a film")
    long_ago = time.time() - timedelta(days=1).total_seconds()
    for path in (stale, foreign):
        os.utime(path, (long_ago, long_ago))
    assert storage.sweep_temporary(timedelta(hours=6)) == 1
    assert sorted(received_files()) == sorted([fresh, foreign])
